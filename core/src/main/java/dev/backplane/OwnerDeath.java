package dev.backplane;

import org.jspecify.annotations.Nullable;

/// What a process does when it acquires a lock whose owner died while holding it.
public final class OwnerDeath {
    private static final OwnerDeath REFUSE = new OwnerDeath(null);

    private final @Nullable Runnable repair;

    private OwnerDeath(@Nullable Runnable repair) {
        this.repair = repair;
    }

    /// Acquiring throws [OwnerDiedException], for everybody, until someone calls [SharedLock#recover].
    ///
    /// @return the policy
    public static OwnerDeath refuse() {
        return REFUSE;
    }

    /// The acquiring thread, holding the lock, runs `repair` and goes on. If `repair` throws, the lock is
    /// released in the state in which it was found and the exception goes to the acquirer.
    ///
    /// @param repair makes good what the lock guards
    /// @return the policy
    public static OwnerDeath repairWith(Runnable repair) {
        return new OwnerDeath(repair);
    }

    /// The lock guards nothing that a death could leave half changed: acquiring goes on as if nothing had
    /// happened.
    ///
    /// @return the policy
    public static OwnerDeath ignore() {
        return new OwnerDeath(() -> {});
    }

    /// The repair to run.
    ///
    /// @return null for [#refuse]
    public @Nullable Runnable repair() {
        return repair;
    }
}
