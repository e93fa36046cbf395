package dev.backplane.codec;

import java.io.Serial;

/// A value that a codec cannot write, or bytes that it cannot or must not read.
public class CodecException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the class or the position.
    ///
    /// @param message the whole explanation
    public CodecException(String message) {
        super(message);
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
