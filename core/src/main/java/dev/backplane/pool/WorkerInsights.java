package dev.backplane.pool;

import dev.backplane.store.LongField;
import dev.backplane.store.SegmentFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What is known of the worker in one place of a pool: the pool's side of it, and the reader's.
///
/// The pool's thread writes; any thread of any process reads.
final class WorkerInsights {
    /*
     * Until its process is started and after it has been reaped, the pool is the only one who writes here. In between,
     * the worker writes its half, see WorkerMeter, and the pool only what is a single word, and its own.
     *
     * What a kill of the worker leaves: the values of before or after a change, or, between the two, an odd `changes`
     * and values of which some are new; each is whole. A reader looks some times and then takes what there is. The
     * pool writes the whole place anew before it starts the next one. A kill of the pool leaves the worker's half,
     * which goes with the segment as soon as the worker has halted.
     */

    /// How often a reader looks for values of one moment: a change takes less than a microsecond.
    private static final int LOOKS = 100;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MemorySegment memory;
    private final long base;
    private final LongSupplier clock;
    private long startNanos;

    /// The insights of one place.
    ///
    /// @param memory the array's
    /// @param place of the pool
    /// @param clock as [System#nanoTime]
    WorkerInsights(MemorySegment memory, int place, LongSupplier clock) {
        this.memory = memory;
        this.base = InsightsLayout.place(place);
        this.clock = clock;
    }

    /// Begins anew: a worker is about to be started. What the one before it has done is kept among what was
    /// done before.
    void starting(int number) {
        startNanos = clock.getAsLong();
        final long now = System.currentTimeMillis();
        add(InsightsLayout.DONE_BEFORE, InsightsLayout.DONE);
        add(InsightsLayout.FAILED_BEFORE, InsightsLayout.FAILED);
        beginChange(memory, base);
        InsightsLayout.NUMBER.set(memory, base, number);
        InsightsLayout.HELD.setRelease(memory, base, 0);
        InsightsLayout.PID.setRelease(memory, base, 0);
        InsightsLayout.STARTED.set(memory, base, now);
        InsightsLayout.START_UP.setRelease(memory, base, 0);
        InsightsLayout.STATE.set(memory, base, WorkerState.STARTING.code());
        InsightsLayout.SINCE.set(memory, base, now);
        InsightsLayout.DONE.set(memory, base, 0);
        InsightsLayout.FAILED.set(memory, base, 0);
        InsightsLayout.BUSY.set(memory, base, 0);
        InsightsLayout.IDLE.set(memory, base, 0);
        InsightsLayout.HEAP_USED.setRelease(memory, base, 0);
        InsightsLayout.HEAP_COMMITTED.setRelease(memory, base, 0);
        endChange(memory, base);
    }

    /// The worker has a process.
    void started(long pid) {
        InsightsLayout.PID.setRelease(memory, base, pid);
    }

    /// The worker can take tasks.
    void ready() {
        InsightsLayout.START_UP.setRelease(memory, base, clock.getAsLong() - startNanos);
    }

    /// The worker holds so many tasks.
    void holds(int tasks) {
        InsightsLayout.HELD.setRelease(memory, base, tasks);
    }

    /// The worker's process has been reaped.
    void ended() {
        beginChange(memory, base);
        InsightsLayout.HELD.setRelease(memory, base, 0);
        InsightsLayout.STATE.set(memory, base, WorkerState.ENDED.code());
        InsightsLayout.SINCE.set(memory, base, System.currentTimeMillis());
        endChange(memory, base);
    }

    private void add(LongField sum, LongField part) {
        sum.setRelease(memory, 0, sum.get(memory, 0) + part.get(memory, base));
    }

    static void beginChange(MemorySegment memory, long base) {
        // Odd already where a killed worker left it so.
        InsightsLayout.CHANGES.set(memory, base, InsightsLayout.CHANGES.get(memory, base) | 1);
        VarHandle.storeStoreFence(); // Whoever sees one of the values that follow sees that they are being changed.
    }

    static void endChange(MemorySegment memory, long base) {
        // Pairs with the acquire in status().
        InsightsLayout.CHANGES.setRelease(memory, base, InsightsLayout.CHANGES.get(memory, base) + 1);
    }

    /// The worker in this place, or the last one that was.
    ///
    /// @return nothing if there has been none
    /// @throws SegmentFormatException if the bytes make no sense
    Optional<WorkerStatus> status() {
        for (int look = 0; ; look++) {
            final long before = InsightsLayout.CHANGES.getAcquire(memory, base);
            final int state = InsightsLayout.STATE.get(memory, base);
            final Optional<WorkerStatus> status = state == 0 ? Optional.empty() : Optional.of(read(state));
            VarHandle.loadLoadFence(); // What was read, before the look whether it has changed.
            final boolean ofOneMoment = (before & 1) == 0 && InsightsLayout.CHANGES.get(memory, base) == before;
            if (ofOneMoment || look == LOOKS) {
                return status;
            }
            Thread.onSpinWait();
        }
    }

    private WorkerStatus read(int code) {
        final int number = InsightsLayout.NUMBER.get(memory, base);
        final WorkerState state = WorkerState.of(code)
                .orElseThrow(() -> new SegmentFormatException(
                        InsightsLayout.NAME + " has worker " + number + " in state " + code + ", must be 1 to 5"));
        final long since = InsightsLayout.SINCE.get(memory, base);
        final long current = Math.max(0, System.currentTimeMillis() - since) * NANOS_PER_MILLI;
        return new WorkerStatus(
                number,
                InsightsLayout.PID.getAcquire(memory, base),
                state,
                Instant.ofEpochMilli(since),
                InsightsLayout.DONE.get(memory, base),
                InsightsLayout.FAILED.get(memory, base),
                InsightsLayout.HELD.getAcquire(memory, base),
                nanos(InsightsLayout.BUSY.get(memory, base) + (state == WorkerState.BUSY ? current : 0)),
                nanos(InsightsLayout.IDLE.get(memory, base) + (state == WorkerState.IDLE ? current : 0)),
                nanos(InsightsLayout.START_UP.getAcquire(memory, base)),
                Instant.ofEpochMilli(InsightsLayout.STARTED.get(memory, base)),
                InsightsLayout.HEAP_USED.getAcquire(memory, base),
                InsightsLayout.HEAP_COMMITTED.getAcquire(memory, base));
    }

    private static Duration nanos(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos));
    }
}
