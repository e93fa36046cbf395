package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.HEAD;
import static dev.backplane.shm.QueueLayout.HOLES;
import static dev.backplane.shm.QueueLayout.RETURNED;
import static dev.backplane.shm.QueueLayout.TAIL;

import dev.backplane.store.WaitLoop;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/// Looks at a queue's slots without claiming any: what is there, and how much.
final class QueueScan {
    private static final int LOOKS = 16;
    private static final long NAP_NANOS = 20_000;
    private static final int LOOKS_BETWEEN_NAPS = 512;

    private final QueueRing ring;
    private final int capacity;
    private final QueueReturned returned;
    private boolean mayHaveReturned;
    private long cursor;
    private long left;

    /// At the queue's next element.
    QueueScan(QueueRing ring, MemorySegment memory) {
        this.ring = ring;
        this.capacity = ring.capacity();
        final long head = settledHead(ring, memory);
        this.returned = ring.returned(head);
        this.cursor = head;
        this.left = Math.clamp(QueueWord.distance(head, settledTail(ring, memory), capacity), 0, capacity);
        this.mayHaveReturned = QueueMark.isRaised(memory, RETURNED);
    }

    /// The position of the next element that is there, in the order in which they would be taken, or
    /// [QueueRing#NOTHING].
    long next() {
        if (mayHaveReturned) {
            final long position = returned.next();
            if (position != QueueRing.NOTHING) {
                return position;
            }
            mayHaveReturned = false;
        }
        while (left > 0) {
            final long state = ring.state(cursor);
            final long position = QueueWord.position(state, QueueWord.index(cursor));
            cursor = QueueWord.next(cursor, capacity);
            left--;
            if (QueueWord.phase(state) == QueueWord.FULL && !returned.isBefore(position)) {
                return position;
            }
        }
        return QueueRing.NOTHING;
    }

    /// Whether all elements stand between head and tail, and nothing else does.
    private static boolean isPlain(MemorySegment memory) {
        return !QueueMark.isRaised(memory, HOLES) && !QueueMark.isRaised(memory, RETURNED);
    }

    /// How many elements there are.
    static int size(QueueRing ring, MemorySegment memory) {
        final int holes = QueueMark.seen(memory, HOLES);
        long head = settledHead(ring, memory);
        long tail = settledTail(ring, memory);
        for (int look = 0; look < LOOKS && HEAD.getAcquire(memory, 0) != head; look++) {
            head = settledHead(ring, memory); // Both are of one moment, unless others are very quick.
            tail = settledTail(ring, memory);
        }
        final long distance = QueueWord.distance(head, tail, ring.capacity());
        if (isPlain(memory)) {
            return Math.clamp(distance, 0, ring.capacity());
        }
        int elements = 0;
        int inTurn = 0;
        for (long index = 0; index < ring.capacity(); index++) {
            final long state = ring.state(index); // Of the position in lap 0: only the slot matters.
            final long position = QueueWord.position(state, (int) index);
            if (QueueWord.phase(state) == QueueWord.FULL) {
                elements++;
                final long ahead = QueueWord.distance(head, position, ring.capacity());
                inTurn += ahead >= 0 && ahead < distance ? 1 : 0;
            } else if (QueueWord.phase(state) == QueueWord.WRITING && ring.isIn(position)) {
                elements++;
            }
        }
        if (inTurn == distance && HEAD.getAcquire(memory, 0) == head && TAIL.getAcquire(memory, 0) == tail) {
            QueueMark.lower(memory, HOLES, holes); // All have been passed.
        }
        return elements;
    }

    private static long settledHead(QueueRing ring, MemorySegment memory) {
        ring.takes().passGone();
        return HEAD.getAcquire(memory, 0);
    }

    private static long settledTail(QueueRing ring, MemorySegment memory) {
        ring.puts().passDone();
        return TAIL.getAcquire(memory, 0);
    }

    /// How many elements can be put.
    static int room(QueueRing ring, MemorySegment memory) {
        if (isPlain(memory)) {
            return ring.capacity() - size(ring, memory);
        }
        int room = 0;
        long position = settledTail(ring, memory);
        while (room < ring.capacity() && QueueWord.lapsAhead(ring.state(position), position) == 0) {
            position = QueueWord.next(position, ring.capacity());
            room++;
        }
        return room;
    }

    /// The position of the element that would be taken next, or [QueueRing#NOTHING].
    static long oldest(QueueRing ring, MemorySegment memory) {
        final long start = System.nanoTime();
        int looks = 0;
        while (true) {
            if (QueueMark.isRaised(memory, RETURNED)) {
                final long returned = oldestReturned(ring, memory);
                if (returned >= 0) {
                    return returned;
                }
            }
            final long head = HEAD.getAcquire(memory, 0);
            final long state = ring.state(head);
            if (state == QueueWord.full(head)) {
                return head;
            }
            final int ahead = QueueWord.lapsAhead(state, head);
            if (ahead < 0 || ahead == 0 && QueueWord.phase(state) <= QueueWord.WRITING && !ring.isIn(head)) {
                return QueueRing.NOTHING;
            }
            if (QueueTakes.isGone(state, head)) {
                ring.takes().pass(head);
            } else if (System.nanoTime() - start > WaitLoop.SLICE_NANOS) {
                return QueueRing.NOTHING; // Its producer is frozen.
            } else if (++looks % LOOKS_BETWEEN_NAPS == 0) {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    private static long oldestReturned(QueueRing ring, MemorySegment memory) {
        return ring.returned(HEAD.getAcquire(memory, 0)).next();
    }

    /// Whether nothing is in the queue and nobody has an element that is not done, at one instant.
    static boolean isFinished(QueueRing ring, MemorySegment memory, QueueTally tally) {
        final int seen = QueueMark.seen(memory, RETURNED);
        final long head = settledHead(ring, memory);
        return isUnclaimed(ring, head)
                && tally.isSettled()
                && (!QueueMark.isRaised(memory, RETURNED) || oldestReturned(ring, memory) < 0)
                && isUnclaimed(ring, head)
                && QueueMark.seen(memory, RETURNED) == seen; // Nobody gave back what another has now.
    }

    private static boolean isUnclaimed(QueueRing ring, long head) {
        final long state = ring.state(head);
        final int ahead = QueueWord.lapsAhead(state, head);
        return ahead < 0 || ahead == 0 && QueueWord.phase(state) == QueueWord.FREE;
    }
}
