package dev.backplane.benchmarks.message;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A message that begins with a number, in an array of one end's own.
final class Message {
    private final byte[] bytes;
    private final MemorySegment segment;

    Message(int length) {
        bytes = new byte[length];
        segment = MemorySegment.ofArray(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    MemorySegment segment() {
        return segment;
    }

    /// What it begins with.
    private long number() {
        return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    /// Changes what it begins with.
    void number(long number) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number);
    }

    /// Throws unless it begins with a number.
    void check(long expected) {
        if (number() != expected) {
            throw new AssertionError("message " + number() + " came, expected " + expected);
        }
    }
}
