package dev.backplane.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Counts the tasks of a pool that are not done, and has those wait who bring more than it takes. Thread-safe.
///
/// A call waits until there are fewer tasks than the limit and then brings all of its own at once, or one with more
/// tasks than that could never be made.
final class PendingLimit {
    /// Waits for ever.
    static final LongSupplier PATIENT = () -> Long.MAX_VALUE;

    private final long most;
    private final BooleanSupplier refusing;
    private long pending;

    /// @param most how many tasks there may be for a call to bring more
    /// @param refusing whether the pool takes no more; who makes that true calls [#wake] afterwards
    PendingLimit(long most, BooleanSupplier refusing) {
        this.most = most;
        this.refusing = refusing;
    }

    /// Whether there is nothing to count for.
    boolean isNone() {
        return most == Long.MAX_VALUE;
    }

    /// Counts the tasks of a call, once there is room.
    ///
    /// @param mayWait whether to wait for it: the thread that makes room must not
    /// @param nanosLeft how long to wait yet, zero or less for no more; asked after each wait, and who makes
    ///     that less calls [#wake] afterwards
    /// @return false if the pool takes no more
    /// @throws InterruptedException if interrupted; nothing is counted then
    /// @throws TimeoutException if there was no room in that time; nothing is counted then
    synchronized boolean enter(int tasks, boolean mayWait, LongSupplier nanosLeft)
            throws InterruptedException, TimeoutException {
        while (mayWait && pending >= most) {
            if (refusing.getAsBoolean()) {
                return false;
            }
            final long left = nanosLeft.getAsLong();
            if (left <= 0) {
                throw new TimeoutException("the pool had no room for more tasks");
            }
            if (left == Long.MAX_VALUE) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left); // Rounded up.
            }
        }
        pending += tasks;
        return true;
    }

    /// Makes room.
    synchronized void leave(int tasks) {
        pending -= tasks;
        if (pending < most) {
            notifyAll();
        }
    }

    /// Has those who wait look whether they still shall.
    synchronized void wake() {
        notifyAll();
    }
}
