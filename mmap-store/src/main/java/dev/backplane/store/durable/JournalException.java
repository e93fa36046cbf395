package dev.backplane.store.durable;

import java.io.Serial;

/// A journal that cannot be used as asked: no journal, of other content, damaged, in use, or without what it
/// needs to run. The message names what was found, where, and what to do about it.
public final class JournalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final long NOWHERE = -1;

    /// The index to go on from; -1 if there is none.
    private final long nextIndex;

    /// Creates an exception with a message that says what, where and what to do.
    ///
    /// @param message the whole explanation
    public JournalException(String message) {
        super(message);
        this.nextIndex = NOWHERE;
    }

    /// Creates an exception about damage that can be passed over.
    ///
    /// @param message the whole explanation
    /// @param nextIndex where reading can go on
    JournalException(String message, long nextIndex) {
        super(message);
        this.nextIndex = nextIndex;
    }

    /// Creates an exception with a message and the failure that led to it.
    ///
    /// @param message the whole explanation
    /// @param cause what was caught
    public JournalException(String message, Throwable cause) {
        super(message, cause);
        this.nextIndex = NOWHERE;
    }

    /// The index from which reading can go on past a damaged entry or a hole.
    ///
    /// @return the index, or -1 if this is not about such damage
    public long nextIndex() {
        return nextIndex;
    }
}
