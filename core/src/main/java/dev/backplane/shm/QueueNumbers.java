package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// How full a queue is, read from its bytes.
///
/// Reading changes nothing and waits for nobody: values are what they were at some instant.
///
/// @param depth how many places are taken, as far as the queue's hints tell
/// @param capacity how many places there are
/// @param shutDown whether nothing more can be put
public record QueueNumbers(int depth, int capacity, boolean shutDown) {
    /// Reads the numbers of a queue.
    ///
    /// @param segment what is looked at
    /// @param entry of the queue in it
    /// @return its numbers, nothing if it is no queue
    public static Optional<QueueNumbers> of(SegmentView segment, CatalogEntry entry) {
        if (entry.type() != ObjectType.QUEUE.code()) {
            return Optional.empty();
        }
        final MemorySegment bytes = segment.bytes(entry);
        return Optional.of(new QueueNumbers(
                (int) QueueState.depth(bytes, entry.param0()),
                Math.clamp(entry.param0(), 1, Integer.MAX_VALUE),
                QueueLayout.SHUT_DOWN.getAcquire(bytes, 0) != 0));
    }
}
