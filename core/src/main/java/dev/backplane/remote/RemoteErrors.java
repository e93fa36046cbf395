package dev.backplane.remote;

import dev.backplane.OwnerDiedException;
import dev.backplane.QueueShutDownException;
import dev.backplane.RemoteCallException;
import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.NoSuchElementException;

/// What a server's exceptions are in Java.
final class RemoteErrors {
    /// The class's name, the message and the stack trace come after a mark.
    private static final int JAVA_PARTS = 4;

    /// An empty queue, as [#typeOf] has it.
    static final String QUEUE_EMPTY = "queue.Empty";

    /// A full queue, as [#typeOf] has it.
    static final String QUEUE_FULL = "queue.Full";

    /// A queue that is shut down, as [#typeOf] has it.
    static final String QUEUE_SHUT_DOWN = "queue.ShutDown";

    private RemoteErrors() {}

    /// The type of an exception by the name that Python's documents have: some are of modules of C.
    static String typeOf(PythonException exception) {
        return exception.type().startsWith("_queue.") ? exception.type().substring(1) : exception.type();
    }

    /// The exception for one that a server sent, which becomes its cause.
    ///
    /// @param exception of the server
    /// @param where what was called
    /// @return the exception to throw
    static RuntimeException toJava(PythonException exception, String where) {
        final PythonTuple args = exception.args();
        final RuntimeException made;
        if (isJava(args)) {
            made = ofClass(String.valueOf(args.get(1)), String.valueOf(args.get(2)), where, remote(args, where));
        } else {
            final String message = where + ": " + exception.getMessage();
            made = switch (typeOf(exception)) {
                case QUEUE_SHUT_DOWN -> new QueueShutDownException(where + ": the queue is shut down");
                case "builtins.ValueError", "builtins.OverflowError" -> new IllegalArgumentException(message);
                case "builtins.IndexError" -> new IndexOutOfBoundsException(message);
                case "builtins.KeyError", "builtins.LookupError" -> new NoSuchElementException(message);
                case "builtins.NotImplementedError" -> new UnsupportedOperationException(message);
                default -> new RemoteCallException(message, exception.getMessage(), exception);
            };
        }
        if (made.getCause() == null && !(made instanceof RemoteCallException)) {
            made.initCause(isJava(args) ? remote(args, where) : exception);
        }
        return made;
    }

    private static boolean isJava(PythonTuple args) {
        return args.size() == JAVA_PARTS && JvmReferent.JAVA.equals(args.get(0));
    }

    /// What the server threw, where it threw it.
    private static RemoteCallException remote(PythonTuple args, String where) {
        final String trace = String.valueOf(args.get(3)).strip();
        return new RemoteCallException(where + " failed in the server: " + trace, trace, null);
    }

    private static RuntimeException ofClass(String type, String message, String where, RemoteCallException remote) {
        return switch (type) {
            case "dev.backplane.OwnerDiedException" -> new OwnerDiedException(where);
            case "dev.backplane.QueueShutDownException" -> new QueueShutDownException(message);
            case "dev.backplane.codec.CodecException" -> new CodecException(message);
            case "java.lang.ArrayIndexOutOfBoundsException", "java.lang.IndexOutOfBoundsException" ->
                new IndexOutOfBoundsException(message);
            case "java.lang.IllegalArgumentException" -> new IllegalArgumentException(message);
            case "java.lang.IllegalMonitorStateException" -> new IllegalMonitorStateException(message);
            case "java.lang.IllegalStateException" -> new IllegalStateException(message);
            case "java.lang.UnsupportedOperationException" -> new UnsupportedOperationException(message);
            case "java.util.NoSuchElementException" -> new NoSuchElementException(message);
            default -> new RemoteCallException(where + ": " + type + ": " + message, remote.remoteTrace(), remote);
        };
    }

    /// The same for what makes an object, where the file system has its say.
    ///
    /// @param exception of the server
    /// @param where what was called
    /// @return the exception to throw, unless it is an I/O error
    /// @throws IOException if it is
    static RuntimeException creating(PythonException exception, String where) throws IOException {
        final PythonTuple args = exception.args();
        if (isJava(args) && String.valueOf(args.get(1)).startsWith("java.io.")) {
            throw new IOException(where + ": " + args.get(2), remote(args, where));
        }
        return toJava(exception, where);
    }
}
