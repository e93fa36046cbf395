package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.CLAIM;
import static dev.backplane.shm.QueueLayout.HOLES;
import static dev.backplane.shm.QueueLayout.RETURNED;
import static dev.backplane.shm.QueueLayout.STATE;

import dev.backplane.store.Segment;
import dev.backplane.store.WaitWord;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Undoes claims on a queue's slots: of the dead, and one's own that came to nothing. The essay is in
/// [QueueRing].
final class QueueRepair {
    private static final long NAP_NANOS = 20_000;
    private static final long LONG_NAP_NANOS = 1_000_000;
    private static final long LEAVE_NANOS = 1_000_000_000;

    private final QueueShape shape;
    private final Segment segment;
    private final MemorySegment memory;
    private final QueueWords words;
    private final QueueSlots slots;
    private final int self;
    private final @Nullable QueueTally tally;
    private final WaitWord notEmpty;
    private final WaitWord notFull;

    QueueRepair(QueueShape shape, @Nullable QueueTally tally) {
        this.shape = shape;
        this.segment = shape.region().segment();
        this.memory = shape.region().memory();
        this.words = new QueueWords(shape);
        this.slots = QueueSlots.of(shape);
        this.self = segment.self();
        this.tally = tally;
        this.notEmpty = new WaitWord(segment, memory, QueueLayout.NOT_EMPTY.offset());
        this.notFull = new WaitWord(segment, memory, QueueLayout.NOT_FULL.offset());
    }

    /// On which consumers wait.
    WaitWord notEmpty() {
        return notEmpty;
    }

    /// On which producers wait.
    WaitWord notFull() {
        return notFull;
    }

    /// Undoes a claim of this participant to put.
    void abandon(long position) {
        undoPut(QueueWord.index(position), QueueWord.writing(position, self));
    }

    /// Undoes a claim of this participant to take, which a handler may have.
    void giveBack(long position) {
        final int index = QueueWord.index(position);
        // Not both: after the one, another thread of this attachment may have claimed the element.
        final boolean given = undoTake(index, QueueWord.handling(position, self))
                || undoTake(index, QueueWord.reading(position, self));
        if (given && tally != null) {
            tally.done();
        }
    }

    /// Publishes an element that this participant has claimed a slot for, unless the claim was undone.
    ///
    /// @return whether it was published
    boolean publishUnlessUndone(long position) {
        final int index = QueueWord.index(position);
        final long claim = QueueWord.writing(position, self);
        if (decide(index, position, QueueWord.full(position)) != QueueWord.full(position)) {
            undoPut(index, claim); // All of it: who undid it may have died since.
            return false;
        }
        CLAIM.compareAndSet(memory, slots.put(index), claim, QueueWord.freeAfter(position));
        wakeConsumers();
        return true;
    }

    /// Changes the state of a position's slot, unless somebody has decided already whether the element is there.
    ///
    /// @return the decision, or the state that says what was decided
    private long decide(int index, long position, long decision) {
        while (true) {
            final long state = STATE.getAcquire(memory, slots.slot(index));
            if (QueueWord.isDecided(state, position)) {
                return state;
            }
            if (STATE.compareAndSet(memory, slots.slot(index), state, decision)) {
                return decision;
            }
        }
    }

    /// Undoes a claim to put. Several may do so at once, and each may die at each step.
    private void undoPut(int index, long claim) {
        final long position = QueueWord.position(claim, index);
        final long gone = QueueWord.freeAfter(position);
        if (STATE.getAcquire(memory, slots.slot(index)) != QueueWord.full(position)) {
            QueueMark.raise(memory, HOLES);
        }
        if (decide(index, position, gone) != QueueWord.full(position)) {
            QueueMark.raise(memory, HOLES); // Again: who counts may have lowered it before the hole was there.
            CLAIM.compareAndSet(memory, slots.take(index), QueueWord.free(position), gone);
        }
        CLAIM.compareAndSet(memory, slots.put(index), claim, gone); // The last step: who finds it begins again.
        wakeConsumers();
        wakeProducers();
    }

    private boolean undoTake(int index, long claim) {
        final boolean undone =
                CLAIM.compareAndSet(memory, slots.take(index), claim, QueueWord.free(QueueWord.position(claim, index)));
        if (undone) {
            QueueMark.raise(memory, RETURNED);
        }
        wakeConsumers();
        return undone;
    }

    /// Undoes the claims on a position's slot whose claimants are dead.
    void undoIfDead(long position) {
        final int index = shape.index(position);
        final long put = CLAIM.getAcquire(memory, slots.put(index));
        if (isOfADeadOne(put)) {
            undoPut(index, put);
        }
        final long take = CLAIM.getAcquire(memory, slots.take(index));
        if (isOfADeadOne(take)) {
            undoTake(index, take);
        }
    }

    private boolean isOfADeadOne(long claim) {
        return QueueWord.phase(claim) != QueueWord.FREE
                && !segment.participants().isAlive(QueueWord.claimant(claim));
    }

    /// Lets all who wait look again.
    void wakeAll() {
        notEmpty.increment();
        notFull.increment();
    }

    void wakeConsumers() {
        if (WaitWord.isAnnounced(words.getIntAcquire(QueueLayout.NOT_EMPTY.offset()))) {
            notEmpty.increment();
        }
    }

    void wakeProducers() {
        if (WaitWord.isAnnounced(words.getIntAcquire(QueueLayout.NOT_FULL.offset()))) {
            notFull.increment();
        }
    }

    /// Undoes every claim of a dead participant. Idempotent.
    void giveBackOf(int deadOwner) {
        for (int index = 0; index < shape.capacity(); index++) {
            final long put = CLAIM.getAcquire(memory, slots.put(index));
            if (QueueWord.claimant(put) == deadOwner) {
                undoPut(index, put);
            }
            final long take = CLAIM.getAcquire(memory, slots.take(index));
            if (QueueWord.claimant(take) == deadOwner) {
                undoTake(index, take);
            }
        }
        QueueMark.raise(memory, RETURNED); // Also for what the dead one itself was giving back.
        if (tally != null) {
            tally.settle(deadOwner);
        }
        wakeConsumers();
    }

    /// Lets the operations of this attachment's own threads end that were under way when it was closed: they
    /// still store into their slots. Code of the user's may take longer than is waited for.
    void awaitOwnClaims() {
        long left = LEAVE_NANOS;
        long before = System.nanoTime();
        for (int index = 0; index < shape.capacity(); index++) {
            while (left > 0 && (isOwn(slots.put(index)) || isOwn(slots.take(index)))) {
                LockSupport.parkNanos(NAP_NANOS);
                final long now = System.nanoTime();
                left -= Math.min(now - before, LONG_NAP_NANOS); // While all of a process stands still, no time goes by.
                before = now;
            }
        }
    }

    private boolean isOwn(long claim) {
        return QueueWord.claimant(CLAIM.getAcquire(memory, claim)) == self;
    }
}
