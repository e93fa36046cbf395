package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An object of a server of Python's, made to look like one of this library's: see [JvmReferent] for the
/// methods.
///
/// What Python's object cannot do in one call is done in several, one thread of this client at a time. That
/// is atomic, since nobody else knows the object; where programs of Python use it too, it is refused.
abstract class StockObject extends RemoteTarget {
    private static final double NANOS = 1e9;

    private final PythonServer server;
    private final String ident;
    private final boolean pythons;
    private final ReentrantLock turn = new ReentrantLock();

    /// What the server was asked for.
    ///
    /// @param server where it is
    /// @param name of the object here
    /// @param ident of the object there
    /// @param pythons whether programs of Python use it too
    record Origin(PythonServer server, String name, String ident, boolean pythons) {}

    StockObject(Origin origin) {
        super(origin.name(), origin.server().links());
        this.server = origin.server();
        this.ident = origin.ident();
        this.pythons = origin.pythons();
    }

    /// Whether programs of Python use it too.
    final boolean isPythons() {
        return pythons;
    }

    /// Calls Python's object.
    ///
    /// @param waitNanos how long the call may keep the server waiting
    /// @param method of Python's
    /// @param args by position
    /// @return what it returned
    /// @throws PythonException what it raised
    final @Nullable Object python(long waitNanos, String method, @Nullable Object... args) {
        return python(links().current(), waitNanos, method, args);
    }

    /// Calls Python's object over a certain connection.
    final @Nullable Object python(RemoteLink link, long waitNanos, String method, @Nullable Object... args) {
        return link.call(ident, method, waitNanos, args);
    }

    /// Calls Python's object, which does not wait.
    final @Nullable Object python(String method, @Nullable Object... args) {
        return python(0, method, args);
    }

    /// A time as Python has it.
    static double seconds(long nanos) {
        return nanos / NANOS;
    }

    /// Does several calls as one.
    final <T extends @Nullable Object> T together(String method, Supplier<T> calls) {
        if (pythons) {
            throw unsupported(method + "(), which a server of Python cannot do in one step,");
        }
        turn.lock();
        try {
            return calls.get();
        } finally {
            turn.unlock();
        }
    }

    /// Does several calls, as one if nobody else uses the object.
    final <T extends @Nullable Object> T inTurn(Supplier<T> calls) {
        turn.lock();
        try {
            return calls.get();
        } finally {
            turn.unlock();
        }
    }

    @Override
    final @Nullable Object call(long waitNanos, String method, @Nullable Object... args) {
        try {
            return perform(waitNanos, method, args);
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, name());
        }
    }

    /// Does what a method of this library's means.
    ///
    /// @param waitNanos how long it may wait
    /// @param method a name
    /// @param args its arguments
    /// @return its result
    abstract @Nullable Object perform(long waitNanos, String method, @Nullable Object[] args);

    @Override
    @Nullable
    Object waitAside(long nanos, String method) throws InterruptedException {
        throw unsupported(method + "()");
    }

    @Override
    void close() {
        server.decrease(ident);
    }
}
