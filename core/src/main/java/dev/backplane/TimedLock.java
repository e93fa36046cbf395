package dev.backplane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/// A [Lock] whose times may be given as a [Duration].
public interface TimedLock extends Lock {
    /// Acquires the lock, but does not wait for it for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    default boolean tryLock(Duration timeout) throws InterruptedException {
        return tryLock(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }
}
