package dev.backplane.pool;

import dev.backplane.SharedByteArray;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentBuffer;
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

    StopRequest(SharedByteArray array, int offset) {
        this.bell = Doorbell.in(array, offset);
        this.task = new SegmentBuffer(array.asWritableSegment(), offset + Long.BYTES, Long.BYTES);
    }

    /// Asks. In the pool.
    void ask(long number) {
        task.putLongRelease(0, number); // Before the bell, whose change the worker sees first.
        bell.ring();
    }

    /// Tells the running task of each request, for ever, and has the worker measured meanwhile: its thread
    /// would wake up as often without that. In a worker.
    void watch(RunningTask running, WorkerMeter meter) throws InterruptedException {
        long pause = WorkerMeter.PAUSE_NANOS;
        while (true) {
            final int seen = bell.sequence();
            final long asked = task.getLongAcquire(0);
            if (asked != NONE) {
                running.stop(asked);
            }
            // Who has been idle for long is looked at less and less often.
            pause = meter.measure() ? WorkerMeter.PAUSE_NANOS : Math.min(2 * pause, WorkerMeter.MOST_PAUSE_NANOS);
            bell.awaitRing(seen, Waiting.block(), pause);
        }
    }
}
