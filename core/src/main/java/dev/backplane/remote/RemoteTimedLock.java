package dev.backplane.remote;

import dev.backplane.TimedLock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the locks of a server have in common: a lock, and each half of a read-write lock.
abstract class RemoteTimedLock implements TimedLock {
    private final RemoteHolds holds;
    private final RemoteAcquisition acquisition;

    /// @param holds of this client's threads
    /// @param acquisition how it is acquired
    RemoteTimedLock(RemoteHolds holds, RemoteAcquisition acquisition) {
        this.holds = holds;
        this.acquisition = acquisition;
    }

    RemoteHolds holds() {
        return holds;
    }

    RemoteAcquisition acquisition() {
        return acquisition;
    }

    /// One attempt of a thread that does not hold it.
    ///
    /// @param nanos the longest wait
    /// @return null if it did not succeed
    @Nullable
    Boolean attempt(long nanos) {
        return acquisition.attempt(nanos);
    }

    @Override
    public void lock() {
        if (!holds.reenter()) {
            RemoteWait.uninterruptibly(this::attempt);
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        tryLock(Caller.FOREVER, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean tryLock() {
        return holds.reenter() || attempt(0) != null;
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return holds.reenter() || RemoteWait.interruptibly(unit.toNanos(time), this::attempt) != null;
    }

    @Override
    public void unlock() {
        acquisition.release();
    }
}
