package dev.backplane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Permits that processes share: a [java.util.concurrent.Semaphore] across processes, with its methods and
/// contract.
///
/// **Ownership.** Acquired permits are accounted to the process; its threads share them. A release takes them
/// from the releasing process's account first; whether it may take more, from the accounts of others or as new
/// permits, is decided by the [SemaphoreOptions].
///
/// **Fairness.** None: an arriving thread may take a permit before one that waits.
///
/// **Interruption.** Interruptible waits notice an interrupt within 50 ms, clear the status and throw.
///
/// **Process death.** What a dead process had acquired and not released comes back: waiters get it within 200
/// ms, others when they next attach or wait. A process killed while it released several permits may have
/// released some of them; what it still held comes back in any case. No permit is ever lost or doubled.
///
/// **Memory consistency.** Actions before a release happen-before actions after a later acquire of any process.
///
/// **Cost.** Uncontended: two compare-and-sets to acquire, three to release, and no system call.
public interface SharedSemaphore extends SharedObject {
    /// Acquires a permit, waiting until there is one.
    ///
    /// @throws InterruptedException if interrupted
    default void acquire() throws InterruptedException {
        acquire(1);
    }

    /// Acquires permits, all at once, waiting until there are enough.
    ///
    /// @param permits how many, 0 or more
    /// @throws InterruptedException if interrupted
    void acquire(int permits) throws InterruptedException;

    /// Acquires a permit, whatever interrupts; the interrupt status is kept.
    default void acquireUninterruptibly() {
        acquireUninterruptibly(1);
    }

    /// Acquires permits, all at once, whatever interrupts; the interrupt status is kept.
    ///
    /// @param permits how many, 0 or more
    void acquireUninterruptibly(int permits);

    /// Acquires a permit if there is one.
    ///
    /// @return whether it did
    default boolean tryAcquire() {
        return tryAcquire(1);
    }

    /// Acquires permits if there are enough.
    ///
    /// @param permits how many, 0 or more
    /// @return whether it did
    boolean tryAcquire(int permits);

    /// Acquires a permit within a time.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    default boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        return tryAcquire(1, timeout, unit);
    }

    /// Acquires permits, all at once, within a time.
    ///
    /// @param permits how many, 0 or more
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    boolean tryAcquire(int permits, long timeout, TimeUnit unit) throws InterruptedException;

    /// Acquires a permit, but does not wait for it for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    default boolean tryAcquire(Duration timeout) throws InterruptedException {
        return tryAcquire(1, timeout);
    }

    /// Acquires permits, all at once, but does not wait for them for ever.
    ///
    /// @param permits how many, 0 or more
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first; none was acquired then
    /// @throws InterruptedException if interrupted
    default boolean tryAcquire(int permits, Duration timeout) throws InterruptedException {
        return tryAcquire(permits, TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }

    /// Releases a permit.
    ///
    /// @throws IllegalStateException if the semaphore's options refuse it
    default void release() {
        release(1);
    }

    /// Releases permits.
    ///
    /// @param permits how many, 0 or more
    /// @throws IllegalStateException if the semaphore's options refuse it; none is released then
    void release(int permits);

    /// How many permits can be acquired at this instant.
    ///
    /// @return 0 or more
    int availablePermits();

    /// Acquires all permits that can be acquired at once.
    ///
    /// @return how many
    int drainPermits();

    /// What the semaphore was created with.
    ///
    /// @return permits, and who may release them
    SemaphoreOptions options();

    /// How many permits are accounted to this process.
    ///
    /// @return 0 or more
    int heldPermits();
}
