package dev.backplane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A flag that processes wait for: Python's `multiprocessing.Event`.
///
/// **Waiting.** A waiter goes on when the flag is set, even if it is cleared again before the waiter gets to
/// look. There are no spurious returns.
///
/// **Fairness.** All waiters go on at once.
///
/// **Interruption.** Noticed within 50 ms; the interrupt status is cleared and [InterruptedException] thrown.
///
/// **Process death.** The flag stays as it was last stored. Waiters of a process that was killed while it set
/// the flag go on within 50 ms; a killed waiter leaves nothing.
///
/// **Memory consistency.** Actions before [#set] happen-before actions after a wait, or an [#isSet], that saw
/// it.
///
/// **Cost.** [#isSet] is a load; [#set] and [#clear] are one compare-and-set, and [#set] makes a system call
/// only if somebody sleeps.
public interface SharedEvent extends SharedObject {
    /// Whether the flag is set.
    ///
    /// @return true if it is
    boolean isSet();

    /// Sets the flag and lets all waiters go on. Setting it again does nothing.
    void set();

    /// Clears the flag: later waiters wait. Clearing it again does nothing.
    void clear();

    /// Waits until the flag is set.
    ///
    /// @throws InterruptedException if interrupted
    void await() throws InterruptedException;

    /// Waits until the flag is set, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    boolean await(long timeout, TimeUnit unit) throws InterruptedException;

    /// Waits until the flag is set, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    default boolean await(Duration timeout) throws InterruptedException {
        return await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }
}
