package dev.backplane.codec;

import java.io.Serial;

/// A value that this process does not read, by its policy or for lack of something: it is of a class that is not
/// allowed or not here ([ClassRefusedException]), or beyond the limits. The bytes are sound: a process that
/// allows more can read them.
public class ValueRefusedException extends CodecException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the limit, or the class.
    ///
    /// @param message the whole explanation
    public ValueRefusedException(String message) {
        super(message);
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public ValueRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
