package dev.backplane;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A call reached a remote manager's server and failed there, in a way for which Java has no exception of its
/// own, or as the cause of the one that it has.
public final class RemoteCallException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// All that the server said.
    private final String remoteTrace;

    /// Creates an exception.
    ///
    /// @param message what was called, and what the server said last
    /// @param remoteTrace all that the server said
    /// @param cause the exception that the server sent, if it did
    public RemoteCallException(String message, String remoteTrace, @Nullable Throwable cause) {
        super(message, cause);
        this.remoteTrace = remoteTrace;
    }

    /// All that the server said: of a server of Python, its traceback.
    ///
    /// @return several lines, or the message again
    public String remoteTrace() {
        return remoteTrace;
    }
}
