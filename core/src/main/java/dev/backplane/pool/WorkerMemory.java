package dev.backplane.pool;

import dev.backplane.SharedByteArray;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// What a pool and one worker share: two rings, the worker's doorbell, which task it shall stop, and which
/// ones it has not begun.
///
/// ```
///   0                   64             80             128               128 + ring        128 + 2 rings
///  +-------------------+--------------+--------------+-----------------+-----------------+
///  | worker's doorbell | stop request | task claims  | requests:       | responses:      |
///  |                   |              |              | pool → worker   | worker → pool   |
///  +-------------------+--------------+--------------+-----------------+-----------------+
/// ```
///
/// @param bell what the worker waits on
/// @param stop for a task that shall end
/// @param claims for tasks that may be taken back
/// @param requests from the pool
/// @param responses to the pool
record WorkerMemory(Doorbell bell, StopRequest stop, TaskClaims claims, FrameRing requests, FrameRing responses) {
    private static final int STOP_OFFSET = 64;
    private static final int CLAIMS_OFFSET = STOP_OFFSET + StopRequest.BYTES;
    private static final int RING_OFFSET = 128;
    private static final int RING_CAPACITY = 512 * 1024;
    private static final int RING_BYTES = RING_CAPACITY + RingBufferDescriptor.TRAILER_LENGTH;

    /// The size of the array that [#in] takes.
    static final int BYTES = RING_OFFSET + 2 * RING_BYTES;

    static WorkerMemory in(SharedByteArray array, Doorbell poolBell) {
        final Doorbell bell = Doorbell.in(array, 0);
        return new WorkerMemory(
                bell,
                new StopRequest(array, STOP_OFFSET),
                new TaskClaims(array, CLAIMS_OFFSET),
                new FrameRing(buffer(array, RING_OFFSET), bell, poolBell),
                new FrameRing(buffer(array, RING_OFFSET + RING_BYTES), poolBell, bell));
    }

    private static SegmentBuffer buffer(SharedByteArray array, int offset) {
        return new SegmentBuffer(array.asWritableSegment(), offset, RING_BYTES);
    }
}
