package dev.backplane.cli.wordcount;

import java.util.Arrays;
import java.util.OptionalInt;

/// A place in the bytes of a word, moved on while two words are compared.
final class Cursor {
    private static final int BLOCK_BYTES = 4096;

    private final WordBytes bytes;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int at;
    private int end;

    Cursor(WordBytes bytes) {
        this.bytes = bytes;
    }

    /// Whether there are more bytes; reads the next block if need be.
    boolean hasBytes() {
        if (at == end) {
            at = 0;
            end = bytes.next(block);
        }
        return at < end;
    }

    /// How many bytes of the block are left.
    int available() {
        return end - at;
    }

    /// How the next `count` bytes compare with those of another cursor, if they differ.
    OptionalInt difference(Cursor other, int count) {
        final int difference = Arrays.compareUnsigned(block, at, at + count, other.block, other.at, other.at + count);
        return difference == 0 ? OptionalInt.empty() : OptionalInt.of(difference);
    }

    void skip(int count) {
        at += count;
    }
}
