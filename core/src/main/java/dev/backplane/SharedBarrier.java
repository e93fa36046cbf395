package dev.backplane;

import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where a fixed number of threads of several processes wait for each other, again and again: a
/// [java.util.concurrent.CyclicBarrier] across processes, with its methods and contract; Python's
/// `multiprocessing.Barrier`.
///
/// **Action.** The last to arrive runs the action that its own process gave when it obtained the barrier, while
/// the others wait. If the action throws, the barrier is broken.
///
/// **Broken.** When one that waits is interrupted or its time is up, or somebody calls [#abort] or [#reset],
/// all that wait get [BrokenBarrierException]; but for a reset, so do all that come later, until one. Once all
/// have arrived, time-outs and interrupts break nothing any more.
///
/// **Process death.** When a process is killed that has arrived, now or ever before, the barrier breaks: who
/// waits learns it within 200 ms, who comes later, at once after that. If the others come before anybody has
/// noticed, the dead one's last arrival counts, and the next round is broken. The barrier does not know of a process
/// that was killed before it ever arrived: where that may be, wait with a time-out. A process that closes its
/// manager breaks the barrier only if a thread of it is waiting.
///
/// **Interruption.** Noticed within 50 ms.
///
/// **Memory consistency.** Actions before an arrival happen-before those of the action, and these before the
/// return of every party.
///
/// **Cost.** Two compare-and-sets to arrive, and sleep; the last one to arrive wakes the others.
public interface SharedBarrier extends SharedObject {
    /// Waits until all have arrived.
    ///
    /// @return how many were still to come: parties - 1 for the first to arrive, 0 for the last
    /// @throws InterruptedException if interrupted; this breaks the barrier
    /// @throws BrokenBarrierException if the barrier is broken, or was while this thread waited
    int await() throws InterruptedException, BrokenBarrierException;

    /// Waits until all have arrived, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return how many were still to come
    /// @throws InterruptedException if interrupted; this breaks the barrier
    /// @throws BrokenBarrierException if the barrier is broken, or was while this thread waited
    /// @throws TimeoutException if the time was up first; this breaks the barrier
    int await(long timeout, TimeUnit unit) throws InterruptedException, BrokenBarrierException, TimeoutException;

    /// Waits until all have arrived, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return how many were still to come
    /// @throws InterruptedException if interrupted; this breaks the barrier
    /// @throws BrokenBarrierException if the barrier is broken, or was while this thread waited
    /// @throws TimeoutException if the time was up first; this breaks the barrier
    default int await(Duration timeout) throws InterruptedException, BrokenBarrierException, TimeoutException {
        return await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    }

    /// Breaks the barrier until somebody resets it.
    void abort();

    /// Makes the barrier as new. Those who wait get [BrokenBarrierException].
    void reset();

    /// Whether the barrier is broken.
    ///
    /// @return true if it is
    boolean isBroken();

    /// How many it takes to trip the barrier.
    ///
    /// @return 1 to 65535
    int getParties();

    /// How many have arrived and wait.
    ///
    /// @return 0 or more; 0 if the barrier is broken
    int getNumberWaiting();
}
