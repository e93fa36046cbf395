package dev.backplane;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The connection to a remote manager's server ended, or gave no answer in time, while a call was under way.
///
/// **What is known.** The call may have been carried out or not. Nothing is sent a second time by the
/// library; the thread's next call connects anew.
///
/// **What is lost.** What the thread held through that connection: its locks are abandoned, as by a dead
/// process, and where it was the connection that stands for the whole process, its permits are free for others,
/// and the elements that it had not called done count as done. Ends of channels are free, and a message whose
/// handler was running is delivered again; subscriptions of topics end with the connection for the process.
public final class ConnectionLostException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception.
    ///
    /// @param message what was under way, and with whom
    /// @param cause how the connection ended; null if it gave no answer
    public ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
