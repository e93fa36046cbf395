package dev.backplane.remote;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Python's `threading.Lock` or `threading.RLock`.
///
/// A plain lock may be released by anybody, as Python's; a reentrant one by the caller that acquired it only.
///
/// **Client death.** A lock whose last acquirer's connection ends is free. Python's own server keeps it
/// locked for ever. So a client's thread that acquires a plain lock for another thread to release must not
/// end before.
///
/// **Fairness.** None.
@SuppressWarnings("ReferenceEquality") // A caller is itself and no other.
final class LockReferent implements Referent {
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition free = guard.newCondition();
    private final boolean reentrant;
    private @Nullable Caller owner;
    private int holds;

    LockReferent(boolean reentrant) {
        this.reentrant = reentrant;
    }

    @Override
    public String typeId() {
        return reentrant ? "RLock" : "Lock";
    }

    @Override
    public List<String> exposed() {
        return List.of("acquire", "release", "locked");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "acquire" -> acquire(arguments, caller);
            case "release" -> {
                arguments.end();
                unlock(caller);
                yield null;
            }
            case "locked" -> isLocked();
            default -> throw new UnknownMethodException(method, this);
        };
    }

    /// Reads the arguments of Python's `acquire(blocking=True, timeout=-1)` of locks.
    static long timeoutOf(Arguments arguments) {
        final boolean blocking = arguments.truth("blocking", true);
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        if (timeout == Caller.FOREVER) {
            return blocking ? Caller.FOREVER : 0;
        }
        if (timeout < 0 && timeout != -1_000_000_000L) {
            throw Errors.value("timeout value must be a non-negative number");
        }
        if (!blocking && timeout >= 0) {
            throw Errors.value("can't specify a timeout for a non-blocking call");
        }
        return !blocking ? 0 : timeout < 0 ? Caller.FOREVER : timeout;
    }

    /// Python's `acquire`.
    ///
    /// @param arguments blocking and timeout
    /// @param caller who acquires
    /// @return whether it did
    /// @throws InterruptedException if interrupted
    boolean acquire(Arguments arguments, Caller caller) throws InterruptedException {
        return lock(caller, 1, timeoutOf(arguments));
    }

    /// Acquires the lock.
    ///
    /// @param caller who acquires
    /// @param times how often it holds the lock then
    /// @param timeoutNanos the longest wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    boolean lock(Caller caller, int times, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            if (reentrant && owner == caller) {
                holds = Math.addExact(holds, times);
                return true;
            }
            if (!caller.await(free, () -> owner == null, timeoutNanos)) {
                return false;
            }
            owner = caller;
            holds = times;
            caller.holds(this);
            return true;
        } finally {
            guard.unlock();
        }
    }

    /// Releases the lock once.
    ///
    /// @param caller who releases
    void unlock(Caller caller) {
        guard.lock();
        try {
            if (reentrant ? owner != caller : owner == null) {
                throw Errors.runtime(reentrant ? "cannot release un-acquired lock" : "release unlocked lock");
            }
            if (--holds == 0) {
                setFree();
            }
        } finally {
            guard.unlock();
        }
    }

    private void setFree() {
        owner = null;
        holds = 0;
        free.signal();
    }

    /// Releases the lock altogether, for a wait.
    ///
    /// @return how often it was held
    int unlockFully() {
        guard.lock();
        try {
            final int before = holds;
            setFree();
            return before;
        } finally {
            guard.unlock();
        }
    }

    /// Whether conditions take the caller for one that holds the lock: as in Python, any, if the lock is
    /// plain and held.
    ///
    /// @param caller who asks
    /// @return true if so
    boolean isOwned(Caller caller) {
        guard.lock();
        try {
            return reentrant ? owner == caller : owner != null;
        } finally {
            guard.unlock();
        }
    }

    private boolean isLocked() {
        guard.lock();
        try {
            return owner != null;
        } finally {
            guard.unlock();
        }
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        guard.lock();
        try {
            return owner == caller;
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void release(Caller caller) {
        guard.lock();
        try {
            if (owner == caller) {
                setFree();
            }
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String repr() {
        return "<" + (isLocked() ? "locked" : "unlocked") + " " + typeId() + " object>";
    }
}
