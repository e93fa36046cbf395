package dev.backplane;

/// What kind of lock is created, and what this process does with it.
///
/// @param fair whether it goes to who has waited longest; every process must give the same
/// @param ownerDeath what this process does when it acquires the lock after its owner's death
public record LockOptions(boolean fair, OwnerDeath ownerDeath) {
    /// A lock that an arriving thread may take before one that waits, which is several times faster where many
    /// want it; after its owner's death it throws [OwnerDiedException] until someone recovers it.
    ///
    /// @return the options
    public static LockOptions defaults() {
        return new LockOptions(false, OwnerDeath.refuse());
    }

    /// These options for a lock that goes to the thread that has waited longest, of all processes.
    ///
    /// @return a copy
    public LockOptions asFair() {
        return new LockOptions(true, ownerDeath);
    }

    /// These options with another policy.
    ///
    /// @param policy what this process does when it acquires the lock after its owner's death
    /// @return a copy
    public LockOptions onOwnerDeath(OwnerDeath policy) {
        return new LockOptions(fair, policy);
    }
}
