package dev.backplane.remote;

import dev.backplane.OwnerDiedException;
import dev.backplane.QueueShutDownException;
import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PythonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What Java's exceptions are in Python.
final class Failures {
    private Failures() {}

    /// The exception that a client gets for one of Java's.
    ///
    /// @param failure what a method threw
    /// @return null if Python has nothing that says the same
    static @Nullable PythonException toPython(Throwable failure) {
        final String type = switch (failure) {
            case PythonException exception -> null;
            case QueueShutDownException shutDown -> "queue.ShutDown";
            case BrokenBarrierException broken -> "threading.BrokenBarrierError";
            case CodecException codec -> "builtins.TypeError";
            case NumberFormatException number -> "builtins.ValueError";
            case IllegalArgumentException argument -> "builtins.ValueError";
            case IndexOutOfBoundsException index -> "builtins.IndexError";
            case NoSuchElementException element -> "builtins.LookupError";
            case ArithmeticException arithmetic -> "builtins.ArithmeticError";
            case UnsupportedOperationException operation -> "builtins.NotImplementedError";
            case OwnerDiedException died -> "builtins.RuntimeError";
            case IllegalMonitorStateException state -> "builtins.RuntimeError";
            case IllegalStateException state -> "builtins.RuntimeError";
            case TimeoutException timeout -> "builtins.TimeoutError";
            case UncheckedIOException io -> "builtins.OSError";
            case IOException io -> "builtins.OSError";
            case StackOverflowError depth -> "builtins.RecursionError";
            default -> "";
        };
        if (type == null) {
            return (PythonException) failure;
        }
        final String message = failure.getMessage();
        return type.isEmpty() ? null : message == null ? new PythonException(type) : new PythonException(type, message);
    }
}
