package dev.backplane.remote;

import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Python's `queue.Queue`.
///
/// **Client death.** One whose connection ends while it waits for an item takes none. What a caller had taken
/// from a `JoinableQueue` counts as done when its connection ends, so that `join` does not wait for the dead.
///
/// **Fairness.** None.
final class QueueReferent implements Referent {
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition notEmpty = guard.newCondition();
    private final Condition notFull = guard.newCondition();
    private final Condition allDone = guard.newCondition();

    @SuppressWarnings("JdkObsolete") // The only queue of the JDK that takes null.
    private final Queue<@Nullable Object> items = new LinkedList<>(); // Items may be None, that is null.

    /// What callers have taken and not called done.
    private final CallerAccounts taken = new CallerAccounts();
    private final boolean joinable;
    private final long capacity;
    private long unfinished;
    /// Of the unfinished, those that callers took who are gone.
    private long orphaned;
    private boolean shutDown;

    QueueReferent(boolean joinable, long capacity) {
        this.joinable = joinable;
        this.capacity = capacity <= 0 ? Long.MAX_VALUE : capacity;
    }

    /// Python's `Queue(maxsize=0)`.
    static QueueReferent create(boolean joinable, Arguments arguments) {
        final long capacity = arguments.index("maxsize", 0);
        arguments.end();
        return new QueueReferent(joinable, capacity);
    }

    @Override
    public String typeId() {
        return joinable ? "JoinableQueue" : "Queue";
    }

    @Override
    public List<String> exposed() {
        return List.of(
                "empty", "full", "get", "get_nowait", "join", "put", "put_nowait", "qsize", "shutdown", "task_done");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "put", "put_nowait" -> {
                final Object item = arguments.take("item");
                put(caller, item, method.equals("put") ? timeoutOf(arguments) : nothing(arguments));
                yield null;
            }
            case "get", "get_nowait" -> get(caller, method.equals("get") ? timeoutOf(arguments) : nothing(arguments));
            default -> callOther(method, arguments, caller);
        };
    }

    private @Nullable Object callOther(String method, Arguments arguments, Caller caller) throws InterruptedException {
        final boolean immediate = method.equals("shutdown") && arguments.truth("immediate", false);
        arguments.end();
        guard.lock();
        try {
            switch (method) {
                case "qsize" -> {
                    return (long) items.size();
                }
                case "empty" -> {
                    return items.isEmpty();
                }
                case "full" -> {
                    return items.size() >= capacity;
                }
                case "task_done" -> taskDone(caller);
                case "join" -> caller.await(allDone, () -> unfinished <= orphaned, Caller.FOREVER);
                case "shutdown" -> shutDown(immediate);
                default -> throw new UnknownMethodException(method, this);
            }
            return null;
        } finally {
            guard.unlock();
        }
    }

    /// Reads the arguments `block=True, timeout=None`.
    static long timeoutOf(Arguments arguments) {
        final boolean block = arguments.truth("block", true);
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        if (block && timeout < 0) {
            throw Errors.value("'timeout' must be a non-negative number");
        }
        return block ? timeout : 0;
    }

    private static long nothing(Arguments arguments) {
        arguments.end();
        return 0;
    }

    private void put(Caller caller, @Nullable Object item, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            final BooleanSupplier ready = () -> shutDown || items.size() < capacity;
            final boolean isReady = caller.await(notFull, ready, timeoutNanos);
            if (shutDown) {
                throw Errors.of("queue.ShutDown");
            }
            if (!isReady) {
                throw Errors.of("queue.Full");
            }
            items.add(item);
            unfinished++;
            notEmpty.signal();
        } finally {
            guard.unlock();
        }
    }

    private @Nullable Object get(Caller caller, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            final boolean isReady = caller.await(notEmpty, () -> shutDown || !items.isEmpty(), timeoutNanos);
            if (items.isEmpty()) {
                throw Errors.of(isReady ? "queue.ShutDown" : "queue.Empty");
            }
            final Object item = caller.sendable(items.peek());
            items.remove();
            notFull.signal();
            if (joinable) {
                taken.acquired(caller);
                caller.holds(this);
            }
            return item;
        } finally {
            guard.unlock();
        }
    }

    private void taskDone(Caller caller) {
        if (unfinished <= 0) {
            throw Errors.value("task_done() called too many times");
        }
        unfinished--;
        if (taken.settled(caller, 1) == 0 && orphaned > 0) {
            orphaned--; // Whoever took it handed it on before its end.
        }
        orphaned = Math.min(orphaned, unfinished);
        tellIfDone();
    }

    private void tellIfDone() {
        if (unfinished <= orphaned) {
            allDone.signalAll();
        }
    }

    private void shutDown(boolean immediate) {
        shutDown = true;
        if (immediate) {
            unfinished = Math.max(0, unfinished - items.size());
            orphaned = Math.min(orphaned, unfinished);
            items.clear();
            allDone.signalAll();
        }
        notEmpty.signalAll();
        notFull.signalAll();
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        guard.lock();
        try {
            return taken.has(caller);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void release(Caller caller) {
        guard.lock();
        try {
            final long count = taken.forget(caller);
            if (count > 0) {
                orphaned = Math.min(unfinished, orphaned + count);
                tellIfDone();
            }
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String repr() {
        return "<queue.Queue object>";
    }
}
