package dev.backplane.remote;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Python's `threading.Barrier`, without an action: that would be a function of Python.
///
/// **Client death.** One that waits and whose connection ends breaks the barrier, as one does whose time is up.
final class BarrierReferent implements Referent {
    /// What those inside do. Who comes later waits until the last of a round has left.
    private enum State {
        FILLING,
        DRAINING,
        RESETTING,
        BROKEN
    }

    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private final long parties;
    private final long defaultTimeout;
    private State state = State.FILLING;
    private long inside;

    BarrierReferent(long parties, long defaultTimeout) {
        if (parties < 1) {
            throw Errors.value("parties must be >= 1");
        }
        this.parties = parties;
        this.defaultTimeout = defaultTimeout;
    }

    /// Python's `Barrier(parties, action=None, timeout=None)`.
    static BarrierReferent create(Arguments arguments) {
        final long parties = PythonValues.index(arguments.take("parties"));
        if (arguments.take("action", null) != null) {
            throw Errors.type("a barrier's action is a function of Python, which this server cannot run");
        }
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        return new BarrierReferent(parties, timeout);
    }

    @Override
    public String typeId() {
        return "Barrier";
    }

    @Override
    public List<String> exposed() {
        return List.of("__getattribute__", "wait", "abort", "reset");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "wait" -> {
                final long timeout = arguments.timeout("timeout");
                arguments.end();
                yield await(caller, timeout == Caller.FOREVER ? defaultTimeout : timeout);
            }
            case "abort" -> {
                arguments.end();
                setBroken();
                yield null;
            }
            case "reset" -> {
                arguments.end();
                reset();
                yield null;
            }
            case "__getattribute__" -> {
                final String name = arguments.text("name");
                arguments.end();
                yield attribute(name);
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private Object attribute(String name) {
        guard.lock();
        try {
            return switch (name) {
                case "parties" -> parties;
                case "n_waiting" -> state == State.FILLING ? inside : 0L;
                case "broken" -> state == State.BROKEN;
                default -> throw Errors.attribute("'Barrier' object has no attribute '" + name + "'");
            };
        } finally {
            guard.unlock();
        }
    }

    /// @return how many had come before
    private long await(Caller caller, long timeoutNanos) throws InterruptedException {
        guard.lock();
        try {
            caller.await(changed, () -> state != State.DRAINING && state != State.RESETTING, Caller.FOREVER);
            checkNotBroken();
            final long index = inside++;
            try {
                if (inside == parties) {
                    become(State.DRAINING);
                } else {
                    awaitOthers(caller, timeoutNanos);
                }
                return index;
            } finally {
                if (--inside == 0 && (state == State.DRAINING || state == State.RESETTING)) {
                    become(State.FILLING);
                }
            }
        } finally {
            guard.unlock();
        }
    }

    private void awaitOthers(Caller caller, long timeoutNanos) throws InterruptedException {
        try {
            if (!caller.await(changed, () -> state != State.FILLING, timeoutNanos)) {
                become(State.BROKEN);
            }
        } catch (InterruptedException e) {
            if (state == State.FILLING) {
                become(State.BROKEN);
            }
            throw e;
        }
        if (state != State.DRAINING) {
            throw broken();
        }
    }

    private void checkNotBroken() {
        if (state == State.BROKEN) {
            throw broken();
        }
    }

    private static RuntimeException broken() {
        return Errors.of("threading.BrokenBarrierError");
    }

    private void become(State next) {
        state = next;
        changed.signalAll();
    }

    private void setBroken() {
        guard.lock();
        try {
            become(State.BROKEN);
        } finally {
            guard.unlock();
        }
    }

    private void reset() {
        guard.lock();
        try {
            if (inside == 0) {
                become(State.FILLING);
            } else if (state != State.DRAINING) {
                become(State.RESETTING);
            }
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String repr() {
        return "<threading.Barrier: waiters=" + attribute("n_waiting") + "/" + parties + ">";
    }
}
