package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.SHUT_DOWN;
import static dev.backplane.shm.QueueLayout.TAIL;

import dev.backplane.store.Segment;

/// The producers' side of a queue's slots. The essay is in [QueueRing].
final class QueuePuts {
    private static final int PLACES_AT_ONCE = 64;
    private static final int PLACES_TO_WAIT_FOR = 32;
    private static final int LEAST_CAPACITY_TO_WAIT = 4 * PLACES_TO_WAIT_FOR;
    private static final int LOOKS = 32;

    private final QueueShape shape;
    private final QueueSlots slots;
    private final Segment segment;
    private final QueueWords words;
    private final int self;
    private final int capacity;
    private final QueueRepair repair;

    /// Before this position, and from a lap before it on, the element of the lap before is gone from each slot. Who
    /// knows that from here knows it as well as who saw it: what the taker of such an element did happened
    /// before. Laps never fall, so what was seen stays so.
    private volatile long roomUntil;

    /// Whether there was room since somebody here waited for some; a guess, which any thread may spoil.
    private boolean hadRoom;

    QueuePuts(QueueShape shape, QueueSlots slots, QueueWords words, QueueRepair repair) {
        this.shape = shape;
        this.slots = slots;
        this.segment = shape.region().segment();
        this.words = words;
        this.self = segment.self();
        this.capacity = shape.capacity();
        this.repair = repair;
        this.roomUntil = words.getLongAcquire(TAIL.offset());
    }

    /// Claims the next slot to put an element into.
    ///
    /// @return its position, or [QueueRing#NOTHING] if the queue is full, [QueueRing#UNDER_WAY] if the
    ///     slot's element is just being taken, [QueueRing#END] if the queue is shut down
    long tryClaim() {
        // What nearly always comes out well is short, and for the compiler to make one piece with its caller.
        final long tail = words.getLongAcquire(TAIL.offset());
        return words.getIntAcquire(SHUT_DOWN.offset()) == 0
                        && QueueWord.isSoonAfter(roomUntil, tail)
                        && words.compareAndSetLong(
                                slots.put(shape.index(tail)), QueueWord.free(tail), QueueWord.writing(tail, self))
                ? confirmed(tail)
                : tryClaimSlowly();
    }

    private long tryClaimSlowly() {
        if (words.getIntAcquire(SHUT_DOWN.offset()) != 0) {
            return QueueRing.END;
        }
        while (true) {
            final long tail = words.getLongAcquire(TAIL.offset());
            final int index = shape.index(tail);
            if (!QueueWord.isSoonAfter(roomUntil, tail) && !lookForRoom(tail) && !waitForRoom(tail)) {
                final long take = words.getLongVolatile(slots.take(index));
                if (QueueWord.lapsAhead(take, tail) >= 0) {
                    continue; // It was freed just now.
                }
                // A hole, of which one who is not done, or dead, has not freed the place.
                final boolean isHole = QueueWord.lapsAhead(words.getLongAcquire(slots.slot(index)), tail) >= 0;
                return isHole || QueueWord.phase(take) != QueueWord.FREE ? QueueRing.UNDER_WAY : QueueRing.NOTHING;
            }
            if (words.compareAndSetLong(slots.put(index), QueueWord.free(tail), QueueWord.writing(tail, self))) {
                return confirmed(tail);
            }
            final long put = words.getLongAcquire(slots.put(index));
            if (QueueWord.lapsAhead(put, tail) < 0) {
                return QueueRing.UNDER_WAY; // The element of the lap before was taken before its producer was done.
            }
            if (put != QueueWord.free(tail)) { // Otherwise that producer was done just now.
                markAsPassed(index, tail);
                slots.advance(words, TAIL.offset(), tail);
            }
        }
    }

    /// Finds out from which slots on, beginning at a position, the element of the lap before is gone.
    private boolean lookForRoom(long from) {
        long position = from;
        for (int places = 0; places < PLACES_AT_ONCE; places++) {
            // Pairs with the release in QueueTakes.free(): its reader is done.
            final long take = words.getLongVolatile(slots.take(shape.index(position)));
            if (QueueWord.lapsAhead(take, position) < 0) {
                break;
            }
            position = QueueWord.next(position, capacity);
        }
        if (position == from) {
            return false;
        }
        roomUntil = position;
        hadRoom = true;
        return true;
    }

    /// Gives a consumer a microsecond or two to free several places of a queue that has just become full, and looks
    /// meanwhile at the last of them only: who looks for each place as it is freed takes the line of cache away
    /// from the consumer each time.
    private boolean waitForRoom(long from) {
        if (!hadRoom || capacity < LEAST_CAPACITY_TO_WAIT) {
            return false;
        }
        hadRoom = false;
        final long last = QueueWord.plus(from, PLACES_TO_WAIT_FOR, capacity);
        final long word = slots.take(QueueWord.index(last));
        for (int look = 0; look < LOOKS && QueueWord.lapsAhead(words.getLongAcquire(word), last) < 0; look++) {
            Thread.onSpinWait();
        }
        return lookForRoom(from);
    }

    /// Marks an element that is not there yet as one after which others may be put. If the state changes meanwhile, the
    /// element is there, or never will be, or another one has marked it.
    private void markAsPassed(int index, long position) {
        final long state = words.getLongAcquire(slots.slot(index));
        if (QueueWord.isOpen(state, position)) {
            words.compareAndSetLong(slots.slot(index), state, QueueWord.passed(position));
        }
    }

    private long confirmed(long position) {
        if (words.getIntAcquire(SHUT_DOWN.offset()) != 0) {
            repair.abandon(position);
            return QueueRing.END;
        }
        if (segment.isClosed()) {
            repair.abandon(position);
            segment.ensureOpen();
        }
        return position;
    }

    /// Whether a handler of the user's has the element in the next slot: that may take long.
    boolean isNextHandled() {
        final int index = shape.index(words.getLongAcquire(TAIL.offset()));
        return QueueWord.phase(words.getLongAcquire(slots.take(index))) == QueueWord.HANDLING;
    }

    /// Makes an element that this participant was putting one that can be taken.
    void publish(long position) {
        final int index = QueueWord.index(position);
        // Pairs with the acquire in QueueTakes.tryClaim().
        words.setLongRelease(slots.slot(index), QueueWord.full(position));
        words.setLongRelease(slots.put(index), QueueWord.freeAfter(position));
        final long next = QueueWord.next(position, capacity);
        words.compareAndSetLong(TAIL.offset(), position, next);
        repair.wakeConsumers();
        slots.fetch(words, slots.put(QueueWord.index(next)), next);
    }

    /// [#publish] after code of the user's ran: the attachment may have been closed and its claim undone.
    void publishIfStillMine(long position) {
        if (!segment.isClosed()) {
            publish(position);
        } else if (!repair.publishUnlessUndone(position)) {
            segment.ensureOpen();
        }
    }

    /// Undoes a claim of this participant: its slot becomes a hole.
    void abandon(long position) {
        repair.abandon(position);
    }

    /// Advances tail past elements whose producers are not done yet, or dead, but which are in the queue.
    void passDone() {
        for (int i = 0; i < capacity; i++) {
            final long tail = words.getLongAcquire(TAIL.offset());
            final long state = words.getLongAcquire(slots.slot(shape.index(tail)));
            if (QueueWord.isOpen(state, tail)) {
                return;
            }
            slots.advance(words, TAIL.offset(), tail);
        }
    }
}
