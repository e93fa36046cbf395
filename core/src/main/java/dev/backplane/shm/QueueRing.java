package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.HEAD;
import static dev.backplane.shm.QueueLayout.SHUT_DOWN;
import static dev.backplane.shm.QueueLayout.STATE;
import static dev.backplane.shm.QueueLayout.TAIL;

import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The slots of a queue: who may put an element into which, and who may take it out, step by step.
final class QueueRing {
    /*
     * A ring in which each slot's words say which lap it is in and who has claimed it; after Vyukov's bounded
     * queue, but a claim is made on the slot and not on a counter: so a claimant is known at every instant, and
     * head and tail are hints, at most as far as the truth, which anybody advances who finds them behind.
     *
     * Producers claim by one word, put, and consumers by another, take. What crosses from one processor to another
     * is the slot itself, with the state in it: once from the producer, whose stores need not wait for it,
     * to the consumer, who has been looking at it and only reads it. With one word for all that a slot goes
     * through the line of cache crosses three times, and each side waits for it with nothing to do.
     *
     * Put at position t.
     *   0. take(t): it is in the lap of t. If it is behind, the queue is full. What was seen stays so, and is
     *      kept for many positions at once
     *   1. put(t): FREE -> WRITING(me), by CAS
     *   2. the element's bytes, plain stores
     *   3. state(t): -> FULL, release
     *   4. put(t): -> FREE of the next lap, release
     *   5. tail: t -> t + 1, by CAS
     *   6. wake consumers if some are announced
     * Others who find put(t) claimed help the tail on. If the element is not there yet, they first put a mark on
     * state(t): -> WRITING, by CAS. So tail never passes a state that says nothing of its element, and who
     * finds such a one at head has found the queue empty, and need not look at what producers write.
     * Linearizes at 3, or at the mark: from then on the element is in the queue, and who would take it waits for 3.
     *
     * Take at position h. Linearizes at 1: from then on the element is not in the queue, and who needs its place
     * waits for 4. A handler of the user's may take long: its slot is HANDLING, and the place counts as taken until
     * it is done.
     *   1. state(h) is FULL. take(h): FREE -> READING(me), or HANDLING(me), by CAS
     *   2. head: h -> h + 1, by CAS
     *   3. the bytes are read
     *   4. take(h): -> FREE of the next lap, release
     *   5. wake producers if some are announced
     * One who had looked in vain before leaves 2 to its next look, or to whoever finds head behind: so the element
     * that it waited for is read one atomic instruction sooner. In a stream of elements head would be found behind
     * at each.
     *
     * A claim to put is undone so: state(t), unless it is FULL already, becomes FREE of the next lap, a hole, and if
     * it did, take(t) too; then put(t). To a consumer a hole is an element that is gone already, so it goes on
     * to the next position. Whoever finds the claim of a dead one does all of it again, as put(t) is last;
     * the CAS on the state decides between those who undo and a producer whose attachment was closed.
     *
     * What a kill leaves behind after each step of a put:
     *   1., 2. WRITING of a dead one, and some of the bytes. Whoever waits for the slot, or sweeps, undoes it
     *   3. an element that was put, and the claim, which is taken off in the same way
     *   4. the same without the claim, and a tail that is behind: the next producer advances it
     *   5. nothing. Consumers, asleep, look for themselves at the end of their slice
     * and of a take:
     *   1. READING or HANDLING of a dead one, and a head that is behind: others advance it. Whoever needs the
     *      slot, or sweeps, makes take FREE again: the element is before head then, where nobody looks unless
     *      `returned` says so
     *   2., 3. the same, or with a head that is not behind
     *   4. an element that was taken, and is lost with its taker if take() had not returned. Producers, asleep,
     *      look for themselves at the end of their slice
     *
     * `returned` is a mark, see QueueMark, that an element may have come to stand before head. Who takes looks for
     * those first, and lowers the mark if there was none and nobody raised it meanwhile. It is raised after take is
     * FREE. One killed between the two is swept itself, and every sweep raises it once more at its end.
     * Who takes reads head, the mark, and the state at head. If the mark is down and the state says nothing, the queue
     * was empty when the mark was read: all before head were gone then. If the state is FULL, the mark is read
     * once more: had an element been given back before this one was put, it would be that one's turn.
     * One who advances head past a slot that somebody has claimed looks again afterwards, and raises it if it is
     * claimed no more. The Promela model queue.pml covers this with crashes at any step, but not that what was
     * given back goes first, and neither handlers nor elements that the living give back: their claims are those
     * of an attachment, which threads share.
     *
     * No wake-up is lost: see QueueGate. The load in the last step may stand anywhere after the CAS of step 1.
     *
     * Closing and shutting down are looked at after step 1, and each is stored before its actor looks at the
     * claims: so either the claimant sees it and undoes its claim, or the other sees the claim.
     */

    /// There is no slot to claim: the queue is empty, or full.
    static final long NOTHING = -1;
    /// The next slot's claimant is not done yet.
    static final long UNDER_WAY = -2;
    /// The queue was shut down: nothing more can be put, or it is empty for ever.
    static final long END = -3;

    private static final int LOOKS_BETWEEN_QUESTIONS = 512;
    private static final long NAP_NANOS = 20_000;

    private final QueueShape shape;
    private final QueueSlots slots;
    private final Segment segment;
    private final MemorySegment memory;
    private final @Nullable QueueTally tally;
    private final QueueRepair repair;
    private final QueuePuts puts;
    private final QueueTakes takes;
    private final QueueTakes handlings;

    QueueRing(QueueShape shape) {
        this.shape = shape;
        this.slots = QueueSlots.of(shape);
        this.segment = shape.region().segment();
        this.memory = shape.region().memory();
        this.tally = shape.joinable() ? new QueueTally(segment, memory) : null;
        this.repair = new QueueRepair(shape, tally);
        final QueueWords words = new QueueWords(shape);
        this.puts = new QueuePuts(shape, slots, words, repair);
        this.takes = new QueueTakes(shape, slots, words, repair, tally, QueueWord.READING);
        this.handlings = new QueueTakes(shape, slots, words, repair, tally, QueueWord.HANDLING);
    }

    /// Whether a claim's result ends a wait for a slot.
    static boolean isAnswer(long position) {
        return position >= 0 || position == END;
    }

    /// What producers do.
    QueuePuts puts() {
        return puts;
    }

    /// What consumers do.
    QueueTakes takes() {
        return takes;
    }

    /// What consumers do that claim elements for handlers.
    QueueTakes handlings() {
        return handlings;
    }

    /// Where consumers wait.
    QueueGate notEmptyGate() {
        return new QueueGate(
                segment,
                repair.notEmpty(),
                takes::tryClaim,
                takes::tryClaimClosely,
                () -> repair.undoIfDead(HEAD.getAcquire(memory, 0)),
                QueueGate.NEVER_FULL);
    }

    /// Where producers wait.
    QueueGate notFullGate() {
        return new QueueGate(
                segment,
                repair.notFull(),
                puts::tryClaim,
                puts::tryClaim,
                () -> repair.undoIfDead(TAIL.getAcquire(memory, 0)),
                shape.capacity());
    }

    @Nullable
    QueueTally tally() {
        return tally;
    }

    int capacity() {
        return shape.capacity();
    }

    /// Where the slot of a position is.
    long slot(long position) {
        return slots.slot(shape.index(position));
    }

    /// Where the slot of a position is that was claimed, and so is known to be one.
    long claimed(long position) {
        return slots.slot(QueueWord.index(position));
    }

    /// What was given back before a position that head had.
    QueueReturned returned(long head) {
        return new QueueReturned(shape, slots, head);
    }

    /// How the slot of a position stands: of all its words.
    long state(long position) {
        return slots.state(shape.index(position));
    }

    /// Whether the element of a position is in the queue though it may not be there yet, or was.
    boolean isIn(long position) {
        return !QueueWord.isOpen(STATE.getAcquire(memory, slot(position)), position);
    }

    /// [QueueTakes#tryClaim] for one who does not wait, but for an element that is just being put, since it is in
    /// the queue already: for a wait slice at most, should its producer be frozen.
    ///
    /// @param taker [#takes] or [#handlings]
    long claimFullNow(QueueTakes taker) {
        final long position = taker.tryClaim();
        return position == UNDER_WAY ? settle(taker) : position;
    }

    /// [QueuePuts#tryClaim] for one who does not wait, but for an element that is just being taken, since it is not
    /// in the queue any more.
    long claimFreeNow() {
        final long position = puts.tryClaim();
        return position == UNDER_WAY ? settle(null) : position;
    }

    private long settle(@Nullable QueueTakes taker) {
        final long start = System.nanoTime();
        for (int looks = 1; true; looks++) {
            Thread.onSpinWait();
            final long position = taker != null ? taker.tryClaim() : puts.tryClaim();
            if (position != UNDER_WAY || taker == null && puts.isNextHandled()) {
                return position;
            }
            if (looks % LOOKS_BETWEEN_QUESTIONS == 0) {
                if (System.nanoTime() - start > WaitLoop.SLICE_NANOS) {
                    return NOTHING;
                }
                repair.undoIfDead((taker != null ? HEAD : TAIL).getAcquire(memory, 0));
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
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
