package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import java.lang.foreign.MemorySegment;

/// How full a queue is, from its bytes alone, as far as they agree.
///
/// @param head the position where the next element is taken
/// @param tail the position where the next element is put
/// @param capacity as the catalog has it
/// @param shutDown whether nothing more can be put
record QueueState(long head, long tail, long capacity, boolean shutDown) {
    /// Reads the bytes of a queue.
    static QueueState of(MemorySegment bytes, CatalogEntry entry) {
        final long tail = QueueLayout.TAIL.getAcquire(bytes, 0);
        return new QueueState(
                nextFrom(QueueLayout.HEAD.getAcquire(bytes, 0), tail, bytes, entry),
                tail,
                entry.param0(),
                QueueLayout.SHUT_DOWN.getAcquire(bytes, 0) != 0);
    }

    /// Where the next element is that nobody has claimed. Whoever claims one may leave it to others to advance head
    /// past it.
    private static long nextFrom(long head, long tail, MemorySegment bytes, CatalogEntry entry) {
        if (!QueueCheck.isWhole(entry)) {
            return head;
        }
        final QueueSlots slots = QueueCheck.slots(entry, bytes);
        long next = head;
        for (long looks = 0; looks < entry.param0() && next != tail && slots.has(next); looks++) {
            if (!QueueTakes.isGone(slots.state(QueueWord.index(next)), next)) {
                break;
            }
            next = slots.next(next);
        }
        return next;
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
