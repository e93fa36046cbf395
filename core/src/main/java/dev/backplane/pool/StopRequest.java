package dev.backplane.pool;

import dev.backplane.SharedByteArray;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentBuffer;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;

/// The task that a worker shall stop, as the pool asks it to: a number in shared memory, and a doorbell. A
/// worker in a task reads no frames, so a thread of its own waits here.
///
/// A pool that is killed asks for nothing, and its workers end with it. A worker that is killed has stopped.
final class StopRequest {
    /// The size of the memory of one.
    static final int BYTES = 2 * Long.BYTES;

    private static final int NONE = 0;

    private final Doorbell bell;
    private final SegmentBuffer task;
    private volatile boolean ended;

    StopRequest(SharedByteArray array, int offset) {
        this.bell = Doorbell.in(array, offset);
        this.task = new SegmentBuffer(array.asWritableSegment(), offset + Long.BYTES, Long.BYTES);
    }

    /// Asks. In the pool.
    void ask(long number) {
        task.putLongRelease(0, number); // Before the bell, whose change the worker sees first.
        bell.ring();
    }

    /// Has the thread in [#watch] measure again, after it has left that for as long as the worker was idle.
    void awake() {
        bell.ring();
    }

    /// Ends [#watch]. In a worker that is about to end: a JVM waits 300 ms in its end for a thread that sleeps in the
    /// system.
    void end() {
        ended = true; // Before the bell, as above.
        bell.ring();
    }

    /// Tells the running task of each request, until the [#end], and has the worker measured meanwhile. In a worker.
    void watch(RunningTask running, WorkerMeter meter) {
        long pause = WorkerMeter.PAUSE_NANOS;
        while (true) {
            final int seen = bell.sequence();
            if (ended) {
                return;
            }
            final long asked = task.getLongAcquire(0);
            if (asked != NONE) {
                running.stop(asked);
            }
            if (meter.measure()) {
                pause = WorkerMeter.PAUSE_NANOS;
            }
            final boolean rung = bell.awaitRing(seen, Waiting.block(), pause);
            // Who stays idle is looked at less and less often, and then, until it says so, no more.
            final long longer = pause < WorkerMeter.LONG_IDLE_NANOS ? 2 * pause : WaitLoop.FOREVER;
            pause = rung ? WorkerMeter.PAUSE_NANOS : longer;
        }
    }
}
