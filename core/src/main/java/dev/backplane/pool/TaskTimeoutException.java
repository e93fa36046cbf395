package dev.backplane.pool;

import java.io.Serial;

/// A task ran for longer than its pool allows.
public final class TaskTimeoutException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TaskTimeoutException(String message) {
        super(message);
    }
}
