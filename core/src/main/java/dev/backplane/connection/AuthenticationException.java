package dev.backplane.connection;

import java.io.IOException;
import java.io.Serial;

/// The other end does not have the key, or not the same, or will not prove it in a way that is allowed here.
/// The connection is closed.
public final class AuthenticationException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception.
    ///
    /// @param message what went wrong, without anything secret
    public AuthenticationException(String message) {
        super(message);
    }
}
