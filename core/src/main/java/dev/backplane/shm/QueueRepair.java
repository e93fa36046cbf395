package dev.backplane.shm;

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
    private static final long LEAVE_NANOS = 1_000_000_000;

    private final QueueShape shape;
    private final Segment segment;
    private final MemorySegment memory;
    private final int self;
    private final @Nullable QueueTally tally;
    private final WaitWord notEmpty;
    private final WaitWord notFull;

    QueueRepair(QueueShape shape, @Nullable QueueTally tally) {
        this.shape = shape;
        this.segment = shape.region().segment();
        this.memory = shape.region().memory();
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
        undoWriting(shape.slot(position), QueueWord.writing(position, self), position);
    }

    /// Undoes a claim of this participant to take, which a handler may have.
    void giveBack(long position) {
        undoReading(shape.slot(position), QueueWord.handling(position, self), position);
        undoReading(shape.slot(position), QueueWord.reading(position, self), position);
        if (tally != null) {
            tally.done();
        }
    }

    private void undoWriting(long slot, long state, long position) {
        QueueMark.raise(memory, HOLES);
        STATE.compareAndSet(memory, slot, state, QueueWord.freeAfter(position));
        wakeConsumers();
        wakeProducers();
    }

    private void undoReading(long slot, long state, long position) {
        if (STATE.compareAndSet(memory, slot, state, QueueWord.full(position))) {
            QueueMark.raise(memory, RETURNED);
        }
        wakeConsumers();
    }

    /// Undoes the claim on a position's slot if the claimant is dead.
    void undoIfDead(long position) {
        final int index = QueueWord.index(position);
        final long state = STATE.getAcquire(memory, shape.slot(position));
        final int phase = QueueWord.phase(state);
        if ((phase == QueueWord.WRITING || phase >= QueueWord.READING)
                && !segment.participants().isAlive(QueueWord.claimant(state))) {
            undo(index, state);
        }
    }

    private void undo(int index, long state) {
        final long slot = QueueLayout.slot(index, shape.stride());
        final long position = QueueWord.position(state, index);
        if (QueueWord.phase(state) == QueueWord.WRITING) {
            undoWriting(slot, state, position);
        } else if (QueueWord.phase(state) >= QueueWord.READING) {
            undoReading(slot, state, position);
        }
    }

    /// Lets all who wait look again.
    void wakeAll() {
        notEmpty.increment();
        notFull.increment();
    }

    void wakeConsumers() {
        if (WaitWord.isAnnounced(QueueLayout.NOT_EMPTY.getAcquire(memory, 0))) {
            notEmpty.increment();
        }
    }

    void wakeProducers() {
        if (WaitWord.isAnnounced(QueueLayout.NOT_FULL.getAcquire(memory, 0))) {
            notFull.increment();
        }
    }

    /// Undoes every claim of a dead participant. Idempotent.
    void giveBackOf(int deadOwner) {
        if (deadOwner == self && segment.isClosed()) {
            awaitOwnClaims();
        }
        for (int index = 0; index < shape.capacity(); index++) {
            final long state = STATE.getAcquire(memory, QueueLayout.slot(index, shape.stride()));
            if (QueueWord.claimant(state) == deadOwner) {
                undo(index, state);
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
    private void awaitOwnClaims() {
        final long start = System.nanoTime();
        for (int index = 0; index < shape.capacity(); index++) {
            final long slot = QueueLayout.slot(index, shape.stride());
            while (QueueWord.claimant(STATE.getAcquire(memory, slot)) == self
                    && System.nanoTime() - start < LEAVE_NANOS) {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }
}
