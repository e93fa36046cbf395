package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// [Futex] without the operating system's help: a short spin, then parking with growing pauses of at most a
/// millisecond.
///
/// A change of the word is seen within one pause without any wake, which is all that other processes can be
/// offered here; [#wake] therefore has nothing to do. Virtual threads wait in a [VirtualThreadFutex], so that
/// not each of thousands looks a thousand times a second.
final class PortableFutex implements Futex {
    private static final VarHandle WORD = JAVA_INT.varHandle().withInvokeExactBehavior();
    private final VirtualThreadFutex forVirtualThreads = new VirtualThreadFutex(new PollingSleeper());
    private static final int SPINS = 100;
    private static final long FIRST_PAUSE_NANOS = 1_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    @Override
    public void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            forVirtualThreads.await(segment, offset, expected, timeoutNanos);
            return;
        }
        final long start = System.nanoTime();
        for (int i = 0; i < SPINS; i++) {
            if ((int) WORD.getAcquire(segment, offset) != expected) {
                return;
            }
            Thread.onSpinWait();
        }
        long pause = FIRST_PAUSE_NANOS;
        // An interrupted thread parks no more, so its status ends the wait; whoever called decides what it
        // means.
        while ((int) WORD.getAcquire(segment, offset) == expected
                && !Thread.currentThread().isInterrupted()) {
            final long left = timeoutNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, Math.min(pause, left));
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    @Override
    public void wake(MemorySegment segment, long offset, int count) {
        StoreProbe.beforeStore();
        // Waiters look at the word by themselves.
    }
}
