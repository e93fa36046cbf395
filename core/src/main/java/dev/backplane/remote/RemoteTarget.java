package dev.backplane.remote;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An object of a server, called by the names that [JvmReferent]s have; what a server of Python has is made
/// to look so.
///
/// A call is not interrupted, and takes no longer than the time for calls, and the nanoseconds that it names.
abstract class RemoteTarget {
    private final String name;
    private final RemoteLinks links;
    private volatile @Nullable Object owner;

    /// @param name of the object
    /// @param links to its server
    RemoteTarget(String name, RemoteLinks links) {
        this.name = name;
        this.links = links;
    }

    /// Keeps the manager as long as its object is in use.
    final void keep(Object manager) {
        owner = manager;
    }

    final String name() {
        return name;
    }

    /// The connections of the client.
    final RemoteLinks links() {
        return links;
    }

    /// Calls a method that does not wait.
    ///
    /// @param method a name
    /// @param args its arguments
    /// @return its result
    final @Nullable Object call(String method, @Nullable Object... args) {
        return call(0, method, args);
    }

    /// Calls a method.
    ///
    /// @param waitNanos how long it may keep the server waiting
    /// @param method a name
    /// @param args its arguments
    /// @return its result
    abstract @Nullable Object call(long waitNanos, String method, @Nullable Object... args);

    /// Waits by a connection of its own, which ends if the thread is interrupted.
    ///
    /// @param nanos the longest wait, which is the method's argument; [Caller#FOREVER] for no limit
    /// @param method a name
    /// @return its result
    /// @throws InterruptedException if interrupted
    abstract @Nullable Object waitAside(long nanos, String method) throws InterruptedException;

    /// Calls a method with a truth for a result.
    final boolean test(String method, @Nullable Object... args) {
        return Boolean.TRUE.equals(call(0, method, args));
    }

    /// Calls a method with a whole number for a result.
    final long number(String method, @Nullable Object... args) {
        return longOf(call(0, method, args), method);
    }

    /// Calls a method with several elements for a result.
    final List<@Nullable Object> elements(String method, @Nullable Object... args) {
        final Object result = call(0, method, args);
        if (result instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw unexpected(result, method);
    }

    /// A whole number that a server sent.
    final long longOf(@Nullable Object result, String method) {
        if (result instanceof Number number) {
            return number.longValue();
        }
        throw unexpected(result, method);
    }

    /// What is thrown when a server answers what it should not.
    final IllegalStateException unexpected(@Nullable Object result, String method) {
        return new IllegalStateException(
                this + ": the server answered " + method + "() by a " + PythonValues.typeName(result));
    }

    /// What is thrown where only memory, or only a server of this library, can do something.
    final UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException(what + " of " + this + " is not possible over this connection");
    }

    /// Gives the server's object up.
    abstract void close();

    @Override
    public String toString() {
        return name + " at " + (owner == null ? links.endpoint() : owner);
    }
}
