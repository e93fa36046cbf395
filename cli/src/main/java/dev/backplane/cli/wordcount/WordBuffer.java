package dev.backplane.cli.wordcount;

import java.util.Arrays;

/// One word while it is read: its lower-case UTF-8 bytes, packed in pieces of eight, the first byte lowest.
///
/// Unused bytes of the last piece are zero; pieces after it hold rubbish. Not for several threads.
final class WordBuffer {
    /// Bytes of the longest word that is kept by value. A longer one is kept by reference, see [LongWord].
    static final int LIMIT_BYTES = 64 * 1024;

    private static final int FIRST_CAPACITY_BYTES = 64;

    private long[] pieces = new long[FIRST_CAPACITY_BYTES / Long.BYTES];
    private int length;

    /// How many pieces so many bytes fill, the last one perhaps in part.
    static int pieceCount(int bytes) {
        return bytes + Long.BYTES - 1 >>> 3;
    }

    void clear() {
        length = 0;
    }

    /// Bytes held.
    int length() {
        return length;
    }

    /// One piece of those that [#pieceCount] counts.
    long piece(int index) {
        return pieces[index];
    }

    /// The pieces themselves, valid until the next `append`.
    long[] pieces() {
        return pieces;
    }

    /// Appends bytes, or returns false, keeping what it has, if the word would grow over [#LIMIT_BYTES].
    ///
    /// @param bytes the first one lowest, those above `count` zero
    /// @param count 1 to 8
    boolean append(long bytes, int count) {
        final int end = length + count;
        if (end > pieces.length * Long.BYTES && !grow()) {
            return false;
        }
        final int index = length >>> 3;
        final int shift = (length & 7) << 3;
        if (shift == 0) {
            pieces[index] = bytes;
        } else {
            pieces[index] |= bytes << shift;
            if (pieceCount(end) > index + 1) {
                pieces[index + 1] = bytes >>> Long.SIZE - shift;
            }
        }
        length = end;
        return true;
    }

    private boolean grow() {
        if (pieces.length * Long.BYTES == LIMIT_BYTES) {
            return false;
        }
        pieces = Arrays.copyOf(pieces, pieces.length * 2);
        return true;
    }
}
