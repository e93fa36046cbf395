package dev.backplane.remote;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Python's `threading.Semaphore` or `threading.BoundedSemaphore`.
///
/// **Client death.** Permits that a caller acquired, and that nobody released for it, come back when its
/// connection ends, but never more than make up, with what living callers have, the number that the
/// semaphore was created with. So a semaphore of N permits keeps its N, whoever is killed; and one that
/// begins at 0, whose permits are messages, does not send a message again because its reader has ended.
///
/// **Fairness.** None.
final class SemaphoreReferent implements Referent {
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition available = guard.newCondition();
    private final CallerAccounts held = new CallerAccounts();
    private final boolean bounded;
    private final long initial;
    private long permits;

    SemaphoreReferent(boolean bounded, long initial) {
        if (initial < 0) {
            throw Errors.value("semaphore initial value must be >= 0");
        }
        this.bounded = bounded;
        this.initial = initial;
        this.permits = initial;
    }

    /// Python's `Semaphore(value=1)`.
    static SemaphoreReferent create(boolean bounded, Arguments arguments) {
        final long initial = arguments.index("value", 1);
        arguments.end();
        return new SemaphoreReferent(bounded, initial);
    }

    @Override
    public String typeId() {
        return bounded ? "BoundedSemaphore" : "Semaphore";
    }

    @Override
    public List<String> exposed() {
        return List.of("acquire", "release");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "acquire" -> acquire(caller, timeoutOf(arguments));
            case "release" -> {
                final long count = arguments.index("n", 1);
                arguments.end();
                release(caller, count);
                yield null;
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    /// Reads the arguments of Python's `acquire(blocking=True, timeout=None)` of semaphores.
    static long timeoutOf(Arguments arguments) {
        final boolean blocking = arguments.truth("blocking", true);
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        if (!blocking && timeout != Caller.FOREVER) {
            throw Errors.value("can't specify timeout for non-blocking acquire");
        }
        return blocking ? timeout : 0;
    }

    private boolean acquire(Caller caller, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            if (!caller.await(available, () -> permits > 0, timeoutNanos)) {
                return false;
            }
            permits--;
            held.acquired(caller);
            caller.holds(this);
            return true;
        } finally {
            guard.unlock();
        }
    }

    private void release(Caller caller, long count) {
        if (count < 1) {
            throw Errors.value("n must be one or more");
        }
        guard.lock();
        try {
            if (bounded && count > initial - permits) {
                throw Errors.value("Semaphore released too many times");
            }
            if (permits + count < 0) {
                throw Errors.overflow("a semaphore of " + permits + " permits cannot take " + count + " more");
            }
            held.released(caller, count);
            add(count);
        } finally {
            guard.unlock();
        }
    }

    private void add(long count) {
        permits += count;
        if (count == 1) {
            available.signal();
        } else if (count > 1) {
            available.signalAll();
        }
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        guard.lock();
        try {
            return held.has(caller);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void release(Caller caller) {
        guard.lock();
        try {
            final long has = held.forget(caller);
            add(Math.min(has, Math.max(0, initial - permits - held.total())));
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String repr() {
        guard.lock();
        try {
            return "<threading." + typeId() + ": value=" + permits + (bounded ? "/" + initial : "") + ">";
        } finally {
            guard.unlock();
        }
    }
}
