package dev.backplane.benchmarks.message;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A message in an array of one end's own, in the forms in which links take it.
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
    long number() {
        return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    /// Changes what it begins with.
    ///
    /// @return this
    Message number(long number) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number);
        return this;
    }
}
