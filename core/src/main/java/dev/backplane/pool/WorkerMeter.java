package dev.backplane.pool;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/// A worker's side of its [WorkerInsights]: what it is at, for how long, and how its heap is.
///
/// [#measure] is for a second thread, the rest for the one that does the tasks. Cost: a task is two changes
/// of one line of cache and two looks at the clock each, no system call.
final class WorkerMeter {
    /// How often [#measure] is to be called while there is something to measure.
    static final long PAUSE_NANOS = 100_000_000;

    /// How long a worker is idle before nobody may be measuring any more.
    static final long LONG_IDLE_NANOS = 1_600_000_000;

    private final MemorySegment memory;
    private final long base;
    private final LongSupplier clock;
    private long stateNanos;
    private long measuredChanges;

    /// A meter of the worker in a place.
    ///
    /// @param memory the array's
    /// @param place of the pool
    /// @param clock as [System#nanoTime]
    WorkerMeter(MemorySegment memory, int place, LongSupplier clock) {
        this.memory = memory;
        this.base = InsightsLayout.place(place);
        this.clock = clock;
        this.stateNanos = clock.getAsLong();
    }

    /// The worker can take tasks.
    void ready() {
        WorkerInsights.beginChange(memory, base);
        stateNanos = clock.getAsLong();
        enter(WorkerState.IDLE);
        WorkerInsights.endChange(memory, base);
    }

    /// A task begins.
    ///
    /// @return whether the worker has been idle for so long that whoever calls [#measure] is to be woken up
    boolean busy() {
        return leaveIdle(WorkerState.BUSY) >= LONG_IDLE_NANOS;
    }

    /// There will be no more tasks.
    void stopping() {
        leaveIdle(WorkerState.STOPPING);
    }

    /// Ends the idle state; how long it has lasted.
    private long leaveIdle(WorkerState next) {
        WorkerInsights.beginChange(memory, base);
        final long idle = sinceLast();
        InsightsLayout.IDLE.set(memory, base, InsightsLayout.IDLE.get(memory, base) + idle);
        enter(next);
        WorkerInsights.endChange(memory, base);
        return idle;
    }

    /// The task has ended.
    void finished(boolean failed) {
        WorkerInsights.beginChange(memory, base);
        InsightsLayout.BUSY.set(memory, base, InsightsLayout.BUSY.get(memory, base) + sinceLast());
        InsightsLayout.DONE.set(memory, base, InsightsLayout.DONE.get(memory, base) + 1);
        if (failed) {
            InsightsLayout.FAILED.set(memory, base, InsightsLayout.FAILED.get(memory, base) + 1);
        }
        enter(WorkerState.IDLE);
        WorkerInsights.endChange(memory, base);
    }

    /// How long the state that ends now has lasted.
    private long sinceLast() {
        final long before = stateNanos;
        stateNanos = clock.getAsLong();
        return stateNanos - before;
    }

    private void enter(WorkerState state) {
        InsightsLayout.STATE.set(memory, base, state.code());
        InsightsLayout.SINCE.set(memory, base, System.currentTimeMillis());
    }

    /// Measures the heap, unless the worker has been idle since it last did.
    ///
    /// @return whether it measured
    boolean measure() {
        final long changes = InsightsLayout.CHANGES.getAcquire(memory, base);
        if (changes != measuredChanges || InsightsLayout.STATE.get(memory, base) == WorkerState.BUSY.code()) {
            measuredChanges = changes;
            final Runtime runtime = Runtime.getRuntime();
            final long committed = runtime.totalMemory();
            InsightsLayout.HEAP_USED.setRelease(memory, base, committed - runtime.freeMemory());
            InsightsLayout.HEAP_COMMITTED.setRelease(memory, base, committed);
            return true;
        }
        return false;
    }
}
