package dev.backplane.pool;

/// The task that a worker is at, which another thread may interrupt: that one and no other, however the two fall
/// together.
final class RunningTask {
    private final Thread thread;
    private long current;
    private long asked;

    RunningTask(Thread thread) {
        this.thread = thread;
    }

    /// Begins one. What others before it have left may have interrupted its thread. In its thread.
    synchronized void begin(long taskId) {
        final var _ = Thread.interrupted();
        current = taskId;
        if (asked == taskId) {
            thread.interrupt();
        }
    }

    /// Ends it. What it, or a request to stop, did to its thread is no affair of the next one. In its thread.
    synchronized void end() {
        current = 0;
        Thread.interrupted();
    }

    /// Interrupts a task, when it begins if it has not yet.
    synchronized void stop(long taskId) {
        asked = taskId;
        if (current == taskId) {
            thread.interrupt();
        }
    }
}
