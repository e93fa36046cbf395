package dev.backplane.shm;

import dev.backplane.QueueOptions;
import dev.backplane.store.ObjectSpec;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;

/// A queue's bytes and the numbers that say where in them things are, checked.
///
/// @param region the bytes
/// @param capacity in elements
/// @param payloadBytes of a slot
/// @param stride from slot to slot
/// @param joinable whether elements that were taken are counted
record QueueShape(Region region, int capacity, int payloadBytes, int stride, boolean joinable) {
    static final int JOINABLE_BIT = 32;

    /// What the catalog is asked for.
    static ObjectSpec spec(String name, QueueOptions<?> options) {
        final int stride = QueueLayout.stride(options.slotBytes());
        final ObjectType type = ObjectType.QUEUE;
        return new ObjectSpec(
                name,
                type.code(),
                type.layoutVersion(),
                QueueLayout.bytes(options.capacity(), stride),
                options.capacity(),
                stride - QueueLayout.SLOT_HEADER_BYTES | (options.joinable() ? 1L << JOINABLE_BIT : 0));
    }

    /// The shape of a queue in a segment.
    ///
    /// @throws SegmentException if the numbers do not fit the region
    static QueueShape of(Region region) {
        final long capacity = region.param0();
        final int payloadBytes = (int) region.param1();
        final int stride = payloadBytes + QueueLayout.SLOT_HEADER_BYTES;
        if (capacity < 1
                || capacity > Integer.MAX_VALUE
                || payloadBytes < 1
                || stride < QueueLayout.LEAST_STRIDE
                || stride % QueueLayout.LEAST_STRIDE != 0
                || QueueLayout.bytes((int) capacity, stride) > region.length()) {
            throw new SegmentException("queue " + region + " claims " + capacity + " slots of " + payloadBytes
                    + " bytes, which do not fit its length: the segment is damaged");
        }
        return new QueueShape(
                region, (int) capacity, payloadBytes, stride, (region.param1() & 1L << JOINABLE_BIT) != 0);
    }

    /// In which slot a position is.
    ///
    /// @throws SegmentException if there is no such slot
    int index(long position) {
        final int index = QueueWord.index(position);
        if (index < 0 || index >= capacity) {
            throw new SegmentException("queue " + region + " has position " + position + " in slot " + index + " of "
                    + capacity + ": the segment is damaged");
        }
        return index;
    }
}
