package dev.backplane.remote;

import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A condition of a server's lock.
///
/// A wait is one of many short ones, between which the lock is held and nobody can signal, so no signal is
/// lost.
final class RemoteCondition implements SharedCondition, RemoteObject {
    private final RemoteTarget target;
    private final RemoteLock lock;

    /// @param target the server's object
    /// @param lock that it belongs to
    RemoteCondition(RemoteTarget target, RemoteLock lock) {
        this.target = target;
        this.lock = lock;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public SharedLock lock() {
        return lock;
    }

    private boolean isSignalled(long timeoutNanos) throws InterruptedException {
        lock.holds().require();
        return RemoteWait.interruptibly(timeoutNanos, this::attempt) != null;
    }

    /// The server acquires the lock again before it answers, and how long others keep it nobody knows.
    private @Nullable Boolean attempt(long nanos) {
        try {
            return RemoteWait.ifTrue(target.call(Caller.FOREVER, "await", nanos));
        } catch (OwnerDiedException e) {
            final Runnable repair = lock.acquisition().repair();
            if (repair == null) {
                throw e;
            }
            repair.run();
        }
        lock.target().call("recover");
        return true; // The server does not say whether there was a signal, and may have used one up.
    }

    @Override
    public void await() throws InterruptedException {
        isSignalled(Caller.FOREVER);
    }

    @Override
    public void awaitUninterruptibly() {
        lock.holds().require();
        RemoteWait.uninterruptibly(this::attempt);
    }

    @Override
    public long awaitNanos(long nanosTimeout) throws InterruptedException {
        final long start = System.nanoTime();
        isSignalled(nanosTimeout);
        return nanosTimeout - (System.nanoTime() - start);
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return isSignalled(unit.toNanos(time));
    }

    @Override
    @SuppressWarnings({"WaitNotInLoop", "JavaUtilDate"}) // The caller loops; the interface has it so.
    public boolean awaitUntil(Date deadline) throws InterruptedException {
        return await(deadline.getTime() - System.currentTimeMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void signal() {
        lock.holds().require();
        target.call("signal");
    }

    @Override
    public void signalAll() {
        lock.holds().require();
        target.call("signalAll");
    }

    @Override
    public String toString() {
        return "condition " + target + " of " + lock;
    }
}
