package dev.backplane.remote;

import dev.backplane.SharedSemaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A [SharedSemaphore] for one client that is a JVM, with the account of its permits.
///
/// **Client death.** What it had acquired and not released comes back.
final class JvmSemaphore extends JvmReferent implements JvmAccount {
    private final SharedSemaphore semaphore;
    private final boolean owned;
    private final JvmLease lease;
    private int held;

    /// @param semaphore the semaphore
    /// @param owned whether a client may release only what it has acquired
    /// @param lease of the client
    JvmSemaphore(SharedSemaphore semaphore, boolean owned, JvmLease lease) {
        super("semaphore");
        this.semaphore = semaphore;
        this.owned = owned;
        this.lease = lease;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "acquire" -> {
                final int permits = integer(arguments, "permits");
                final boolean done = caller.await(
                        nanos -> semaphore.tryAcquire(permits, nanos, TimeUnit.NANOSECONDS), nanos(arguments));
                if (done) {
                    take(permits);
                }
                yield done;
            }
            case "release" -> {
                release(integer(arguments, "permits"));
                yield null;
            }
            case "availablePermits" -> (long) semaphore.availablePermits();
            case "drainPermits" -> {
                final int drained = semaphore.drainPermits();
                take(drained);
                yield (long) drained;
            }
            case "heldPermits" -> (long) held();
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private synchronized int held() {
        return held;
    }

    private synchronized void take(int permits) {
        if (permits > 0 && !lease.add(this)) {
            semaphore.release(permits);
            throw new IllegalStateException("this client is gone: its permits were given back");
        }
        held += permits;
    }

    private synchronized void release(int permits) {
        if (owned && permits > held) {
            throw new IllegalStateException("cannot release " + permits + " permits of " + semaphore.name()
                    + ": this client has acquired " + held + ", and the semaphore's permits have owners");
        }
        semaphore.release(permits);
        held = Math.max(0, held - permits);
        if (held == 0) {
            lease.remove(this);
        }
    }

    @Override
    public synchronized void settle() {
        if (held > 0) {
            semaphore.release(held);
            held = 0;
        }
    }
}
