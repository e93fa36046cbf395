package dev.backplane.events;

/// A task that a worker does, to be recorded when it ends.
///
/// For the thread that does it.
public final class RecordedTask {
    private final TaskRunEvent event;

    RecordedTask(TaskRunEvent event, long number) {
        this.event = event;
        event.number = number;
        event.begin();
    }

    /// Ends the task.
    ///
    /// @param failed whether it threw
    public void end(boolean failed) {
        event.end();
        if (event.shouldCommit()) {
            event.failed = failed;
            event.commit();
        }
    }
}
