package dev.backplane.pool;

import dev.backplane.codec.Failure;
import org.jspecify.annotations.Nullable;

/// What a worker's frames say of a task.
final class TaskOutcome {
    private TaskOutcome() {}

    /// The results, one for each element.
    static @Nullable Object[] results(Job.Task task, Frame frame, WorkerLink link) {
        final @Nullable Object[] results = Elements.read(frame.body());
        if (results.length != task.to - task.from) {
            throw new IllegalStateException("worker " + link.number() + " returned " + results.length + " results for "
                    + (task.to - task.from) + " elements");
        }
        return results;
    }

    /// What the task threw.
    static TaskException failure(Frame frame, WorkerLink link) {
        final Failure failure = Failure.fromBytes(frame.body());
        return new TaskException(
                "a task failed in worker " + link.number() + " (pid " + link.pid() + "): " + failure.summary(),
                failure.thrown());
    }
}
