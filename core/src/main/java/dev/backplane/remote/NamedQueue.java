package dev.backplane.remote;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.remote.Takes.Taken;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A named queue for clients, with the methods of Python's `queue.Queue`.
///
/// **Client death.** What a caller had taken of a joinable queue counts as done when its connection ends, as it
/// does when a process dies.
///
/// @param <E> what it takes
final class NamedQueue<E> implements NamedReferent.Holds {
    private final SharedQueue<E> queue;
    private final Elements<E> elements;
    /// What clients have taken and not called done. Guarded by itself.
    private final CallerAccounts taken;
    /// Whether it counts what is done; null until somebody takes an element.
    private volatile @Nullable Boolean joinable;

    private NamedQueue(SharedQueue<E> queue, CallerAccounts taken) {
        this.queue = queue;
        this.taken = taken;
        this.elements = Elements.of(queue.codec());
    }

    static <E> Referent of(SharedQueue<E> queue, NamedAccounts accounts) {
        final NamedQueue<E> named = new NamedQueue<>(queue, accounts.of(queue));
        final Methods methods = new Methods()
                .add("put", (arguments, caller) -> named.put(arguments, caller, true))
                .add("put_nowait", (arguments, caller) -> named.put(arguments, caller, false))
                .add("get", (arguments, caller) -> named.get(QueueReferent.timeoutOf(arguments), caller))
                .add("get_nowait", (arguments, caller) -> {
                    arguments.end();
                    return named.get(0, caller);
                })
                .get("qsize", () -> (long) queue.size())
                .get("empty", queue::isEmpty)
                .get("full", () -> queue.remainingCapacity() == 0)
                .get("capacity", () -> (long) queue.capacity())
                .add("task_done", (arguments, caller) -> {
                    arguments.end();
                    named.taskDone(caller);
                    return null;
                })
                .add("join", (arguments, caller) -> {
                    arguments.end();
                    caller.await(nanos -> queue.join(nanos, TimeUnit.NANOSECONDS), Caller.FOREVER);
                    return null;
                })
                .add("shutdown", (arguments, caller) -> {
                    final boolean immediate = arguments.truth("immediate", false);
                    arguments.end();
                    queue.shutdown();
                    if (immediate) {
                        queue.clear();
                    }
                    return null;
                });
        return NamedReferent.holding("SharedQueue", queue, methods, named);
    }

    private @Nullable Object put(Arguments arguments, Caller caller, boolean mayWait) throws InterruptedException {
        final E element = elements.from(arguments.take("item"));
        final long timeout = mayWait ? QueueReferent.timeoutOf(arguments) : 0;
        arguments.end();
        final boolean done = queue.offer(element)
                || timeout > 0
                        && caller.await(
                                nanos -> {
                                    if (nanos == Caller.FOREVER) {
                                        queue.put(element);
                                        return true;
                                    }
                                    return queue.offer(element, nanos, TimeUnit.NANOSECONDS);
                                },
                                timeout);
        if (!done) {
            throw Errors.of("queue.Full");
        }
        return null;
    }

    private @Nullable Object get(long timeout, Caller caller) throws InterruptedException {
        final boolean counts = isJoinable();
        final Function<E, @Nullable Object> form = element -> caller.sendable(JavaValues.toPython(element));
        final Caller.Look<Taken<@Nullable Object>> look = nanos -> Takes.ofQueue(queue, form, nanos);
        Taken<@Nullable Object> got = look.within(0);
        if (got == null && timeout > 0) {
            got = caller.awaitComing(look, () -> false, timeout);
        }
        if (got == null) {
            throw Errors.of(queue.isShutdown() ? "queue.ShutDown" : "queue.Empty");
        }
        if (counts) {
            synchronized (taken) {
                taken.acquired(caller);
            }
        }
        return got.sent();
    }

    private boolean isJoinable() throws InterruptedException {
        Boolean known = joinable;
        if (known == null) {
            known = canBeJoined();
            joinable = known;
        }
        return known;
    }

    /// The interface has it so that others cannot wait for such a queue.
    private boolean canBeJoined() throws InterruptedException {
        try {
            queue.join(0, TimeUnit.NANOSECONDS);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        synchronized (taken) {
            return taken.has(caller);
        }
    }

    @Override
    public void release(Caller caller) {
        final long left;
        synchronized (taken) {
            left = taken.forget(caller);
        }
        for (long i = 0; i < left; i++) {
            queue.taskDone();
        }
    }

    private void taskDone(Caller caller) {
        synchronized (taken) {
            countDone();
            taken.released(caller, 1);
        }
    }

    private void countDone() {
        try {
            queue.taskDone();
        } catch (QueueShutDownException e) {
            throw e;
        } catch (IllegalStateException e) {
            throw Errors.value("task_done() called too many times: " + e.getMessage());
        }
    }
}
