package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import org.jspecify.annotations.Nullable;

/// The end of a queue that is shut down, for Pythons of which the server does not know whether they have a word
/// for it: `queue.ShutDown` came with Python 3.13, and nothing that a client says tells 3.12 from 3.13.
///
/// So the client itself finds out, when it reads
/// `getattr(importlib.import_module("queue"), "ShutDown", queue.Empty)()`; for who puts it is `queue.Full`.
final class QueueEnd {
    private static final String GETATTR = "builtins.getattr";
    private static final String NAME = "ShutDown";
    private static final int ARGUMENTS = 3;

    private QueueEnd() {}

    /// Whether an exception is this one.
    static boolean is(PythonException exception) {
        return exception.isType(RemoteErrors.QUEUE_SHUT_DOWN);
    }

    /// The exception as any Python reads it.
    ///
    /// @param putting whether the caller was putting an item
    static PythonObject of(boolean putting) {
        final PythonObject module = Opaque.call("importlib.import_module", "queue");
        final PythonObject otherwise = PythonObject.global("queue", putting ? "Full" : "Empty");
        return PythonObject.reduce(Opaque.call(GETATTR, module, NAME, otherwise), PythonTuple.EMPTY);
    }

    /// The same exception for Java.
    ///
    /// @param raised what a server sent
    /// @return null if it is none such
    static @Nullable PythonException read(@Nullable Object raised) {
        final PythonObject found = raised instanceof PythonObject made ? made.callable() : null;
        return found != null
                        && Opaque.isCallOf(found, GETATTR)
                        && found.arguments().size() == ARGUMENTS
                        && NAME.equals(found.arguments().get(1))
                ? new PythonException(RemoteErrors.QUEUE_SHUT_DOWN)
                : null;
    }
}
