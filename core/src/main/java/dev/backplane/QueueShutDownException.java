package dev.backplane;

import java.io.Serial;

/// A [SharedQueue] was shut down: a producer cannot put any more, or a consumer has come to the end.
public final class QueueShutDownException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception with a message that names the queue.
    ///
    /// @param message the whole explanation
    public QueueShutDownException(String message) {
        super(message);
    }
}
