package dev.backplane.shm;

import java.lang.foreign.MemorySegment;

/// A queue in words, from its bytes alone.
final class QueueState {
    private QueueState() {}

    /// What the queue holds, as far as its hints tell.
    static String describe(MemorySegment bytes, long capacity) {
        final QueueNumbers numbers = QueueNumbers.of(bytes, capacity);
        return numbers.depth() + " of " + capacity + " places taken" + (numbers.shutDown() ? ", shut down" : "");
    }
}
