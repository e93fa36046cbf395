package dev.backplane.store;

import java.lang.foreign.MemorySegment;

/// One thread's wait on one word, cut into slices.
///
/// A thread in a futex call feels neither an interrupt nor the death of the process it waits for, so no call
/// lasts longer than [#SLICE_NANOS]; between slices the caller looks at the word and at its owner, and this
/// class at the deadline, the interrupt status and whether the segment was closed. Everything that sleeps in
/// this library sleeps here.
///
/// Not thread-safe: one object for one wait.
public final class WaitLoop {
    /// The longest single sleep. Half of it is the mean time to notice that a lock's owner was killed.
    public static final long SLICE_NANOS = 50_000_000;

    /// A time-out that never comes.
    public static final long FOREVER = Long.MAX_VALUE;

    private static final int SPINS_BETWEEN_LOOKS = 64;

    private final Segment segment;
    private final MemorySegment memory;
    private final long offset;
    private final long timeoutNanos;
    private final boolean interruptible;
    private final long spinNanos;
    private final long startNanos = System.nanoTime();
    private long spinStartNanos = startNanos;
    private boolean wasInterrupted;

    /// Begins a wait.
    ///
    /// @param segment the segment that the word is in
    /// @param memory the mapped memory that `offset` counts from
    /// @param offset of the word
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait from now, [#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    public WaitLoop(
            Segment segment,
            MemorySegment memory,
            long offset,
            Waiting waiting,
            long timeoutNanos,
            boolean interruptible) {
        this.segment = segment;
        this.memory = memory;
        this.offset = offset;
        this.timeoutNanos = timeoutNanos;
        this.interruptible = interruptible;
        this.spinNanos = waiting.spinNanos();
    }

    /// Spins while the word equals `expected`, until the policy's time since the wait began, or last slept, is
    /// used up.
    ///
    /// @param expected the value seen
    /// @return whether the word changed
    public boolean spin(int expected) {
        final long limit = Math.min(spinNanos, SLICE_NANOS);
        while (System.nanoTime() - spinStartNanos < limit) {
            for (int i = 0; i < SPINS_BETWEEN_LOOKS; i++) {
                if ((int) RobustWord.WORD.getAcquire(memory, offset) != expected) {
                    return true;
                }
                Thread.onSpinWait();
            }
        }
        return false;
    }

    /// Waits one slice while the word equals `expected`. Returns early at any change, and may return for no
    /// reason.
    ///
    /// @param expected the value seen
    /// @return false when the time is up
    /// @throws InterruptedException if this wait is interruptible and the thread was interrupted; status
    ///     cleared
    /// @throws IllegalStateException if the segment was closed meanwhile
    public boolean slice(int expected) throws InterruptedException {
        if (Thread.interrupted()) {
            if (interruptible) {
                throw new InterruptedException();
            }
            wasInterrupted = true; // Kept for restoreInterrupt: a set status would make parking return at once.
        }
        segment.ensureOpen();
        final long left = remainingNanos();
        if (left <= 0) {
            return false;
        }
        if (spinNanos != Long.MAX_VALUE) {
            segment.futex().await(memory, offset, expected, Math.min(left, SLICE_NANOS));
        }
        spinStartNanos = System.nanoTime();
        return true;
    }

    /// The time left, [#FOREVER] where there is no limit.
    ///
    /// @return nanoseconds, not positive when the time is up
    public long remainingNanos() {
        return timeoutNanos == FOREVER ? FOREVER : timeoutNanos - (System.nanoTime() - startNanos);
    }

    /// Gives the thread back the interrupt status that an uninterruptible wait took from it. Call it when the
    /// wait is over.
    public void restoreInterrupt() {
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
