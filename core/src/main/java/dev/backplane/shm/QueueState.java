package dev.backplane.shm;

import java.lang.foreign.MemorySegment;

/// A queue in words, from its bytes alone.
final class QueueState {
    private QueueState() {}

    /// How many places are taken, as far as the hints tell.
    static long depth(MemorySegment bytes, long capacity) {
        final long head = QueueLayout.HEAD.getAcquire(bytes, 0);
        final long tail = QueueLayout.TAIL.getAcquire(bytes, 0);
        final int most = Math.clamp(capacity, 1, Integer.MAX_VALUE);
        return Math.clamp(QueueWord.distance(head, tail, most), 0, most);
    }

    /// What the queue holds, as far as its hints tell.
    static String describe(MemorySegment bytes, long capacity) {
        return depth(bytes, capacity) + " of " + capacity + " places taken"
                + (QueueLayout.SHUT_DOWN.getAcquire(bytes, 0) != 0 ? ", shut down" : "");
    }
}
