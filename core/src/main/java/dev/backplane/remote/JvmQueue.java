package dev.backplane.remote;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.remote.Takes.Taken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A [SharedQueue] for one client that is a JVM; what it has not called done is on one account, however often it
/// opens the queue.
///
/// **Client death.** What it had taken of a joinable queue counts as done.
final class JvmQueue extends JvmReferent implements JvmAccount {
    /// What a reply has besides its elements, and each element besides its bytes, at most.
    private static final int OVERHEAD_BYTES = 64;

    private final SharedQueue<Encoded> queue;
    private final boolean joinable;
    /// What clients have taken and not called done. Guarded by itself.
    private final CallerAccounts unfinished;
    private final JvmLease lease;

    /// No more elements fit the reply.
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EnoughException() {
            super(null, null, false, false);
        }
    }

    /// @param queue the queue
    /// @param joinable whether it counts what is done
    /// @param unfinished what clients have taken and not called done
    /// @param lease of the client, and the name of its account
    JvmQueue(SharedQueue<Encoded> queue, boolean joinable, CallerAccounts unfinished, JvmLease lease) {
        super("queue");
        this.queue = queue;
        this.joinable = joinable;
        this.unfinished = unfinished;
        this.lease = lease;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "offer" -> {
                final Encoded element = element(arguments);
                yield caller.await(nanos -> queue.offer(element, nanos, TimeUnit.NANOSECONDS), nanos(arguments));
            }
            case "poll" -> poll(caller, nanos(arguments));
            case "take" -> {
                final Object element = poll(caller, nanos(arguments));
                if (element == null && queue.isShutdown() && queue.isEmpty()) {
                    throw new QueueShutDownException("queue " + queue.name() + " is shut down");
                }
                yield element;
            }
            case "peek" -> bytesOf(queue.peek());
            case "drain" -> drain(integer(arguments, "most"), caller);
            case "size" -> (long) queue.size();
            case "remainingCapacity" -> (long) queue.remainingCapacity();
            case "toArray" -> bytesOf(Arrays.asList(queue.toArray(Encoded[]::new)));
            case "remove" -> queue.remove(element(arguments));
            case "clear" -> {
                queue.clear();
                yield null;
            }
            default -> performOther(method, arguments, caller);
        };
    }

    private @Nullable Object performOther(String method, Arguments arguments, Caller caller)
            throws InterruptedException {
        switch (method) {
            case "shutdown" -> queue.shutdown();
            case "isShutdown" -> {
                return queue.isShutdown();
            }
            case "taskDone" -> taskDone();
            case "join" -> {
                return caller.await(nanos -> queue.join(nanos, TimeUnit.NANOSECONDS), nanos(arguments));
            }
            default -> throw new UnknownMethodException(method, this);
        }
        return null;
    }

    private @Nullable Object poll(Caller caller, long timeoutNanos) throws InterruptedException {
        final Function<Encoded, @Nullable Object> form = element -> caller.sendable(element.bytes());
        final Caller.Look<Taken<@Nullable Object>> look = nanos -> Takes.ofQueue(queue, form, nanos);
        final Taken<@Nullable Object> taken = caller.awaitComing(look, queue::isShutdown, timeoutNanos);
        if (taken == null) {
            return null;
        }
        took(1);
        return taken.sent();
    }

    /// As many as there are and one reply can hold.
    private Object drain(int most, Caller caller) throws InterruptedException {
        final List<byte[]> elements = new ArrayList<>();
        final AtomicReference<@Nullable Object> first = new AtomicReference<>();
        final long[] room = {(long) caller.mostBytes() - OVERHEAD_BYTES};
        final Function<Encoded, byte[]> form = element -> {
            room[0] -= element.bytes().length + OVERHEAD_BYTES;
            if (elements.isEmpty()) {
                first.set(caller.sendable(List.of(element.bytes())));
            } else if (room[0] < 0) {
                throw new EnoughException();
            }
            return element.bytes();
        };
        try {
            while (elements.size() < most) {
                final Taken<byte[]> taken = Takes.ofQueue(queue, form, 0);
                if (taken == null) {
                    break;
                }
                elements.add(taken.sent());
            }
        } catch (EnoughException e) {
            // It is the first of the next reply.
        } finally {
            took(elements.size());
        }
        return elements.size() == 1 ? Objects.requireNonNull(first.get()) : elements;
    }

    private void took(int count) {
        if (joinable && count > 0) {
            synchronized (unfinished) {
                unfinished.acquired(lease, count);
                if (!lease.add(this)) {
                    settle(); // The client is gone.
                }
            }
        }
    }

    private void taskDone() {
        synchronized (unfinished) {
            if (joinable && !unfinished.has(lease)) {
                throw new IllegalStateException(
                        "all that this client took of queue " + queue.name() + " is done already");
            }
            queue.taskDone();
            unfinished.settled(lease, 1);
            if (!unfinished.has(lease)) {
                lease.remove(this);
            }
        }
    }

    @Override
    public void settle() {
        synchronized (unfinished) {
            for (long left = unfinished.forget(lease); left > 0; left--) {
                queue.taskDone();
            }
        }
    }
}
