package dev.backplane.pool;

import java.io.Serial;

/// A function threw an exception in a worker JVM. The cause is that exception, with the stack trace that it had
/// there, or its text where it cannot be brought over.
public final class TaskException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TaskException(String message, Throwable cause) {
        super(message, cause);
    }
}
