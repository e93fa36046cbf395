package dev.backplane.pickle;

import dev.backplane.codec.CodecException;
import java.io.Serial;

/// A pickle that cannot or must not be read, or a value that has no form as one.
public final class PickleException extends CodecException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the position or the class.
    ///
    /// @param message the whole explanation
    public PickleException(String message) {
        super(message);
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public PickleException(String message, Throwable cause) {
        super(message, cause);
    }
}
