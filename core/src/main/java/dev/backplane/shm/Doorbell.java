package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.SharedByteArray;
import dev.backplane.store.IntField;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;

/// Wakes the one thread that looks after some rings, when there is something for it in any of them.
///
/// ```
///   0              4             8
///  +--------------+-------------+
///  | sequence i32 | asleep  i32 |
///  +--------------+-------------+
/// ```
///
/// The waiter reads the sequence, looks for work, and, if there is none, waits while the sequence is what it
/// read. Whoever makes work rings afterwards. So no ring between the look and the wait is missed, and ringing
/// makes a system call only when the waiter has said that it is going to sleep.
///
/// **Process death.** A ringer killed between making work and ringing delays the waiter by nothing more than
/// its next ring or its own time-out: whoever waits for the work of a process that may die must also be told
/// of its death. A waiter killed asleep costs later rings a system call each.
///
/// Any number of threads and processes may ring; one thread waits.
public final class Doorbell {
    /// The bytes that a doorbell takes.
    public static final int BYTES = 8;

    static final StructLayout LAYOUT = structLayout(
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("sequence"),
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("asleep"));

    private static final IntField SEQUENCE = IntField.of(LAYOUT, "sequence");
    private static final IntField ASLEEP = IntField.of(LAYOUT, "asleep");

    private static final long LONG_SLICE_NANOS = 600_000_000_000L;

    private final Segment segment;
    private final MemorySegment memory;
    private final long offset;

    Doorbell(Segment segment, MemorySegment memory, long offset) {
        this.segment = segment;
        this.memory = memory;
        this.offset = offset;
    }

    /// The doorbell in some bytes of a shared array.
    ///
    /// @param array in a segment of this host
    /// @param offset of the doorbell, a multiple of 8
    /// @return a view of it
    public static Doorbell in(SharedByteArray array, long offset) {
        if (!(array instanceof SegmentByteArray bytes)) {
            throw new IllegalArgumentException("a doorbell must be in a segment of this host, not in " + array);
        }
        if (offset < 0 || offset % BYTES != 0 || offset > array.length() - BYTES) {
            throw new IllegalArgumentException("offset is " + offset + ", must be a multiple of 8 within " + array);
        }
        final Region region = bytes.region();
        return new Doorbell(region.segment(), region.memory(), offset);
    }

    /// Tells the waiter that there is something for it. Everything stored before is visible to it then.
    public void ring() {
        final int _ = SEQUENCE.getAndAdd(memory, offset, 1);
        // Volatile: this load must not move before the addition, nor the waiter's check before its
        // announcement.
        if (ASLEEP.getVolatile(memory, offset) != 0) {
            segment.futex().wake(memory, offset, 1);
        }
    }

    /// [#ring], for a waiter that waits by [#await(BooleanSupplier, Runnable, Waiting, long)] only: it looks
    /// again after it has announced its sleep, so nothing need be stored unless it has.
    void ringIfAsleep() {
        // Pairs with the volatile store of the announcement: either it is seen here, or the waiter's look
        // after it sees what was stored before this.
        VarHandle.fullFence();
        if (ASLEEP.getVolatile(memory, offset) != 0) {
            ring();
        }
    }

    /// The number of rings so far, modulo 2³²: to be read before looking for work.
    ///
    /// @return what to give to [#await]
    public int sequence() {
        return SEQUENCE.getVolatile(memory, offset);
    }

    /// Waits until somebody rings.
    ///
    /// @param seen the sequence that was read before looking for work
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    public boolean await(int seen, Waiting waiting, long timeoutNanos) throws InterruptedException {
        return await(seen, waiting, timeoutNanos, WaitLoop.SLICE_NANOS);
    }

    /// [#await(int, Waiting, long)] of a thread that has nothing to look at but this doorbell, and that nobody
    /// has a reason to interrupt: it need not wake up until somebody rings. An interrupt, which may go unnoticed
    /// for so long, is passed over, but ends the wait as a ring does.
    ///
    /// @param seen the sequence that was read before looking for work
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return false if the time was up first
    public boolean awaitRing(int seen, Waiting waiting, long timeoutNanos) {
        try {
            return await(seen, waiting, timeoutNanos, LONG_SLICE_NANOS);
        } catch (InterruptedException _) {
            return true; // Whoever waits looks again.
        }
    }

    private boolean await(int seen, Waiting waiting, long timeoutNanos, long sliceNanos) throws InterruptedException {
        final WaitLoop wait = new WaitLoop(segment, memory, offset, waiting, timeoutNanos, true);
        if (wait.spin(seen)) {
            return true;
        }
        ASLEEP.setVolatile(memory, offset, 1);
        try {
            while (sequence() == seen) {
                if (!wait.slice(seen, sliceNanos)) {
                    return sequence() != seen;
                }
            }
            return true;
        } finally {
            ASLEEP.setVolatile(memory, offset, 0);
        }
    }

    /// Tries until it succeeds, spinning as the policy says and then sleeping until somebody rings.
    ///
    /// @param attempt what is tried; it must bear to be tried at any time
    /// @param idle what is done after a slice in which nobody rang
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return false if the time was up first; the last attempt is made after that
    /// @throws InterruptedException if interrupted, within one slice
    boolean await(BooleanSupplier attempt, Runnable idle, Waiting waiting, long timeoutNanos)
            throws InterruptedException {
        final boolean forever = timeoutNanos == WaitLoop.FOREVER;
        final long start = forever ? 0 : System.nanoTime();
        if (Spin.until(attempt, waiting, timeoutNanos)) {
            return true;
        }
        final long left = forever ? WaitLoop.FOREVER : Math.max(0, timeoutNanos - (System.nanoTime() - start));
        final WaitLoop wait = new WaitLoop(segment, memory, offset, waiting, left, true);
        wait.recordWait();
        try {
            return await(attempt, idle, waiting, wait);
        } finally {
            wait.end();
        }
    }

    private boolean await(BooleanSupplier attempt, Runnable idle, Waiting waiting, WaitLoop wait)
            throws InterruptedException {
        while (true) {
            ASLEEP.setVolatile(memory, offset, 1);
            try {
                final int seen = sequence();
                if (attempt.getAsBoolean()) {
                    return true;
                }
                if (!wait.slice(seen)) {
                    return attempt.getAsBoolean();
                }
                if (sequence() == seen) {
                    idle.run();
                }
            } finally {
                ASLEEP.setVolatile(memory, offset, 0);
            }
            if (Spin.until(attempt, waiting, wait.remainingNanos())) {
                return true;
            }
        }
    }
}
