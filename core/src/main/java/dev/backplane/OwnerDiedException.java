package dev.backplane;

import java.io.Serial;

/// A lock's owner died while it held the lock: what the lock guards may be half changed.
///
/// The thread that gets this exception does not hold the lock. The lock stays refused to everybody until
/// someone calls [SharedLock#recover], makes good what it guards, and unlocks.
public final class OwnerDiedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Creates an exception that names the lock.
    ///
    /// @param lock the lock's name and segment
    public OwnerDiedException(String lock) {
        super("the owner of lock " + lock
                + " died while it held it; what it guards may be half changed: call recover(),"
                + " make it good, and unlock()");
    }
}
