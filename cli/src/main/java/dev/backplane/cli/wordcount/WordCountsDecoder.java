package dev.backplane.cli.wordcount;

import static dev.backplane.cli.wordcount.WordCountsEncoder.INT;
import static dev.backplane.cli.wordcount.WordCountsEncoder.LONG;

import dev.backplane.cli.wordcount.LongWord.Digest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads what [WordCountsEncoder] wrote, trusting none of it: lengths, counts and UTF-8 are checked before use.
final class WordCountsDecoder {
    private static final int LONG_WORD_BYTES = WordCountsEncoder.LONG_WORD_LONGS * Long.BYTES;
    private static final int LONGEST_VARINT_BYTES = 9;

    private final MemorySegment encoded;
    private final Text text;
    private long at;

    WordCountsDecoder(MemorySegment encoded) {
        this.encoded = encoded;
        this.text = new Text(encoded);
    }

    /// Adds all that was encoded.
    ///
    /// @throws IllegalArgumentException if it is not an encoding of counts
    void addTo(WordCounts counts) {
        if (encoded.byteSize() < WordCountsEncoder.HEADER_BYTES) {
            throw refusal("shorter than their header");
        }
        if (encoded.get(INT, 0) != WordCountsEncoder.MAGIC) {
            throw refusal("magic " + Integer.toHexString(encoded.get(INT, 0)) + " is none of theirs");
        }
        if (encoded.get(INT, 4) != WordCountsEncoder.VERSION) {
            throw refusal("version " + encoded.get(INT, 4) + " where " + WordCountsEncoder.VERSION + " is known");
        }
        final long wordCount = encoded.get(LONG, 8);
        final long longWordCount = encoded.get(LONG, 16);
        at = WordCountsEncoder.HEADER_BYTES;
        try {
            addWords(counts.words(), wordCount);
            addLongWords(counts.longWords(), longWordCount);
        } catch (ArithmeticException e) {
            throw refusal("a sum of counts does not fit in 63 bits");
        }
        if (at != encoded.byteSize()) {
            throw refusal("something follows their end");
        }
    }

    private void addWords(WordTable words, long wordCount) {
        if (wordCount < 0 || wordCount > encoded.byteSize()) {
            throw refusal(wordCount + " words cannot be in them");
        }
        long[] pieces = new long[Long.BYTES];
        for (long number = 0; number < wordCount; number++) {
            final long length = varint();
            final long occurrences = varint();
            if (length < 1 || length > WordBuffer.LIMIT_BYTES || length > encoded.byteSize() - at) {
                throw refusal("word of " + length + " bytes");
            }
            if (occurrences < 1) {
                throw refusal("word that occurred " + occurrences + " times");
            }
            final int pieceCount = WordBuffer.pieceCount((int) length);
            if (pieceCount > pieces.length) {
                pieces = new long[pieceCount];
            }
            readWord(pieces, (int) length);
            words.add(pieces, (int) length, occurrences);
        }
    }

    private void readWord(long[] pieces, int length) {
        final long end = at + length;
        long foreign = 0;
        for (int index = 0; index < WordBuffer.pieceCount(length); index++) {
            final long start = at + (long) index * Long.BYTES;
            final long piece = Ascii.first(text.piece(start), (int) Math.min(end - start, Long.BYTES));
            pieces[index] = piece;
            foreign |= Ascii.foreign(piece);
        }
        if (foreign == 0) {
            at = end;
            return;
        }
        while (at < end) {
            final int codePoint = text.codePointAt(at);
            if (codePoint == Utf8.MALFORMED || at + Utf8.length(codePoint) > end) {
                throw refusal("word that is not UTF-8");
            }
            at += Utf8.length(codePoint);
        }
    }

    private void addLongWords(LongWords longWords, long longWordCount) {
        if (longWordCount < 0 || longWordCount > (encoded.byteSize() - at) / LONG_WORD_BYTES) {
            throw refusal(longWordCount + " long words cannot be in them");
        }
        for (long number = 0; number < longWordCount; number++) {
            final long occurrences = nextLong();
            final long file = nextLong();
            final long startOffset = nextLong();
            final long length = nextLong();
            final boolean sound = occurrences >= 1
                    && file >= 0
                    && file <= Integer.MAX_VALUE
                    && startOffset >= 0
                    && length > WordBuffer.LIMIT_BYTES;
            if (!sound) {
                throw refusal("long word of " + length + " bytes at " + startOffset + " of file " + file + ", "
                        + occurrences + " times");
            }
            final Digest digest = new Digest(nextLong(), nextLong(), nextLong(), nextLong());
            longWords.add(new LongWord((int) file, startOffset, length, digest), occurrences);
        }
    }

    private long nextLong() {
        final long value = encoded.get(LONG, at);
        at += Long.BYTES;
        return value;
    }

    private long varint() {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT_BYTES; i++) {
            if (at == encoded.byteSize()) {
                throw refusal("end in the middle of a number");
            }
            final long bits = encoded.get(ValueLayout.JAVA_BYTE, at++);
            value |= (bits & 0x7F) << 7 * i;
            if (bits >= 0) {
                return value;
            }
        }
        throw refusal("number of more than 63 bits");
    }

    private IllegalArgumentException refusal(String why) {
        return new IllegalArgumentException(
                "encoded word counts of " + encoded.byteSize() + " bytes: " + why + " (at offset " + at + ")");
    }
}
