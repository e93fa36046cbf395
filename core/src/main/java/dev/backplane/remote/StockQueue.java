package dev.backplane.remote;

import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PythonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A `Queue` or `JoinableQueue` of a server of Python's.
///
/// Python's queue shows no element without giving it out, and removes none from the middle.
final class StockQueue extends StockObject {
    private final int capacity;
    private final boolean joinable;
    private final Set<Object> exposed;
    private volatile boolean shutDown;

    /// @param origin where it is
    /// @param capacity the most that it holds
    /// @param joinable whether it counts what is done
    /// @param exposed the methods that this version of Python has
    StockQueue(Origin origin, int capacity, boolean joinable, Set<Object> exposed) {
        super(origin);
        this.capacity = capacity;
        this.joinable = joinable;
        this.exposed = exposed;
    }

    @Override
    @Nullable
    Object perform(long waitNanos, String method, @Nullable Object[] args) {
        return switch (method) {
            case "offer" -> offer(args[0], waitNanos);
            case "poll" -> poll();
            case "take" -> get(waitNanos);
            case "drain" -> drain(PythonValues.index(args[0]));
            case "size" -> python("qsize");
            case "remainingCapacity" -> Math.max(0, capacity - number("size"));
            case "clear" -> {
                while (!drain(Integer.MAX_VALUE).isEmpty()) {
                    // What was put meanwhile goes too.
                }
                yield null;
            }
            case "taskDone" -> taskDone();
            case "shutdown" -> shutDown();
            case "isShutdown" -> shutDown;
            default -> throw unsupported(method + "()");
        };
    }

    private boolean offer(@Nullable Object element, long nanos) {
        try {
            if (nanos <= 0) {
                python("put", element, false);
            } else {
                python(nanos, "put", element, true, seconds(nanos));
            }
            return true;
        } catch (PythonException e) {
            if (RemoteErrors.typeOf(e).equals(RemoteErrors.QUEUE_FULL)) {
                return false;
            }
            throw e;
        }
    }

    private @Nullable Object get(long nanos) {
        final Object element;
        try {
            element = nanos <= 0 ? python("get", false) : python(nanos, "get", true, seconds(nanos));
        } catch (PythonException e) {
            if (RemoteErrors.typeOf(e).equals(RemoteErrors.QUEUE_EMPTY)) {
                return null;
            }
            throw e;
        }
        if (element == null) {
            throw new CodecException(
                    "an element of " + this + " was None, which Java's queues cannot have: it is taken");
        }
        return element;
    }

    private @Nullable Object poll() {
        try {
            return get(0);
        } catch (PythonException e) {
            if (RemoteErrors.typeOf(e).equals(RemoteErrors.QUEUE_SHUT_DOWN)) {
                return null;
            }
            throw e;
        }
    }

    private List<@Nullable Object> drain(long most) {
        final List<@Nullable Object> elements = new ArrayList<>();
        while (elements.size() < most) {
            final Object element = poll();
            if (element == null) {
                break;
            }
            elements.add(element);
        }
        return elements;
    }

    private void requireJoinable() {
        if (!joinable && !isPythons()) {
            throw new UnsupportedOperationException(this + " is not joinable");
        }
    }

    private @Nullable Object taskDone() {
        requireJoinable();
        try {
            return python("task_done");
        } catch (PythonException e) {
            if (e.isType("builtins.ValueError")) {
                throw (IllegalStateException)
                        new IllegalStateException("all of " + this + " is done already").initCause(e);
            }
            throw e;
        }
    }

    private @Nullable Object shutDown() {
        if (!exposed.contains("shutdown")) {
            throw unsupported("shutdown(), which Python's queues have from 3.13 on,");
        }
        python("shutdown");
        shutDown = true;
        return null;
    }

    @Override
    @Nullable
    Object waitAside(long nanos, String method) throws InterruptedException {
        requireJoinable();
        try {
            links().aside(nanos, null, link -> python(link, nanos, "join"));
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, name());
        }
    }
}
