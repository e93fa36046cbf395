package dev.backplane.remote;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A [SharedQueue] for one client that is a JVM, with the account of what it has not called done.
///
/// **Client death.** What it had taken of a joinable queue counts as done.
final class JvmQueue extends JvmReferent implements JvmAccount {
    private final SharedQueue<Encoded> queue;
    private final boolean joinable;
    private final JvmLease lease;
    private long unfinished;

    /// @param queue the queue
    /// @param joinable whether it counts what is done
    /// @param lease of the client
    JvmQueue(SharedQueue<Encoded> queue, boolean joinable, JvmLease lease) {
        super("queue");
        this.queue = queue;
        this.joinable = joinable;
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
                final byte[] element = poll(caller, nanos(arguments));
                if (element == null && queue.isShutdown() && queue.isEmpty()) {
                    throw new QueueShutDownException("queue " + queue.name() + " is shut down");
                }
                yield element;
            }
            case "peek" -> bytesOf(queue.peek());
            case "drain" -> drain(integer(arguments, "most"));
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

    private byte @Nullable [] poll(Caller caller, long timeoutNanos) throws InterruptedException {
        final Encoded taken =
                caller.awaitComing(nanos -> queue.poll(nanos, TimeUnit.NANOSECONDS), queue::isShutdown, timeoutNanos);
        if (taken != null) {
            took(1);
        }
        return bytesOf(taken);
    }

    private List<byte[]> drain(int most) {
        final List<Encoded> elements = new ArrayList<>();
        queue.drainTo(elements, most);
        took(elements.size());
        return bytesOf(elements);
    }

    private synchronized void took(int count) {
        if (joinable && count > 0) {
            unfinished += count;
            if (!lease.add(this)) {
                settle(); // The client is gone.
            }
        }
    }

    private synchronized void taskDone() {
        if (joinable && unfinished == 0) {
            throw new IllegalStateException("all that this client took of queue " + queue.name() + " is done already");
        }
        queue.taskDone();
        unfinished--;
        if (unfinished == 0) {
            lease.remove(this);
        }
    }

    @Override
    public synchronized void settle() {
        for (; unfinished > 0; unfinished--) {
            queue.taskDone();
        }
    }
}
