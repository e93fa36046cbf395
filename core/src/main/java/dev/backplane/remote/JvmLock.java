package dev.backplane.remote;

import dev.backplane.LockOwner;
import dev.backplane.SharedLock;
import dev.backplane.pickle.PythonTuple;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A [SharedLock] for clients that are JVMs: owned by the thread that serves the connection of the client's
/// thread.
///
/// **Client death.** When the connection ends, the lock is as if a process had died with it: its next owner,
/// here or anywhere, is told.
final class JvmLock extends JvmReferent {
    static final long TIMED_OUT = 0;
    static final long ACQUIRED = 1;
    /// Acquired after the death of its owner, and with the caller's consent.
    static final long RECOVERED = 2;

    private final SharedLock lock;
    private final SharedLock recovering;
    private final ThreadLocal<AtomicBoolean> abandoned;

    /// @param lock which refuses to be acquired after its owner's death
    /// @param recovering the same lock, which notes that in the flag of the thread
    /// @param abandoned those flags
    JvmLock(SharedLock lock, SharedLock recovering, ThreadLocal<AtomicBoolean> abandoned) {
        super("lock");
        this.lock = lock;
        this.recovering = recovering;
        this.abandoned = abandoned;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "acquire" -> {
                final long timeout = nanos(arguments);
                yield acquire(caller, timeout, arguments.truth("recover", false));
            }
            case "release" -> {
                lock.unlock();
                yield null;
            }
            case "abandon" -> {
                lock.abandon();
                yield null;
            }
            case "isLocked" -> lock.isLocked();
            case "owner" ->
                lock.owner()
                        .map((LockOwner owner) -> PythonTuple.of(owner.pid(), owner.label(), owner.alive()))
                        .orElse(null);
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private long acquire(Caller caller, long timeoutNanos, boolean recover) throws InterruptedException {
        final SharedLock chosen = recover ? recovering : lock;
        abandoned.get().set(false);
        if (!caller.await(nanos -> chosen.tryLock(nanos, TimeUnit.NANOSECONDS), timeoutNanos)) {
            return TIMED_OUT;
        }
        caller.holds(this);
        return abandoned.get().get() ? RECOVERED : ACQUIRED;
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
