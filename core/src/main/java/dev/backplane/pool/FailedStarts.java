package dev.backplane.pool;

import dev.backplane.store.WaitLoop;
import java.util.concurrent.TimeUnit;

/// Workers that could not be started, or ended before they were ready: how many in a row, and when the next is to be
/// started. Used by the pool's loop only.
final class FailedStarts {
    /// How many there may be in a row.
    private static final int MOST = 3;

    /// How long the system has, to have again what it had not.
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Runnable start;
    private int inARow;
    private boolean pausing;
    private long pausedAt;

    /// @param start has the missing workers started
    FailedStarts(Runnable start) {
        this.start = start;
    }

    /// Counts one.
    ///
    /// @return whether there were too many
    boolean add() {
        return ++inARow >= MOST;
    }

    /// What calls are told when there were too many, of which this one was the last.
    WorkerDiedException ended(WorkerLink link) {
        return new WorkerDiedException(
                "no worker can start: the last " + inARow + " ended before they were ready", null, link);
    }

    /// A worker is ready.
    void clear() {
        inARow = 0;
    }

    /// Has the next start wait.
    void pause() {
        pausing = true;
        pausedAt = System.nanoTime();
    }

    void endPause() {
        pausing = false;
    }

    boolean isPausing() {
        return pausing;
    }

    /// Has workers started if the pause is over.
    ///
    /// @return the nanoseconds until then, [WaitLoop#FOREVER] if there is none
    long enforce() {
        if (!pausing) {
            return WaitLoop.FOREVER;
        }
        final long left = PAUSE_NANOS - (System.nanoTime() - pausedAt);
        if (left <= 0) {
            pausing = false;
            start.run();
        }
        return left;
    }
}
