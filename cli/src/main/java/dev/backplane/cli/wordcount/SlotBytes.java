package dev.backplane.cli.wordcount;

/// The bytes of a word that is held in a table.
final class SlotBytes implements WordBytes {
    private final WordTable words;
    private final int slot;
    private int at;

    SlotBytes(WordTable words, int slot) {
        this.words = words;
        this.slot = slot;
    }

    @Override
    public int next(byte[] block) {
        final int count = Math.min(block.length, words.length(slot) - at);
        for (int i = 0; i < count; i++, at++) {
            block[i] = (byte) (words.piece(slot, at / Long.BYTES) >>> at % Long.BYTES * Byte.SIZE);
        }
        return count;
    }
}
