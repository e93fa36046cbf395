package dev.backplane.store;

import dev.backplane.events.Flight;
import dev.backplane.events.FlightEvents;
import dev.backplane.events.RecordedWait;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

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
    private long startNanos = System.nanoTime();
    private long spinStartNanos = startNanos;
    private long sliceStartNanos = startNanos;
    private boolean wasInterrupted;
    private @Nullable RecordedWait record;
    private String outcome = "over";

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
        this.spinNanos = spinNanos(waiting);
    }

    /// Has the wait recorded, if anybody records, as one for a lock.
    ///
    /// @param ownerWord the lock's word as it was seen
    void recordContention(int ownerWord) {
        if (Flight.isRecording()) {
            record(FlightEvents.lockContention(segment.participants().pidOf(ownerWord)));
        }
    }

    /// Has the wait recorded, if anybody records, as one for something other than a lock.
    public void recordWait() {
        if (Flight.isRecording()) {
            record(FlightEvents.waiting());
        }
    }

    /// Has the wait recorded, if anybody records, as one for a place in a queue.
    ///
    /// @param capacity of the queue
    public void recordQueueFull(int capacity) {
        if (Flight.isRecording()) {
            record(FlightEvents.queueFull(capacity));
        }
    }

    private void record(@Nullable RecordedWait begun) {
        record = begun;
        startNanos = System.nanoTime(); // A wait whose time is up was recorded for all of it.
        spinStartNanos = startNanos;
    }

    /// How long the calling thread spins before it sleeps.
    ///
    /// @param waiting how to wait
    /// @return nanoseconds; 0 in a virtual thread that may sleep
    public static long spinNanos(Waiting waiting) {
        // A virtual thread that spins keeps its carrier from the thread that it may be waiting for.
        return Thread.currentThread().isVirtual() && waiting.spinNanos() != Long.MAX_VALUE ? 0 : waiting.spinNanos();
    }

    /// Whether the time of a slice has gone by since the wait began, or since this was last so. Others may wake the
    /// caller all the time, each time for nothing: what is to be done now and then must not wait for a quiet slice.
    ///
    /// @return true once in that time
    public boolean isSliceOver() {
        final long now = System.nanoTime();
        final boolean isOver = now - sliceStartNanos >= SLICE_NANOS;
        if (isOver) {
            sliceStartNanos = now;
        }
        return isOver;
    }

    /// Spins while the word equals `expected`, until the policy's time since the wait began, or last slept, or
    /// the time to wait is used up.
    ///
    /// @param expected the value seen
    /// @return whether the word changed
    public boolean spin(int expected) {
        final long whole = timeoutNanos == FOREVER ? FOREVER : timeoutNanos - (spinStartNanos - startNanos);
        final long limit = Math.min(Math.min(spinNanos, SLICE_NANOS), whole);
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
        return slice(expected, SLICE_NANOS);
    }

    /// [#slice(int)] of at most `mostNanos`, for what will be over sooner.
    ///
    /// @param expected the value seen
    /// @param mostNanos the longest sleep, at most [#SLICE_NANOS]
    /// @return false when the time is up
    /// @throws InterruptedException if this wait is interruptible and the thread was interrupted; status
    ///     cleared
    /// @throws IllegalStateException if the segment was closed meanwhile
    @SuppressWarnings("ThreadPriorityCheck") // To yield is how a virtual thread that never sleeps is fair.
    public boolean slice(int expected, long mostNanos) throws InterruptedException {
        StoreProbe.beforeWait();
        takeInterrupt();
        segment.ensureOpen();
        final long left = remainingNanos();
        if (left <= 0) {
            outcome = "time up";
            return false;
        }
        if (spinNanos != Long.MAX_VALUE) {
            segment.futex().await(memory, offset, expected, Math.min(left, mostNanos));
        } else if (Thread.currentThread().isVirtual()) {
            Thread.yield();
        }
        spinStartNanos = System.nanoTime();
        return true;
    }

    /// Ends an interruptible wait if the thread was interrupted; an uninterruptible one only remembers it.
    ///
    /// @throws InterruptedException if this wait is interruptible and the thread was interrupted; status
    ///     cleared
    public void takeInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            if (interruptible) {
                outcome = "interrupted";
                throw new InterruptedException();
            }
            wasInterrupted = true; // Kept for end(): a set status would make parking return at once.
        }
    }

    /// Takes a lock of this process within the time: where many threads of a process wait for one word, all but
    /// one queue up at such a lock and cost nothing, whether virtual or not, and one at a time waits on the
    /// word. A policy that never sleeps takes no lock.
    ///
    /// @param turnstile the lock, to be given back by [#leave]
    /// @return false if the time was up first; the lock is not held then
    /// @throws InterruptedException if this wait is interruptible and the thread was interrupted
    public boolean enter(Lock turnstile) throws InterruptedException {
        if (spinNanos == Long.MAX_VALUE) {
            return true;
        }
        if (!interruptible) {
            turnstile.lock();
            return true;
        }
        if (timeoutNanos == FOREVER) {
            turnstile.lockInterruptibly();
            return true;
        }
        return turnstile.tryLock(Math.max(0, remainingNanos()), TimeUnit.NANOSECONDS);
    }

    /// Gives the lock of [#enter] back.
    ///
    /// @param turnstile the lock
    public void leave(Lock turnstile) {
        if (spinNanos != Long.MAX_VALUE) {
            turnstile.unlock();
        }
    }

    /// The time left, [#FOREVER] where there is no limit.
    ///
    /// @return nanoseconds, not positive when the time is up
    public long remainingNanos() {
        return timeoutNanos == FOREVER ? FOREVER : timeoutNanos - (System.nanoTime() - startNanos);
    }

    /// The wait is over: it is recorded, if it is to be, and the thread gets back the interrupt status that an
    /// uninterruptible wait took from it.
    public void end() {
        if (record != null) {
            record.end(outcome, () -> segment.placeOf(memory, offset));
            record = null;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
