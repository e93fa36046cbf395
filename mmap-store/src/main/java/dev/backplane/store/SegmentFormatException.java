package dev.backplane.store;

import java.io.Serial;

/// Bytes that are not a segment of this library's format, or no longer are: wrong magic, version, byte order or
/// size.
///
/// Nothing is changed in a file that is refused with this exception.
public final class SegmentFormatException extends SegmentException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the file, the value found and the value expected.
    ///
    /// @param message the whole explanation
    public SegmentFormatException(String message) {
        super(message);
    }
}
