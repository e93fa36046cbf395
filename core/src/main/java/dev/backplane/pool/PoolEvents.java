package dev.backplane.pool;

import dev.backplane.shm.Doorbell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// What others want of a pool's loop, in the order in which they asked. Thread-safe.
///
/// Calls come through a gate, which a shutdown closes before it asks for the end: so whatever came through is
/// done before that, and whatever did not was refused, and nothing is in between.
final class PoolEvents {
    private final Doorbell bell;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final Object gate = new Object();
    /// Changed under the gate.
    private volatile boolean refusing;
    /// Whether the loop has ended, and its doorbell may be gone. Under the gate.
    private boolean over;
    private volatile @Nullable Thread loop;

    /// @param bell what the loop waits on
    PoolEvents(Doorbell bell) {
        this.bell = bell;
    }

    /// Has the loop run something.
    void post(Runnable event) {
        events.add(event);
        wake();
    }

    /// Has the loop run something, unless it takes no more calls.
    ///
    /// @return false after [#refuse]
    boolean admit(Runnable call) {
        synchronized (gate) {
            if (refusing) {
                return false;
            }
            events.add(call);
        }
        wake();
        return true;
    }

    private void wake() {
        synchronized (gate) {
            if (!over) {
                bell.ring();
                return;
            }
        }
        final var _ = run(); // The loop will not: whoever comes this late is told so by its own hand.
    }

    /// Closes the gate.
    void refuse() {
        synchronized (gate) {
            refusing = true;
        }
    }

    boolean isRefusing() {
        return refusing;
    }

    /// Says that this thread is the loop.
    void begin() {
        loop = Thread.currentThread();
    }

    /// Says that the loop will run nothing more, and never look at its doorbell again.
    void end() {
        synchronized (gate) {
            refusing = true;
            over = true;
        }
    }

    /// Whether this is the loop's own thread, which must not wait for itself.
    boolean isInLoop() {
        return Thread.currentThread() == loop;
    }

    /// Runs what was asked for; whether that was anything.
    synchronized boolean run() {
        boolean worked = false;
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
            worked = true;
        }
        return worked;
    }
}
