package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.sequenceLayout;

import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Fields of which an object has one for each participant's slot.
final class PerSlot {
    /// As many as a segment's table of participants can have.
    static final int COUNT = 256;

    static final SequenceLayout INTS = sequenceLayout(COUNT, ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN));
    static final SequenceLayout LONGS = sequenceLayout(COUNT, ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN));

    private PerSlot() {}

    /// Where a slot's 32-bit field is, from that of slot 0.
    static long intAt(int slot) {
        return (long) slot * Integer.BYTES;
    }

    /// Where a slot's 64-bit field is, from that of slot 0.
    static long longAt(int slot) {
        return (long) slot * Long.BYTES;
    }
}
