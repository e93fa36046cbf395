package dev.backplane.cli.wordcount;

import java.util.List;
import java.util.OptionalInt;

/// Numbers the words of [WordCounts], short and long ones alike, so that they can be sorted as numbers.
///
/// The number of a word is its slot in the table; long words come after the last slot. Not for several threads.
final class RankedWords {
    private static final int BLOCK_BYTES = 4096;

    private final WordTable words;
    private final List<LongWords.Counted> longWords;
    private final List<Text> files;
    private final LowerCase lowerCase = new LowerCase();
    private final int numberBits;

    RankedWords(WordCounts counts, List<Text> files) {
        this.words = counts.words();
        this.longWords = List.copyOf(counts.longWords().all());
        this.files = files;
        this.numberBits = Integer.SIZE - Integer.numberOfLeadingZeros(end());
    }

    /// One past the largest number. Numbers below may stand for no word: [#count] is 0.
    int end() {
        return Math.addExact(words.slotCount(), longWords.size());
    }

    /// Words that there are.
    int size() {
        return words.size() + longWords.size();
    }

    long count(int number) {
        return isLong(number) ? longWord(number).count() : words.count(number);
    }

    long lengthBytes(int number) {
        return isLong(number) ? longWord(number).word().lengthBytes() : words.length(number);
    }

    /// The word from its beginning.
    WordBytes bytes(int number) {
        if (!isLong(number)) {
            return new SlotBytes(words, number);
        }
        final LongWord word = longWord(number).word();
        if (word.file() >= files.size()
                || word.startOffset() >= files.get(word.file()).size()) {
            throw new IllegalStateException(word + " is in none of the " + files.size() + " files");
        }
        return new WordReader(files.get(word.file()), lowerCase, word.startOffset());
    }

    /// Compares two words in the order of their code points.
    int compare(int number, int other) {
        return isLong(number) || isLong(other) ? compare(bytes(number), bytes(other)) : words.compare(number, other);
    }

    /// A word's number below as much of its beginning as finds room above, to be compared as a signed number.
    long prefixKey(int number) {
        final long prefix = Long.reverseBytes(firstPiece(number));
        return key(prefix >>> numberBits) ^ Long.MIN_VALUE | number;
    }

    /// A word's number below its count, the largest count first. Counts too large to find room share one key.
    long countKey(int number) {
        final long largest = -1L >>> numberBits + 1;
        return key(largest - Math.min(count(number), largest)) | number;
    }

    /// The number of the word that a key was made for.
    int number(long key) {
        return (int) (key & ~key(-1));
    }

    /// Whether two keys differ in their numbers only.
    boolean isTie(long key, long other) {
        return (key ^ other) >>> numberBits == 0;
    }

    private long key(long value) {
        return value << numberBits;
    }

    private long firstPiece(int number) {
        if (!isLong(number)) {
            return words.piece(number, 0);
        }
        final byte[] block = new byte[BLOCK_BYTES];
        final int count = Math.min(bytes(number).next(block), Long.BYTES);
        long piece = 0;
        for (int i = 0; i < count; i++) {
            piece |= Byte.toUnsignedLong(block[i]) << i * Byte.SIZE;
        }
        return piece;
    }

    private boolean isLong(int number) {
        return number >= words.slotCount();
    }

    private LongWords.Counted longWord(int number) {
        return longWords.get(number - words.slotCount());
    }

    private static int compare(WordBytes one, WordBytes other) {
        final Cursor left = new Cursor(one);
        final Cursor right = new Cursor(other);
        while (left.hasBytes() && right.hasBytes()) {
            final int count = Math.min(left.available(), right.available());
            final OptionalInt difference = left.difference(right, count);
            if (difference.isPresent()) {
                return difference.getAsInt();
            }
            left.skip(count);
            right.skip(count);
        }
        return Boolean.compare(left.hasBytes(), right.hasBytes());
    }
}
