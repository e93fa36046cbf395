package dev.backplane.remote;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a proxy refers to: an object that clients call by the names of Python's methods.
///
/// Thread-safe: every client has a thread of its own.
interface Referent {
    /// The name under which clients know its kind, and by which they choose the class of its proxies.
    ///
    /// @return such as `Queue`
    String typeId();

    /// The methods that a proxy gets whose class the client does not know beforehand.
    ///
    /// @return their names, in the order of Python's
    List<String> exposed();

    /// Calls a method.
    ///
    /// @param method its name
    /// @param args by position
    /// @param kwargs by name
    /// @param caller who calls
    /// @return the result; a [Referent] goes to the client as a proxy
    /// @throws dev.backplane.pickle.PythonException what the client gets thrown
    /// @throws UnknownMethodException if there is no such method
    /// @throws InterruptedException if the client is gone or the server ends
    @Nullable
    Object call(String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException;

    /// A copy of the whole, for `_getvalue()`.
    ///
    /// @return the copy
    default @Nullable Object value() {
        throw Errors.type("cannot pickle '" + typeId() + "' object: it stays in its server");
    }

    /// What Python's `repr` of it says.
    ///
    /// @return the text
    default String repr() {
        return "<" + typeId() + ">";
    }

    /// What makes two referents the same object, which then have one identifier for clients.
    ///
    /// @return something with `equals` and `hashCode`
    default Object identity() {
        return this;
    }

    /// Whether a caller has something of this, which [#release] would give back.
    ///
    /// @param caller who has said so by [Caller#holds]; runs in its thread
    /// @return false if it has nothing any more
    default boolean isHeldBy(Caller caller) {
        return false;
    }

    /// Gives back what a caller has that is gone: its locks, its permits.
    ///
    /// @param caller whose connection has ended; runs in its thread
    default void release(Caller caller) {}
}
