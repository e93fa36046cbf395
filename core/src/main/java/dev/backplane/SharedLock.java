package dev.backplane;

import java.util.Optional;

/// A reentrant mutual-exclusion lock shared by processes.
///
/// **Ownership.** One thread of one process; it may lock again and must unlock as often.
///
/// **Fairness.** None: an arriving thread may take the lock before one that waits. A lock created as fair
/// ([LockOptions#asFair]) goes to the thread that has waited longest, of all processes, whoever else comes; it
/// is handed on, so where many want it each change of owner costs a wake-up.
///
/// **Interruption.** [#lockInterruptibly] and the timed [#tryLock(long, java.util.concurrent.TimeUnit)] notice
/// an interrupt within 50 ms. [#lock] keeps the interrupt status for when it returns.
///
/// **Owner death.** When the owner's process dies, waiters notice within 200 ms. What the next acquirer gets is
/// decided by the [OwnerDeath] given where its process obtained the lock: an [OwnerDiedException] until someone
/// calls [#recover], or a repair that runs under the lock. A thread that ends without unlocking while its
/// process lives keeps the lock.
///
/// **Memory consistency.** Actions before `unlock()` in any process happen-before actions after the next
/// successful `lock()` in any process of the host.
///
/// **Cost.** Uncontended: one compare-and-set each way and no system call. Contended: a spin of at most 20 µs,
/// then sleep. A virtual thread that waits does not hold its carrier.
public interface SharedLock extends TimedLock, SharedObject {
    /// Acquires the lock whatever state its last owner left it in. If an owner died with it, it is the caller's
    /// duty to make good what the lock guards before it unlocks; if the caller dies in turn, the lock is
    /// abandoned again.
    ///
    /// @return whether an owner had died with it, and nobody had recovered it since
    boolean recover();

    /// Releases the lock, however often the current thread holds it, as its owner's death would: the next to
    /// acquire it is told. For one that cannot finish what it has begun to change.
    ///
    /// @throws IllegalMonitorStateException if the current thread does not hold it
    /// @throws UnsupportedOperationException if it is a lock of a server of Python's, which has no such state
    void abandon();

    /// How often the current thread holds the lock.
    ///
    /// @return 0 if it does not
    int holdCount();

    /// Whether the lock goes to who has waited longest, see [LockOptions#fair].
    ///
    /// @return true if it does
    boolean isFair();

    /// Whether the current thread holds the lock.
    ///
    /// @return true if it does
    boolean isHeldByCurrentThread();

    /// Whether any thread of any process holds the lock at this instant.
    ///
    /// @return true if one does
    boolean isLocked();

    /// The process that holds the lock at this instant.
    ///
    /// @return nothing if it is free
    Optional<LockOwner> owner();

    /// A new condition of this lock, an object of its own with a name drawn at random: other processes reach it
    /// by its handle, as when a serialized lambda captures it. It stays until [Manager#remove] removes it;
    /// [Manager#condition] gives conditions with names.
    ///
    /// @throws java.io.UncheckedIOException if there is no room for it
    @Override
    SharedCondition newCondition();
}
