package dev.backplane.connection;

import java.io.IOException;
import java.io.Serial;

/// A message was longer than the memory that it was to be received into. The message is here, and the
/// connection as good as before.
public final class BufferTooShortException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// The message.
    private final byte[] bytes;

    /// Takes the message over.
    ///
    /// @param bytes all of the message
    /// @param roomBytes how many would have fitted
    public BufferTooShortException(byte[] bytes, long roomBytes) {
        super("a message of " + bytes.length + " bytes was received, there was room for " + roomBytes
                + "; bytes() has it");
        this.bytes = bytes;
    }

    /// The message.
    ///
    /// @return all of its bytes, not copied
    public byte[] bytes() {
        return bytes;
    }
}
