package dev.backplane.remote;

import dev.backplane.SharedSemaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A [SharedSemaphore] for one client that is a JVM, whose permits are on one account however often it opens the
/// semaphore.
///
/// **Client death.** What it had acquired, and nobody has released, comes back.
final class JvmSemaphore extends JvmReferent implements JvmAccount {
    private final SharedSemaphore semaphore;
    private final NamedPermits permits;
    private final boolean owned;
    private final JvmLease lease;

    /// @param permits the semaphore's
    /// @param owned whether a client may release only what it has acquired
    /// @param lease of the client, and the name of its account
    JvmSemaphore(NamedPermits permits, boolean owned, JvmLease lease) {
        super("semaphore");
        this.semaphore = permits.semaphore();
        this.permits = permits;
        this.owned = owned;
        this.lease = lease;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "acquire" -> {
                final int count = integer(arguments, "permits");
                yield acquire(count, nanos(arguments), caller);
            }
            case "release" -> {
                release(integer(arguments, "permits"));
                yield null;
            }
            case "availablePermits" -> (long) semaphore.availablePermits();
            case "drainPermits" -> (long) drain();
            case "heldPermits" -> permits.of(lease);
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private boolean acquire(int count, long nanos, Caller caller) throws InterruptedException {
        synchronized (permits.held()) {
            if (semaphore.tryAcquire(count)) {
                take(count); // Nobody settles in between.
                return true;
            }
        }
        final boolean done = caller.await(left -> semaphore.tryAcquire(count, left, TimeUnit.NANOSECONDS), nanos);
        if (done) {
            take(count);
        }
        return done;
    }

    private int drain() {
        synchronized (permits.held()) {
            final int drained = semaphore.drainPermits();
            take(drained);
            return drained;
        }
    }

    private void take(int count) {
        synchronized (permits.held()) {
            if (count > 0 && !lease.add(this)) {
                semaphore.release(count);
                throw new IllegalStateException("this client is gone: its permits were given back");
            }
            permits.acquired(lease, count);
        }
    }

    private void release(int count) {
        synchronized (permits.held()) {
            final long held = permits.of(lease);
            if (owned && count > held) {
                throw new IllegalStateException("cannot release " + count + " permits of " + semaphore.name()
                        + ": this client has acquired " + held + ", and the semaphore's permits have owners");
            }
            permits.release(lease, count);
            if (permits.of(lease) == 0) {
                lease.remove(this);
            }
        }
    }

    @Override
    public void settle() {
        permits.settle(lease);
    }
}
