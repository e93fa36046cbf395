package dev.backplane.shm;

import dev.backplane.SharedByteArray;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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
/// its next ring or its own time-out: whoever waits for the work of a process that may die must also be told of
/// its death. A waiter killed asleep costs later rings a system call each.
///
/// Any number of threads and processes may ring; one thread waits.
public final class Doorbell {
    /// The bytes that a doorbell takes.
    public static final int BYTES = 8;

    private static final int ASLEEP_OFFSET = 4;
    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final Segment segment;
    private final MemorySegment memory;
    private final long offset;

    private Doorbell(Segment segment, MemorySegment memory, long offset) {
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
        final int _ = (int) WORD.getAndAdd(memory, offset, 1);
        // Volatile: this load must not move before the addition, nor the waiter's check before its
        // announcement.
        if ((int) WORD.getVolatile(memory, offset + ASLEEP_OFFSET) != 0) {
            segment.futex().wake(memory, offset, 1);
        }
    }

    /// The number of rings so far, modulo 2³²: to be read before looking for work.
    ///
    /// @return what to give to [#await]
    public int sequence() {
        return (int) WORD.getVolatile(memory, offset);
    }

    /// Waits until somebody rings.
    ///
    /// @param seen the sequence that was read before looking for work
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    public boolean await(int seen, Waiting waiting, long timeoutNanos) throws InterruptedException {
        final WaitLoop wait = new WaitLoop(segment, memory, offset, waiting, timeoutNanos, true);
        if (wait.spin(seen)) {
            return true;
        }
        WORD.setVolatile(memory, offset + ASLEEP_OFFSET, 1);
        try {
            while (sequence() == seen) {
                if (!wait.slice(seen)) {
                    return sequence() != seen;
                }
            }
            return true;
        } finally {
            WORD.setVolatile(memory, offset + ASLEEP_OFFSET, 0);
        }
    }
}
