package dev.backplane.cli.wordcount;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// UTF-8 text in memory, read a *piece* of eight bytes at a time, from any position.
///
/// A piece holds the byte at its position in its lowest eight bits. Past the end it is filled up with zero
/// bytes, which are neither letters nor parts of a longer character: whoever reads by pieces needs no test for
/// the end.
final class Text {
    private static final ValueLayout.OfLong PIECE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final long size;
    private final long lastWholePiece;

    Text(MemorySegment bytes) {
        this.bytes = bytes;
        this.size = bytes.byteSize();
        this.lastWholePiece = size - Long.BYTES;
    }

    /// Length in bytes.
    long size() {
        return size;
    }

    /// The eight bytes from a position on.
    ///
    /// @param at 0 or more
    long piece(long at) {
        return at <= lastWholePiece ? bytes.get(PIECE, at) : endingPiece(at);
    }

    private long endingPiece(long at) {
        long piece = 0;
        for (long i = size - 1; i >= at; i--) {
            piece = piece << Byte.SIZE | Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, i));
        }
        return piece;
    }

    /// The character that starts at a position, or [Utf8#MALFORMED].
    int codePointAt(long at) {
        return Utf8.decode(piece(at));
    }

    /// Where the character that holds the byte at a position starts, or -1 if the byte belongs to none.
    ///
    /// Looks back at most three bytes. See [Utf8] for why one answer is right wherever reading began.
    long startOfCharacterAt(long at) {
        final long earliest = Math.max(0, at - (Utf8.LONGEST - 1));
        long start = at;
        while (start > earliest && isContinuation(start)) {
            start--;
        }
        final int codePoint = codePointAt(start);
        return codePoint != Utf8.MALFORMED && start + Utf8.length(codePoint) > at ? start : -1;
    }

    private boolean isContinuation(long at) {
        return (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xC0) == 0x80;
    }
}
