package dev.backplane.pool;

import java.util.function.BooleanSupplier;

/// Counts the tasks of a pool that are not done, and has those wait who bring more than it takes. Thread-safe.
///
/// A call waits until there are fewer tasks than the limit and then brings all of its own at once, or one with more
/// tasks than that could never be made.
final class PendingLimit {
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
    /// @return false if the pool takes no more
    /// @throws InterruptedException if interrupted; nothing is counted then
    synchronized boolean enter(int tasks, boolean mayWait) throws InterruptedException {
        while (mayWait && pending >= most) {
            if (refusing.getAsBoolean()) {
                return false;
            }
            wait();
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

    /// Has those who wait look whether the pool takes no more.
    synchronized void wake() {
        notifyAll();
    }
}
