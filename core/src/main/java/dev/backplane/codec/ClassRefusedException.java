package dev.backplane.codec;

import java.io.Serial;

/// A value of a class that this process does not allow, or does not have, or has in another version. The
/// bytes are sound: a process that has and allows the class can read them.
public class ClassRefusedException extends ValueRefusedException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the class.
    ///
    /// @param message the whole explanation
    public ClassRefusedException(String message) {
        super(message);
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public ClassRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
