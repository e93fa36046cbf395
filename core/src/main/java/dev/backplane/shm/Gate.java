package dev.backplane.shm;

import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/// Where threads wait that were not let into, or not satisfied by, what a [Section] guards: a [WaitWord] that
/// counts the changes that may please somebody.
final class Gate {
    private final Segment segment;
    private final WaitWord word;

    Gate(Segment segment, MemorySegment memory, long offset) {
        this(segment, memory, offset, WaitWord.NO_OWNER);
    }

    /// @param ownerOffset of the word that says who owns what is waited for, [WaitWord#NO_OWNER] if nobody does
    Gate(Segment segment, MemorySegment memory, long offset, long ownerOffset) {
        this.segment = segment;
        this.word = new WaitWord(segment, memory, offset, ownerOffset);
    }

    /// Lets those who wait look again.
    void open() {
        word.increment();
    }

    /// Tries again whenever the gate was opened, and at the end of each slice, after a sweep: perhaps who should
    /// have opened it is dead.
    ///
    /// @param attempt whether it succeeded
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return false if the time was up first; the last attempt is made after that
    /// @throws InterruptedException if `interruptible` and interrupted
    boolean await(BooleanSupplier attempt, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        return word.await(() -> tries(attempt), segment::sweepDeadInPassing, waiting, timeoutNanos, interruptible);
    }

    /// [#await] in turn, see [WaitWord#awaitInTurn].
    boolean awaitInTurn(BooleanSupplier attempt, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        return word.awaitInTurn(
                () -> tries(attempt), segment::sweepDeadInPassing, waiting, timeoutNanos, interruptible);
    }

    /// One attempt. If somebody was found dead in it, a sweep follows, which opens the gate if it gives anything back.
    private boolean tries(BooleanSupplier attempt) {
        final boolean succeeded = attempt.getAsBoolean();
        if (!succeeded) {
            segment.sweepDeadIfFound();
        }
        return succeeded;
    }

    /// [#await] without limit, whatever interrupts.
    void awaitUninterruptibly(BooleanSupplier attempt, Waiting waiting) {
        try {
            await(attempt, waiting, WaitLoop.FOREVER, false);
        } catch (InterruptedException e) {
            throw new AssertionError("an uninterruptible wait was interrupted", e);
        }
    }
}
