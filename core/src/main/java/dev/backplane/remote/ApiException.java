package dev.backplane.remote;

import java.io.Serial;

/// A method of the application's threw what Python has no exception for: the client gets the trace.
final class ApiException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ApiException(Throwable cause) {
        super("a method of the application's failed", cause);
    }
}
