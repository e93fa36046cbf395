package dev.backplane.remote;

import dev.backplane.SharedLock;
import org.jspecify.annotations.Nullable;

/// A [SharedLock] for clients that are JVMs: owned by the thread that serves the connection of the client's
/// thread.
///
/// **Client death.** When the connection ends, the lock is as if a process had died with it: its next owner,
/// here or anywhere, is told.
final class JvmLock extends JvmReferent {
    private final SharedLock lock;
    private final SharedLock recovering;
    private final JvmAcquisition acquisition;

    /// @param lock which refuses to be acquired after its owner's death
    /// @param recovering the same lock, which notes that as `acquisition` has it
    /// @param acquisition how it is acquired
    JvmLock(SharedLock lock, SharedLock recovering, JvmAcquisition acquisition) {
        super("lock");
        this.lock = lock;
        this.recovering = recovering;
        this.acquisition = acquisition;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "acquire" -> {
                final long timeout = nanos(arguments);
                final SharedLock chosen = arguments.truth("recover", false) ? recovering : lock;
                yield acquisition.acquire(chosen, this, caller, timeout);
            }
            case "release" -> {
                lock.unlock();
                yield null;
            }
            case "abandon" -> {
                lock.abandon();
                yield null;
            }
            case "recover" -> recover();
            case "isLocked" -> lock.isLocked();
            case "owner" -> JvmAcquisition.describe(lock.owner());
            default -> throw new UnknownMethodException(method, this);
        };
    }

    /// For an owner that waited on a condition while another one died: it holds the lock, however often the client
    /// counts that.
    private boolean recover() {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException("the client does not hold lock " + lock.name());
        }
        final boolean abandoned = lock.recover();
        lock.unlock();
        return abandoned;
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return lock.isHeldByCurrentThread();
    }

    @Override
    public void release(Caller caller) {
        if (lock.isHeldByCurrentThread()) {
            lock.abandon();
        }
    }
}
