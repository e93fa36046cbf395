package dev.backplane.shm;

import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Where threads wait until they can claim a slot of a queue.
///
/// Whoever makes a slot claimable wakes only if somebody is announced in the gate's word, which he loads after
/// the compare-and-set by which he claimed the slot himself. A waiter announces itself and then looks at the
/// slots. If it finds the slot unclaimed, whoever claims it later sees the announcement. If it finds it
/// claimed, the claimant may have looked before: then the waiter takes short naps only, until the claimant is
/// done.
final class QueueGate {
    /// Where there is no slot to claim for another reason than that the queue is full.
    static final int NEVER_FULL = 0;

    private static final int LOOKS_BETWEEN_TIMES = 32;
    private static final long FIRST_NAP_NANOS = 20_000;

    private final Segment segment;
    private final WaitWord word;
    private final LongSupplier attempt;
    private final LongSupplier lastAttempt;
    private final Runnable undoDead;
    private final int full;
    private final Lock turnstile = new ReentrantLock(true);

    /// @param attempt claims a slot: its position, or one of [QueueRing]'s answers
    /// @param lastAttempt the same for one who is announced and about to sleep: a slot that is claimed is under way
    /// @param undoDead undoes the claim that is in the way, if the claimant is dead
    /// @param full the capacity of a queue that is full if there is no slot to claim; [#NEVER_FULL] if that means
    ///     something else
    QueueGate(
            Segment segment,
            WaitWord word,
            LongSupplier attempt,
            LongSupplier lastAttempt,
            Runnable undoDead,
            int full) {
        this.segment = segment;
        this.word = word;
        this.attempt = attempt;
        this.lastAttempt = lastAttempt;
        this.undoDead = undoDead;
        this.full = full;
    }

    /// Claims a slot, waiting for one.
    ///
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return its position, [QueueRing#END], or another of the ring's answers when the time is up
    /// @throws InterruptedException if interrupted
    long await(Waiting waiting, long timeoutNanos) throws InterruptedException {
        final long spinNanos = WaitLoop.spinNanos(waiting);
        final long start = System.nanoTime();
        final long position = spin(Math.min(spinNanos, Math.min(timeoutNanos, WaitLoop.SLICE_NANOS)));
        if (QueueRing.isAnswer(position)) {
            return position;
        }
        final long left =
                timeoutNanos == WaitLoop.FOREVER ? WaitLoop.FOREVER : timeoutNanos - (System.nanoTime() - start);
        return sleep(word.begin(waiting, left, true), spinNanos);
    }

    /// Nothing is allocated while a wait is no longer than this.
    private long spin(long nanos) {
        if (nanos <= 0) {
            return attempt.getAsLong();
        }
        final long start = System.nanoTime();
        do {
            for (int look = 0; look < LOOKS_BETWEEN_TIMES; look++) {
                final long position = attempt.getAsLong();
                if (QueueRing.isAnswer(position)) {
                    return position;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() - start < nanos);
        return QueueRing.NOTHING;
    }

    private long sleep(WaitLoop wait, long spinNanos) throws InterruptedException {
        if (full != NEVER_FULL) {
            wait.recordQueueFull(full);
        }
        try {
            return sleepInTurn(wait, spinNanos);
        } finally {
            wait.end();
        }
    }

    private long sleepInTurn(WaitLoop wait, long spinNanos) throws InterruptedException {
        if (!wait.enter(turnstile)) {
            return attempt.getAsLong();
        }
        try {
            return spinNanos == Long.MAX_VALUE ? spinInSlices(wait) : sleepInSlices(wait, spinNanos);
        } finally {
            wait.leave(turnstile);
        }
    }

    private long spinInSlices(WaitLoop wait) throws InterruptedException {
        while (wait.slice(0)) {
            idle();
            final long position = spin(Math.min(WaitLoop.SLICE_NANOS, wait.remainingNanos()));
            if (QueueRing.isAnswer(position)) {
                return position;
            }
        }
        return attempt.getAsLong();
    }

    private long sleepInSlices(WaitLoop wait, long spinNanos) throws InterruptedException {
        long nap = FIRST_NAP_NANOS;
        while (true) {
            final int announced = word.announce();
            final long position = lastAttempt.getAsLong();
            if (QueueRing.isAnswer(position)) {
                return position;
            }
            final boolean underWay = position == QueueRing.UNDER_WAY;
            if (!wait.slice(announced, underWay ? nap : WaitLoop.SLICE_NANOS)) {
                return attempt.getAsLong();
            }
            nap = underWay ? Math.min(2 * nap, WaitLoop.SLICE_NANOS) : FIRST_NAP_NANOS;
            final long woken = spin(Math.min(spinNanos, wait.remainingNanos()));
            if (QueueRing.isAnswer(woken)) {
                return woken;
            }
            idle();
        }
    }

    private void idle() {
        segment.sweepDeadInPassing();
        undoDead.run();
    }
}
