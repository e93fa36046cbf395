package dev.backplane.shm;

import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.shm.Line.Waiter;
import dev.backplane.store.Region;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.Date;
import java.util.concurrent.TimeUnit;

/// [SharedCondition]: a [ConditionQueue] and the lock that is given up for the wait.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentCondition extends SegmentObject implements SharedCondition {
    private final SegmentLock lock;
    private final ConditionQueue queue;
    private final Waiting waiting;

    SegmentCondition(SegmentManager manager, Region region, SegmentLock lock, ConditionQueue queue) {
        super(manager, region);
        this.lock = lock;
        this.queue = queue;
        this.waiting = manager.waiting();
    }

    @Override
    boolean isCurrent() {
        return super.isCurrent() && lock.isCurrent();
    }

    @Override
    public SharedLock lock() {
        return lock;
    }

    @Override
    public void await() throws InterruptedException {
        once(WaitLoop.FOREVER, true);
    }

    @Override
    public void awaitUninterruptibly() {
        try {
            once(WaitLoop.FOREVER, false);
        } catch (InterruptedException e) {
            throw new AssertionError("an uninterruptible wait was interrupted", e);
        }
    }

    @Override
    public long awaitNanos(long nanosTimeout) throws InterruptedException {
        final long start = System.nanoTime();
        once(limited(nanosTimeout), true);
        final long left = nanosTimeout - (System.nanoTime() - start);
        return left <= nanosTimeout ? left : Long.MIN_VALUE;
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return once(limited(unit.toNanos(time)), true);
    }

    @Override
    @SuppressWarnings("JavaUtilDate") // The interface has it.
    public boolean awaitUntil(Date deadline) throws InterruptedException {
        final long millis = Math.max(0, deadline.getTime()) - System.currentTimeMillis();
        return once(limited(TimeUnit.MILLISECONDS.toNanos(millis)), true);
    }

    private static long limited(long nanos) {
        return Math.clamp(nanos, 0, WaitLoop.FOREVER - 1);
    }

    /// The whole wait, which may be spurious; whether it ended by a signal.
    private boolean once(long nanos, boolean interruptible) throws InterruptedException {
        lock.requireHeld();
        if (interruptible && Thread.interrupted()) {
            throw new InterruptedException();
        }
        final Waiter waiter = queue.enlist();
        final int reentries = suspend(waiter);
        boolean interrupted = false;
        try {
            queue.await(waiter, waiting, nanos, interruptible);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (RuntimeException | Error e) {
            endAfter(e, waiter, reentries);
            throw e;
        }
        boolean signalled = true; // If it ends with an exception of the lock, an interrupt is kept.
        try {
            signalled = end(waiter, reentries);
        } finally {
            if (interrupted && signalled) {
                Thread.currentThread().interrupt();
            }
        }
        if (interrupted && !signalled) {
            throw new InterruptedException();
        }
        return signalled;
    }

    private int suspend(Waiter waiter) {
        boolean suspended = false;
        try {
            final int reentries = lock.suspend();
            suspended = true;
            return reentries;
        } finally {
            if (!suspended) {
                queue.leaveLine(waiter);
            }
        }
    }

    /// Gets the lock back and leaves the line, however the wait ended.
    ///
    /// @return whether it was signalled
    private boolean end(Waiter waiter, int reentries) {
        boolean signalled = false;
        try {
            lock.resume(reentries);
        } finally {
            // In line until here: who waits anew, as clients of a server do, misses no signal in between.
            signalled = queue.leaveLine(waiter);
            if (signalled) {
                queue.useUp();
            }
        }
        return signalled;
    }

    /// [#end] of a wait that failed, as it may in a sweep of the dead.
    private void endAfter(Throwable failure, Waiter waiter, int reentries) {
        try {
            end(waiter, reentries);
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void signal() {
        lock.requireHeld();
        queue.signal();
    }

    @Override
    public void signalAll() {
        lock.requireHeld();
        queue.signalAll();
    }

    @Override
    public String toString() {
        return super.toString() + " of " + lock.name();
    }
}
