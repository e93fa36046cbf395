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
    private static final long NAP_NANOS = 20_000;
    private static final int LOOKS_BETWEEN_NAPS = 512;

    private final QueueRing ring;
    private final int capacity;
    private final long head;
    private int returned;
    private long cursor;
    private long left;

    /// At the queue's next element.
    QueueScan(QueueRing ring, MemorySegment memory) {
        this.ring = ring;
        this.capacity = ring.capacity();
        this.head = HEAD.getAcquire(memory, 0);
        this.cursor = head;
        this.left = isPlain(memory) ? size(ring, memory) : capacity;
        this.returned = QueueMark.isRaised(memory, RETURNED) ? 0 : capacity;
    }

    /// The position of the next element that is there, in the order in which they would be taken, or
    /// [QueueRing#NOTHING].
    long next() {
        while (returned < capacity) {
            final long state = ring.state(returned); // Of the position in lap 0: only the slot matters.
            final long position = QueueWord.position(state, returned);
            returned++;
            if (QueueWord.phase(state) == QueueWord.FULL && isBeforeHead(position)) {
                return position;
            }
        }
        while (left > 0) {
            final long state = ring.state(cursor);
            final long position = QueueWord.position(state, QueueWord.index(cursor));
            cursor = QueueWord.next(cursor, capacity);
            left--;
            if (QueueWord.phase(state) == QueueWord.FULL && !isBeforeHead(position)) {
                return position;
            }
        }
        return QueueRing.NOTHING;
    }

    /// Whether an element was given back and is taken before those in turn.
    private boolean isBeforeHead(long position) {
        return QueueWord.distance(head, position, capacity) < 0;
    }

    /// Whether all elements stand between head and tail, and nothing else does.
    private static boolean isPlain(MemorySegment memory) {
        return !QueueMark.isRaised(memory, HOLES) && !QueueMark.isRaised(memory, RETURNED);
    }

    /// How many elements there are.
    static int size(QueueRing ring, MemorySegment memory) {
        ring.puts().passDone();
        final int holes = QueueMark.seen(memory, HOLES);
        final long head = HEAD.getAcquire(memory, 0);
        final long tail = TAIL.getAcquire(memory, 0);
        final long distance = QueueWord.distance(head, tail, ring.capacity());
        if (isPlain(memory)) {
            return Math.clamp(distance, 0, ring.capacity());
        }
        int elements = 0;
        int inTurn = 0;
        for (long index = 0; index < ring.capacity(); index++) {
            final long state = ring.state(index); // Of the position in lap 0: only the slot matters.
            if (QueueWord.phase(state) == QueueWord.FULL) {
                elements++;
                final long position = QueueWord.position(state, (int) index);
                inTurn += QueueWord.distance(head, position, ring.capacity()) >= 0 ? 1 : 0;
            }
        }
        if (inTurn == distance && HEAD.getAcquire(memory, 0) == head && TAIL.getAcquire(memory, 0) == tail) {
            QueueMark.lower(memory, HOLES, holes); // All have been passed.
        }
        return elements;
    }

    /// How many elements can be put.
    static int room(QueueRing ring, MemorySegment memory) {
        if (isPlain(memory)) {
            return ring.capacity() - size(ring, memory);
        }
        ring.puts().passDone();
        int room = 0;
        long position = TAIL.getAcquire(memory, 0);
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
            final int ahead = QueueWord.lapsAhead(state, head);
            if (state == QueueWord.full(head)) {
                return head;
            }
            if (ahead < 0 || ahead == 0 && QueueWord.phase(state) <= QueueWord.WRITING && !ring.isPassed(head)) {
                return QueueRing.NOTHING;
            }
            if (ahead > 0 || QueueWord.phase(state) >= QueueWord.READING) {
                ring.takes().pass(head);
            } else if (System.nanoTime() - start > WaitLoop.SLICE_NANOS) {
                return QueueRing.NOTHING; // Its producer is frozen.
            } else if (++looks % LOOKS_BETWEEN_NAPS == 0) {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    private static long oldestReturned(QueueRing ring, MemorySegment memory) {
        final long head = HEAD.getAcquire(memory, 0);
        for (long index = 0; index < ring.capacity(); index++) {
            final long state = ring.state(index);
            final long position = QueueWord.position(state, (int) index);
            if (QueueWord.phase(state) == QueueWord.FULL && QueueWord.distance(head, position, ring.capacity()) < 0) {
                return position;
            }
        }
        return QueueRing.NOTHING;
    }

    /// Whether nothing is in the queue and nobody has an element that is not done, at one instant.
    static boolean isFinished(QueueRing ring, MemorySegment memory, QueueTally tally) {
        final long head = HEAD.getAcquire(memory, 0);
        return isUnclaimed(ring, head)
                && tally.isSettled()
                && (!QueueMark.isRaised(memory, RETURNED) || oldestReturned(ring, memory) < 0)
                && isUnclaimed(ring, head);
    }

    private static boolean isUnclaimed(QueueRing ring, long head) {
        final long state = ring.state(head);
        final int ahead = QueueWord.lapsAhead(state, head);
        if (ahead > 0) {
            ring.takes().pass(head); // The next look, if this is not the last, is at the next position.
        }
        return ahead < 0 || ahead == 0 && QueueWord.phase(state) == QueueWord.FREE;
    }
}
