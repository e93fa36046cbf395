package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.HEAD;
import static dev.backplane.shm.QueueLayout.HOLES;
import static dev.backplane.shm.QueueLayout.RETURNED;
import static dev.backplane.shm.QueueLayout.SHUT_DOWN;
import static dev.backplane.shm.QueueLayout.STATE;
import static dev.backplane.shm.QueueLayout.TAIL;

import dev.backplane.store.LongField;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The slots of a queue: who may put an element into which, and who may take it out, step by step.
final class QueueRing {
    /*
     * A ring in which each slot's state says which lap it is in and who has claimed it; after Vyukov's bounded
     * queue, but the claim is made on the slot and not on a counter: so a claimant is known at every instant, and
     * head and tail are hints, at most as far as the truth, which anybody advances who finds them behind.
     *
     * Put at position t. Linearizes at 1: from then on the element is in the queue, and who would take it waits
     * for 4.
     *   1. state(t): FREE -> WRITING(me), by CAS. A slot that is a lap behind means that the queue is full
     *   2. tail: t -> t + 1, by CAS
     *   3. the element's bytes, plain stores
     *   4. state(t) -> FULL, release
     *   5. wake consumers if some are announced
     *
     * Take at position h. Linearizes at 1: from then on it is not, and who needs its place waits for 4. A handler
     * of the user's may take long: it marks the slot HANDLING, and the place counts as taken until it is done.
     *   1. state(h): FULL -> READING(me), by CAS. FREE means that the queue is empty
     *   2. head: h -> h + 1, by CAS
     *   3. the bytes are read
     *   4. state(h) -> FREE of the next lap, release
     *   5. wake producers if some are announced
     *
     * What a kill leaves behind after each step of a put:
     *   1. WRITING of a dead one, and a tail that is behind: the next producer advances it. Whoever waits for the
     *      slot, or sweeps, makes it FREE of the next lap: a hole. To a consumer a hole is an element that is gone
     *      already, so it goes on to the next position
     *   2., 3. the same, with the tail advanced, and some of the bytes
     *   4. an element that was put. Its consumers, asleep, look for themselves at the end of their slice
     * and of a take:
     *   1. READING or HANDLING of a dead one, and a head that is behind: others advance it. Whoever needs the
     *      slot, or sweeps, makes it FULL again: it is before head then, where nobody looks unless `returned`
     *      says so
     *   2., 3. the same
     *   4. an element that was taken, and is lost with its taker if take() had not returned. Producers, asleep,
     *      look for themselves at the end of their slice
     *
     * `returned` is a mark, see QueueMark, that an element may have come to stand before head. Who takes looks for
     * those first, and lowers the mark if there was none and nobody raised it meanwhile. It is raised after the
     * state is FULL. One killed between the two is swept itself, and every sweep raises it once more at its end.
     * One who advances head past a slot that he saw in READING looks again afterwards, and raises it if that is
     * FULL. The Promela model queue.pml covers all this with crashes at any step.
     *
     * No wake-up is lost: see QueueGate. The load in step 5 may stand anywhere after the CAS of step 1.
     *
     * Closing and shutting down are looked at after step 1, and each is stored before its actor looks at the
     * slots: so either the claimant sees it and undoes its claim, or the other sees the claim.
     */

    /// There is no slot to claim: the queue is empty, or full.
    static final long NOTHING = -1;
    /// The next slot's claimant is not done yet.
    static final long UNDER_WAY = -2;
    /// The queue was shut down: nothing more can be put, or it is empty for ever.
    static final long END = -3;

    private static final int STREAK = 8;
    private static final int LOOKS_BETWEEN_QUESTIONS = 512;
    private static final long NAP_NANOS = 20_000;

    private final QueueShape shape;
    private final Segment segment;
    private final MemorySegment memory;
    private final int self;
    private final int capacity;
    private final int stride;
    private final @Nullable QueueTally tally;
    private final QueueRepair repair;
    /// How many claims of this process succeeded in a row, at most [#STREAK]; guesses, which any thread may
    /// spoil.
    private int puts;

    private int takes;

    QueueRing(QueueShape shape) {
        this.shape = shape;
        this.segment = shape.region().segment();
        this.memory = shape.region().memory();
        this.self = segment.self();
        this.capacity = shape.capacity();
        this.stride = shape.stride();
        this.tally = shape.joinable() ? new QueueTally(segment, memory) : null;
        this.repair = new QueueRepair(shape, tally);
    }

    /// Whether a claim's result ends a wait for a slot.
    static boolean isAnswer(long position) {
        return position >= 0 || position == END;
    }

    /// Where consumers wait.
    QueueGate notEmptyGate() {
        return new QueueGate(
                segment,
                repair.notEmpty(),
                this::tryClaimFull,
                () -> repair.undoIfDead(HEAD.getAcquire(memory, 0)),
                QueueGate.NEVER_FULL);
    }

    /// Where producers wait.
    QueueGate notFullGate() {
        return new QueueGate(
                segment,
                repair.notFull(),
                this::tryClaimFree,
                () -> repair.undoIfDead(TAIL.getAcquire(memory, 0)),
                capacity);
    }

    @Nullable
    QueueTally tally() {
        return tally;
    }

    int capacity() {
        return capacity;
    }

    /// Where the slot of a position is.
    long slot(long position) {
        return shape.slot(position);
    }

    long state(long position) {
        return STATE.getAcquire(memory, slot(position));
    }

    private void advance(LongField hint, long position) {
        if (hint.getAcquire(memory, 0) == position) {
            hint.compareAndSet(memory, 0, position, QueueWord.next(position, capacity));
        }
    }

    /// Changes a slot's state if it is the expected one; what it was. Where that is likely, after a streak, it
    /// is not read first: the slot's line of cache, another processor's, comes over once then, instead of
    /// twice.
    private long exchange(long slot, long expected, long next, int streak) {
        if (streak < STREAK) {
            final long state = STATE.getAcquire(memory, slot);
            if (state != expected) {
                return state;
            }
        }
        return STATE.compareAndExchange(memory, slot, expected, next);
    }

    /// Claims the next slot to put an element into.
    ///
    /// @return its position, or [#NOTHING] if the queue is full, [#UNDER_WAY] if the slot's element is just
    ///     being taken, [#END] if the queue is shut down
    long tryClaimFree() {
        if (SHUT_DOWN.getAcquire(memory, 0) != 0) {
            return END;
        }
        while (true) {
            final long tail = TAIL.getAcquire(memory, 0);
            final long slot = slot(tail);
            // Pairs with the release in free(): its reader is done.
            final long state = exchange(slot, QueueWord.free(tail), QueueWord.writing(tail, self), puts);
            if (state == QueueWord.free(tail)) {
                TAIL.compareAndSet(memory, 0, tail, QueueWord.next(tail, capacity));
                puts += puts < STREAK ? 1 : 0;
                return confirmed(tail);
            } else if (QueueWord.lapsAhead(state, tail) >= 0) {
                advance(TAIL, tail);
            } else {
                puts = 0;
                return QueueWord.phase(state) >= QueueWord.READING ? UNDER_WAY : NOTHING;
            }
        }
    }

    private long confirmed(long position) {
        if (SHUT_DOWN.getAcquire(memory, 0) != 0) {
            repair.abandon(position);
            return END;
        }
        if (segment.isClosed()) {
            repair.abandon(position);
            segment.ensureOpen();
        }
        return position;
    }

    /// Claims the next slot to take an element from.
    ///
    /// @return its position, or [#NOTHING] if the queue is empty, [#UNDER_WAY] if the next element is just
    ///     being put, [#END] if the queue is empty and shut down
    long tryClaimFull() {
        if (QueueMark.isRaised(memory, RETURNED)) {
            final long returned = tryClaimReturned();
            if (returned >= 0) {
                return returned;
            }
        }
        boolean shutDown = false;
        while (true) {
            final long head = HEAD.getAcquire(memory, 0);
            final long slot = slot(head);
            // Pairs with the release in publish(): all bytes are there.
            final long state = takeIfFull(slot, head);
            if (state == QueueWord.full(head)) {
                HEAD.compareAndSet(memory, 0, head, QueueWord.next(head, capacity));
                takes += takes < STREAK ? 1 : 0;
                return ownedWhileOpen(head);
            }
            takes = 0;
            final int ahead = QueueWord.lapsAhead(state, head);
            final int phase = QueueWord.phase(state);
            if (ahead > 0 || ahead == 0 && phase >= QueueWord.READING) {
                passTaken(head);
            } else if (ahead == 0 && phase == QueueWord.WRITING) {
                return UNDER_WAY;
            } else if (shutDown) {
                return END; // The state was read after the flag: later claimants see it and undo their claim.
            } else if (SHUT_DOWN.getAcquire(memory, 0) == 0) {
                return NOTHING;
            } else {
                shutDown = true;
            }
        }
    }

    private long takeIfFull(long slot, long head) {
        if (tally == null) {
            return exchange(slot, QueueWord.full(head), QueueWord.reading(head, self), takes);
        }
        final long state = STATE.getAcquire(memory, slot);
        // One that another has claimed first is as good as seen in his hands.
        return state != QueueWord.full(head) || claimFull(slot, head) ? state : QueueWord.reading(head, 0);
    }

    /// Advances head past an element that is gone, or claimed by somebody.
    void passTaken(long head) {
        final long slot = slot(head);
        advance(HEAD, head);
        if (STATE.getVolatile(memory, slot) == QueueWord.full(head)) {
            QueueMark.raise(memory, RETURNED); // Given back in between: nobody would look for it behind head.
        }
    }

    /// Claims an element, wherever it is: by the compare-and-set at which a take linearizes.
    boolean claimFull(long slot, long position) {
        if (tally != null) {
            tally.taken();
        }
        final boolean claimed =
                STATE.compareAndSet(memory, slot, QueueWord.full(position), QueueWord.reading(position, self));
        if (!claimed && tally != null) {
            tally.done();
        }
        return claimed;
    }

    private long ownedWhileOpen(long position) {
        if (segment.isClosed()) {
            repair.giveBack(position);
            segment.ensureOpen();
        }
        return position;
    }

    /// Claims an element that stands before head, if there is one.
    private long tryClaimReturned() {
        final int seen = QueueMark.seen(memory, RETURNED);
        final long head = HEAD.getAcquire(memory, 0);
        for (int index = 0; index < capacity; index++) {
            final long slot = QueueLayout.slot(index, stride);
            final long state = STATE.getAcquire(memory, slot);
            final long position = QueueWord.position(state, index);
            if (QueueWord.phase(state) == QueueWord.FULL
                    && QueueWord.distance(head, position, capacity) < 0
                    && claimFull(slot, position)) {
                return ownedWhileOpen(position);
            }
        }
        QueueMark.lower(memory, RETURNED, seen);
        return NOTHING;
    }

    /// [#tryClaimFull] for one who does not wait, but for an element that is just being put, since it is in the
    /// queue already: for a wait slice at most, should its producer be frozen.
    long claimFullNow() {
        final long position = tryClaimFull();
        return position == UNDER_WAY ? settle(true) : position;
    }

    /// [#tryClaimFree] for one who does not wait, but for an element that is just being taken, since it is not
    /// in the queue any more.
    long claimFreeNow() {
        final long position = tryClaimFree();
        return position == UNDER_WAY ? settle(false) : position;
    }

    private long settle(boolean taking) {
        final long start = System.nanoTime();
        for (int looks = 1; true; looks++) {
            Thread.onSpinWait();
            final long position = taking ? tryClaimFull() : tryClaimFree();
            if (position != UNDER_WAY || !taking && isTailHandled()) {
                return position;
            }
            if (looks % LOOKS_BETWEEN_QUESTIONS == 0) {
                if (System.nanoTime() - start > WaitLoop.SLICE_NANOS) {
                    return NOTHING;
                }
                repair.undoIfDead((taking ? HEAD : TAIL).getAcquire(memory, 0));
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    /// Whether a handler of the user's has the element in the next slot to put: that may take long.
    private boolean isTailHandled() {
        return QueueWord.phase(state(TAIL.getAcquire(memory, 0))) == QueueWord.HANDLING;
    }

    /// Lets others know that this participant's handler has the element that it claimed.
    void handling(long position) {
        STATE.setRelease(memory, slot(position), QueueWord.handling(position, self));
    }

    /// Makes an element that this participant was putting one that can be taken.
    void publish(long position) {
        STATE.setRelease(memory, slot(position), QueueWord.full(position)); // Pairs with the acquire in tryClaimFull.
        repair.wakeConsumers();
    }

    /// [#publish] after code of the user's ran: the attachment may have been closed and its claim undone.
    void publishIfStillMine(long position) {
        if (!segment.isClosed()) {
            publish(position);
        } else if (STATE.compareAndSet(
                memory, slot(position), QueueWord.writing(position, self), QueueWord.full(position))) {
            repair.wakeConsumers();
        } else {
            segment.ensureOpen();
        }
    }

    /// Frees a slot from which this participant took an element.
    void free(long position) {
        STATE.setRelease(
                memory, slot(position), QueueWord.freeAfter(position)); // Pairs with the acquire in tryClaimFree.
        repair.wakeProducers();
    }

    /// [#free] after code of the user's ran: the attachment may have been closed and its claim undone.
    void freeIfStillMine(long position) {
        if (!segment.isClosed()) {
            free(position);
        } else if (STATE.compareAndSet(
                memory, slot(position), QueueWord.handling(position, self), QueueWord.freeAfter(position))) {
            repair.wakeProducers();
        } else {
            segment.ensureOpen();
        }
    }

    /// Claims an element that is not the next, if it is still there, to remove it. Its place stays until head
    /// passes it.
    boolean claimToRemove(long position) {
        final boolean claimed = claimFull(slot(position), position);
        if (claimed) {
            QueueMark.raise(memory, HOLES); // Not before: who counts elements in turn would lower it again.
            ownedWhileOpen(position);
        }
        return claimed;
    }

    /// Undoes a claim of this participant to put: its slot becomes a hole.
    void abandon(long position) {
        repair.abandon(position);
    }

    /// Undoes a claim of this participant to take.
    void giveBack(long position) {
        repair.giveBack(position);
    }

    boolean isShutDown() {
        return SHUT_DOWN.getAcquire(memory, 0) != 0;
    }

    /// Lets no more elements in.
    void shutDown() {
        SHUT_DOWN.setVolatile(memory, 0, 1);
        repair.wakeAll();
    }
}
