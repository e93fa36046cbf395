package dev.backplane.remote;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Python's `threading.Event`. A waiter goes on when the flag is set, even if it is cleared before it gets
/// to look.
///
/// **Client death.** Changes nothing.
final class EventReferent implements Referent {
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private boolean set;
    private long timesSet;

    @Override
    public String typeId() {
        return "Event";
    }

    @Override
    public List<String> exposed() {
        return List.of("is_set", "set", "clear", "wait");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "is_set", "isSet" -> {
                arguments.end();
                yield isSet();
            }
            case "set", "clear" -> {
                arguments.end();
                store(method.equals("set"));
                yield null;
            }
            case "wait" -> {
                final long timeout = arguments.timeout("timeout");
                arguments.end();
                yield await(caller, timeout);
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private boolean isSet() {
        guard.lock();
        try {
            return set;
        } finally {
            guard.unlock();
        }
    }

    private void store(boolean value) {
        guard.lock();
        try {
            if (value && !set) {
                timesSet++;
                changed.signalAll();
            }
            set = value;
        } finally {
            guard.unlock();
        }
    }

    private boolean await(Caller caller, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            final long before = timesSet;
            return caller.await(changed, () -> set || timesSet != before, timeoutNanos);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String repr() {
        return "<threading.Event: " + (isSet() ? "set" : "unset") + ">";
    }
}
