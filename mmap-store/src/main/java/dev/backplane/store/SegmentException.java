package dev.backplane.store;

import java.io.Serial;

/// A segment, or an object in it, that cannot be used as asked: full, of another format, of another type,
/// damaged.
///
/// The message names what was found, what was expected, where, and what to do about it. Failures of the
/// operating system while a segment is created, opened or extended are [java.io.IOException]s instead; calls
/// after [Segment#close] are [IllegalStateException]s.
public class SegmentException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that says what, where and what to do.
    ///
    /// @param message the whole explanation
    public SegmentException(String message) {
        super(message);
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public SegmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
