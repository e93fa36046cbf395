package dev.backplane.remote;

import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedSemaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A semaphore of a server.
///
/// @param target the server's object
/// @param options with which it was asked for
record RemoteSemaphore(RemoteTarget target, SemaphoreOptions options) implements SharedSemaphore, RemoteObject {
    private static int check(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits are " + permits + ", must not be negative");
        }
        return permits;
    }

    private @Nullable Boolean attempt(int permits, long nanos) {
        return RemoteWait.ifTrue(target.call(nanos, "acquire", permits, nanos));
    }

    @Override
    public void acquire(int permits) throws InterruptedException {
        check(permits);
        RemoteWait.interruptibly(Caller.FOREVER, nanos -> attempt(permits, nanos));
    }

    @Override
    public void acquireUninterruptibly(int permits) {
        check(permits);
        RemoteWait.uninterruptibly(nanos -> attempt(permits, nanos));
    }

    @Override
    public boolean tryAcquire(int permits) {
        return attempt(check(permits), 0) != null;
    }

    @Override
    public boolean tryAcquire(int permits, long timeout, TimeUnit unit) throws InterruptedException {
        check(permits);
        return RemoteWait.interruptibly(unit.toNanos(timeout), nanos -> attempt(permits, nanos)) != null;
    }

    @Override
    public void release(int permits) {
        target.call("release", check(permits));
    }

    @Override
    public int availablePermits() {
        return (int) target.number("availablePermits");
    }

    @Override
    public int drainPermits() {
        return (int) target.number("drainPermits");
    }

    @Override
    public int heldPermits() {
        return (int) target.number("heldPermits");
    }
}
