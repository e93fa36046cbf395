package dev.backplane.remote;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Python's `threading.Condition`, of a reentrant lock of its own or of a lock that the client named.
///
/// **Order.** Those that have waited longest are notified first.
///
/// **Client death.** A waiter whose connection ends waits no more; a notification that it had got and not
/// acted upon goes to the next. Its lock is given back as [LockReferent] says.
final class ConditionReferent implements Referent {
    private final LockReferent lock;
    private final ReentrantLock guard = new ReentrantLock();
    private final Deque<Waiter> waiters = new ArrayDeque<>();

    /// One that waits.
    private static final class Waiter {
        private final Condition woken;
        private boolean notified;

        Waiter(Condition woken) {
            this.woken = woken;
        }
    }

    ConditionReferent(LockReferent lock) {
        this.lock = lock;
    }

    /// Python's `Condition(lock=None)`.
    static ConditionReferent create(Arguments arguments) {
        final Object lock = arguments.take("lock", null);
        arguments.end();
        if (lock == null) {
            return new ConditionReferent(new LockReferent(true));
        }
        if (Proxies.referentOf(lock) instanceof LockReferent referent) {
            return new ConditionReferent(referent);
        }
        throw Errors.type(
                "a condition's lock must be a Lock or RLock of this server, not " + PythonValues.typeName(lock));
    }

    @Override
    public String typeId() {
        return "Condition";
    }

    @Override
    public List<String> exposed() {
        return List.of("acquire", "release", "wait", "notify", "notify_all");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "acquire" -> lock.acquire(arguments, caller);
            case "release" -> {
                arguments.end();
                lock.unlock(caller);
                yield null;
            }
            case "wait" -> {
                final long timeout = arguments.timeout("timeout");
                arguments.end();
                yield await(caller, timeout);
            }
            case "notify" -> {
                final long count = arguments.index("n", 1);
                arguments.end();
                signal(caller, count);
                yield null;
            }
            case "notify_all", "notifyAll" -> {
                arguments.end();
                signal(caller, Long.MAX_VALUE);
                yield null;
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private boolean await(Caller caller, long timeoutNanos) throws InterruptedException {
        if (!lock.isOwned(caller)) {
            throw Errors.runtime("cannot wait on un-acquired lock");
        }
        final Waiter waiter = new Waiter(guard.newCondition());
        guard.lock();
        try {
            waiters.add(waiter);
        } finally {
            guard.unlock();
        }
        final int holds = lock.unlockFully();
        try {
            final boolean notified = awaitNotification(waiter, caller, timeoutNanos);
            lock.lock(caller, holds, Caller.FOREVER);
            return notified;
        } catch (InterruptedException e) {
            passOn(waiter);
            throw e;
        }
    }

    private boolean awaitNotification(Waiter waiter, Caller caller, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            final boolean notified = caller.await(waiter.woken, () -> waiter.notified, timeoutNanos);
            if (!notified) {
                waiters.remove(waiter);
            }
            return notified;
        } finally {
            guard.unlock();
        }
    }

    /// The waiter's client is gone: what it was told, another must hear.
    private void passOn(Waiter waiter) {
        guard.lock();
        try {
            waiters.remove(waiter);
            if (waiter.notified) {
                wake(1);
            }
        } finally {
            guard.unlock();
        }
    }

    private void signal(Caller caller, long count) {
        if (!lock.isOwned(caller)) {
            throw Errors.runtime("cannot notify on un-acquired lock");
        }
        guard.lock();
        try {
            wake(count);
        } finally {
            guard.unlock();
        }
    }

    private void wake(long count) {
        for (long left = count; left > 0 && !waiters.isEmpty(); left--) {
            final Waiter waiter = waiters.remove();
            waiter.notified = true;
            waiter.woken.signal();
        }
    }

    @Override
    public String repr() {
        guard.lock();
        try {
            return "<Condition(" + lock.repr() + ", " + waiters.size() + ")>";
        } finally {
            guard.unlock();
        }
    }
}
