package dev.backplane.shm;

import java.lang.foreign.MemorySegment;

/// How full a queue is, from its bytes alone, as far as its hints tell.
///
/// @param head the position where the next element is taken
/// @param tail the position where the next element is put
/// @param capacity as the catalog has it
/// @param shutDown whether nothing more can be put
record QueueState(long head, long tail, long capacity, boolean shutDown) {
    /// Reads the bytes of a queue.
    static QueueState of(MemorySegment bytes, long capacity) {
        return new QueueState(
                QueueLayout.HEAD.getAcquire(bytes, 0),
                QueueLayout.TAIL.getAcquire(bytes, 0),
                capacity,
                QueueLayout.SHUT_DOWN.getAcquire(bytes, 0) != 0);
    }

    /// How many places there are, whatever the catalog says.
    int places() {
        return Math.clamp(capacity, 1, Integer.MAX_VALUE);
    }

    /// How many places are taken.
    int depth() {
        return Math.clamp(QueueWord.distance(head, tail, places()), 0, places());
    }

    /// How many elements were put.
    long put() {
        return before(tail);
    }

    /// How many elements were taken.
    long taken() {
        return before(head);
    }

    /// How many positions there are before one.
    private long before(long position) {
        return QueueWord.lap(position) * capacity + QueueWord.index(position);
    }

    /// The queue in words.
    String describe() {
        return depth() + " of " + capacity + " places taken" + (shutDown ? ", shut down" : "");
    }
}
