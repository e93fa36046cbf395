package dev.backplane;

import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;

/// A read-write lock shared by processes: many read at once, or one writes.
///
/// **Ownership.** By threads of processes. Both locks are reentrant. The thread that writes may read too, and
/// go on reading when it has stopped writing. The other way round is refused: a thread that reads and asks to
/// write would wait for itself, so `writeLock().lock()` throws [IllegalMonitorStateException] then, and
/// `tryLock` returns false.
///
/// **Fairness.** Phase-fair: readers that come while a writer waits wait for it, and those that wait when a
/// writer is done go before the next. Neither starves. A `tryLock()` without a time goes first if it can.
///
/// **Interruption.** Interruptible waits notice an interrupt within 50 ms; `lock()` keeps the status.
///
/// **Process death.** A killed reader's hold, and a killed waiter's place, are given back; waiters notice
/// within 200 ms, an untimed `tryLock` after somebody has waited or attached. A killed writer leaves the lock
/// abandoned, for readers as for writers, and what they get is decided by the [OwnerDeath] given where their
/// process obtained the lock: an [OwnerDiedException] until someone calls [#recover], or a repair, which runs
/// with the write lock held.
///
/// **Conditions.** None: `newCondition()` of both locks throws [UnsupportedOperationException].
///
/// **Memory consistency.** Actions before the unlocking of either lock happen-before actions after a later
/// locking of the write lock, and those before the unlocking of the write lock before a later locking of
/// either.
///
/// **Cost.** Uncontended: two compare-and-sets each way and no system call, which is more than [SharedLock]
/// takes: for sections that are long, and mostly read.
public interface SharedReadWriteLock extends ReadWriteLock, SharedObject {
    /// The lock for reading. Unlocking it without holding it throws [IllegalMonitorStateException].
    @Override
    TimedLock readLock();

    /// The lock for writing. Unlocking it without holding it throws [IllegalMonitorStateException].
    @Override
    TimedLock writeLock();

    /// Acquires the write lock whatever state its last owner left it in, as [SharedLock#recover] does.
    ///
    /// @return whether a writer had died with it, and nobody had recovered it since
    boolean recover();

    /// Releases the write lock as its owner's death would, as [SharedLock#abandon] does.
    ///
    /// @throws IllegalMonitorStateException if the current thread does not hold it
    void abandon();

    /// How often the current thread holds the read lock.
    ///
    /// @return 0 if it does not
    int getReadHoldCount();

    /// How often the current thread holds the write lock.
    ///
    /// @return 0 if it does not
    int getWriteHoldCount();

    /// How many threads of all processes hold the read lock at this instant.
    ///
    /// @return 0 or more
    int getReadLockCount();

    /// Whether the current thread holds the write lock.
    ///
    /// @return true if it does
    boolean isWriteLockedByCurrentThread();

    /// The process that holds the write lock at this instant.
    ///
    /// @return nothing if nobody writes
    Optional<LockOwner> writer();
}
