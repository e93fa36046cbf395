package dev.backplane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;

/// A condition of a [SharedLock], for threads of several processes: Python's `multiprocessing.Condition`.
///
/// **Misuse.** Every method throws [IllegalMonitorStateException] if the current thread does not hold the lock.
///
/// **Waiting.** The lock is released for the wait, however often it is held, and held as often again when the
/// wait returns or throws. Waits may return for no reason: wait in a loop, or by [#awaitFor].
///
/// **Order.** A signal goes to the process after the one that got the last, among those that wait, and within
/// it to the thread that has waited longest.
///
/// **Interruption.** Noticed within 50 ms. A thread that was signalled before it was interrupted returns as
/// signalled, and its interrupt status is set.
///
/// **Process death.** A waiter that is killed leaves nothing, and a signal that it had got goes to another, within 200
/// ms, perhaps twice, unless it had the lock again already: then it died as the lock's owner. If the lock's owner is
/// killed while others wait, they
/// find out when they acquire the lock again: what happens then is the lock's [OwnerDeath]. A wait that throws
/// [OwnerDiedException] holds the lock, as after every wait, and unlocking leaves it abandoned unless
/// [SharedLock#recover] is called first.
///
/// **Memory consistency.** That of the lock.
///
/// **Cost.** A signal with nobody waiting is a load; with somebody, two compare-and-sets and perhaps a system
/// call. A virtual thread that waits does not hold its carrier.
public interface SharedCondition extends Condition, SharedObject {
    /// The lock that this condition belongs to.
    ///
    /// @return the lock
    SharedLock lock();

    /// Waits until it is signalled, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    @SuppressWarnings("WaitNotInLoop") // The caller loops.
    default boolean await(Duration timeout) throws InterruptedException {
        return await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }

    /// Waits until a predicate holds, which is asked at once and after each signal, with the lock held.
    ///
    /// @param predicate what is waited for
    /// @throws InterruptedException if interrupted
    default void awaitFor(BooleanSupplier predicate) throws InterruptedException {
        while (!predicate.getAsBoolean()) {
            await();
        }
    }

    /// Waits until a predicate holds, but not for ever.
    ///
    /// @param predicate what is waited for
    /// @param timeout the longest wait; zero or less only asks
    /// @return what the predicate said last
    /// @throws InterruptedException if interrupted
    default boolean awaitFor(BooleanSupplier predicate, Duration timeout) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(timeout);
        while (!predicate.getAsBoolean()) {
            if (left <= 0) {
                return false;
            }
            left = awaitNanos(left);
        }
        return true;
    }
}
