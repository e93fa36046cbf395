package dev.backplane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A count that goes down to zero once, and processes that wait for that: a
/// [java.util.concurrent.CountDownLatch] across processes.
///
/// **Fairness.** All waiters go on at once.
///
/// **Interruption.** Noticed within 50 ms; the interrupt status is cleared and [InterruptedException] thrown.
///
/// **Process death.** The count belongs to nobody: a process that is killed before it counted down has not
/// counted down, and who waits for it waits on. Each [#countDown] counts once or not at all. Waiters of a
/// process that was killed in the last one go on within 50 ms.
///
/// **Memory consistency.** Actions before [#countDown] happen-before actions after a wait that saw zero.
///
/// **Cost.** One compare-and-set to count down; a system call only to wake sleepers at zero.
public interface SharedLatch extends SharedObject {
    /// The largest count.
    int LARGEST_COUNT = Integer.MAX_VALUE;

    /// The count at this instant.
    ///
    /// @return 0 or more
    long getCount();

    /// Counts down by one; at zero all waiters go on. Does nothing at zero.
    void countDown();

    /// Waits until the count is zero.
    ///
    /// @throws InterruptedException if interrupted
    void await() throws InterruptedException;

    /// Waits until the count is zero, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    boolean await(long timeout, TimeUnit unit) throws InterruptedException;

    /// Waits until the count is zero, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    default boolean await(Duration timeout) throws InterruptedException {
        return await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }
}
