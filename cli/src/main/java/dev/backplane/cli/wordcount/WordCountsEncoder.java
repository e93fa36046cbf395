package dev.backplane.cli.wordcount;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Writes [WordCounts] as bytes.
///
/// ```
///    0           4           8                     16                      24
///   +-----------+-----------+----------------------+-----------------------+--- - - - ---+--- - - - - ---+
///   | magic i32 | version   | words            i64 | long words        i64 | words       | long words    |
///   +-----------+-----------+----------------------+-----------------------+--- - - - ---+--- - - - - ---+
///
///   a word         length varint, count varint, that many bytes of lower-case UTF-8
///   a long word    count, file, start offset, length, four parts of the digest: eight i64
/// ```
///
/// Little-endian; a varint has seven bits a byte, the lowest first, and the highest bit of each byte but the
/// last set. Nothing follows. The order of words means nothing.
final class WordCountsEncoder {
    static final int MAGIC = 0x43575042; // "BPWC"
    static final int VERSION = 1;
    static final int HEADER_BYTES = 24;
    static final int LONG_WORD_LONGS = 8;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WordTable words;
    private final LongWords longWords;

    WordCountsEncoder(WordCounts counts) {
        words = counts.words();
        longWords = counts.longWords();
    }

    byte[] encode() {
        final long length = encodedLength();
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalStateException("counts of " + words.size() + " different words would take " + length
                    + " bytes, more than an array can have");
        }
        final byte[] bytes = new byte[(int) length];
        final MemorySegment target = MemorySegment.ofArray(bytes);
        target.set(INT, 0, MAGIC);
        target.set(INT, 4, VERSION);
        target.set(LONG, 8, words.size());
        target.set(LONG, 16, longWords.size());
        putLongWords(target, putWords(bytes));
        return bytes;
    }

    private long encodedLength() {
        long length = HEADER_BYTES + (long) longWords.size() * LONG_WORD_LONGS * Long.BYTES;
        for (int slot = 0; slot < words.slotCount(); slot++) {
            final int wordLength = words.length(slot);
            if (wordLength > 0) {
                length += varintLength(wordLength) + varintLength(words.count(slot)) + wordLength;
            }
        }
        return length;
    }

    private int putWords(byte[] target) {
        int at = HEADER_BYTES;
        for (int slot = 0; slot < words.slotCount(); slot++) {
            final int length = words.length(slot);
            if (length > 0) {
                at = putVarint(target, at, length);
                at = putVarint(target, at, words.count(slot));
                at = putBytes(target, at, slot, length);
            }
        }
        return at;
    }

    private int putBytes(byte[] target, int start, int slot, int length) {
        for (int i = 0; i < length; i++) {
            target[start + i] = (byte) (words.piece(slot, i >>> 3) >>> (i & 7) * Byte.SIZE);
        }
        return start + length;
    }

    private void putLongWords(MemorySegment target, int start) {
        long at = start;
        for (LongWords.Counted counted : longWords.all()) {
            final LongWord word = counted.word();
            final long[] fields = {
                counted.count(),
                word.file(),
                word.startOffset(),
                word.lengthBytes(),
                word.digest().first(),
                word.digest().second(),
                word.digest().third(),
                word.digest().fourth()
            };
            for (long field : fields) {
                target.set(LONG, at, field);
                at += Long.BYTES;
            }
        }
    }

    private static int putVarint(byte[] target, int start, long value) {
        int at = start;
        long rest = value;
        while (rest >= 0x80) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    private static int varintLength(long value) {
        return Math.ceilDiv(Long.SIZE - Long.numberOfLeadingZeros(value | 1), 7);
    }
}
