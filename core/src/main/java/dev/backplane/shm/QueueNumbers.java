package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;
import java.util.Optional;

/// How full a queue is, read from its bytes.
///
/// Reading changes nothing and waits for nobody: values are what they were at some instant.
///
/// @param depth how many places are taken, as far as the queue's words agree
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
        final QueueState state = QueueState.of(segment.bytes(entry), entry);
        return Optional.of(new QueueNumbers(state.depth(), state.places(), state.shutDown()));
    }
}
