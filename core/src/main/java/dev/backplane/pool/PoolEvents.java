package dev.backplane.pool;

import dev.backplane.shm.Doorbell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What others want of a pool's loop, in the order in which they asked. Thread-safe.
///
/// Calls come through a gate, which a shutdown closes before it asks for the end: so whatever came through is
/// done before that, and whatever did not was refused, and nothing is in between.
final class PoolEvents {
    private final PoolDriver driver;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    /// For the pool's own thread alone.
    private final Queue<Runnable> ownEvents = new ConcurrentLinkedQueue<>();
    private final Object gate = new Object();
    /// Changed under the gate.
    private volatile boolean refusing;
    /// Told when that has become true.
    private volatile Runnable whenRefusing = () -> {};
    /// Whether the loop has ended, and its doorbell may be gone. Changed under the gate.
    private volatile boolean over;

    /// @param bell what the loop waits on
    /// @param spinNanos how long it looks around before it sleeps
    PoolEvents(Doorbell bell, long spinNanos) {
        this.driver = new PoolDriver(bell, () -> !events.isEmpty() || !ownEvents.isEmpty(), spinNanos);
    }

    /// Which thread the loop is in.
    PoolDriver driver() {
        return driver;
    }

    /// Has the loop run something.
    void post(Runnable event) {
        events.add(event);
        wake();
    }

    /// Has the loop run something in the pool's own thread: what may take long, or must not be interrupted.
    void postToOwn(Runnable event) {
        ownEvents.add(event);
        synchronized (gate) {
            if (!over) {
                driver.callOwn();
                return;
            }
        }
        final var _ = run();
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
                driver.wake();
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
        whenRefusing.run();
    }

    /// How many tasks there may be; who waits for room is told when the gate is closed. Called once.
    PendingLimit limit(long mostPending) {
        final PendingLimit limit = new PendingLimit(mostPending, this::isRefusing);
        whenRefusing = limit::wake;
        return limit;
    }

    boolean isRefusing() {
        return refusing;
    }

    /// Says that the loop will run nothing more, and never look at its doorbell again.
    void end() {
        synchronized (gate) {
            refusing = true;
            over = true;
        }
    }

    /// Whether this is the thread that the loop is in, which must not wait for itself.
    boolean isInLoop() {
        return driver.isDriving();
    }

    /// Runs what was asked for; whether that was anything.
    synchronized boolean run() {
        final boolean worked = run(events);
        return (over || driver.isOwn()) && run(ownEvents) || worked;
    }

    private static boolean run(Queue<Runnable> queue) {
        boolean worked = false;
        for (Runnable event = queue.poll(); event != null; event = queue.poll()) {
            event.run();
            worked = true;
        }
        return worked;
    }
}
