package dev.backplane.pool;

import dev.backplane.codec.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a worker's frames say of a task.
final class TaskOutcome {
    private TaskOutcome() {}

    /// Tells a task's job what a worker's frame says.
    ///
    /// @param withoutMemory what fails it if there is no memory, even to say so
    static void deliver(Frame frame, Job.Task task, WorkerLink link, RuntimeException withoutMemory) {
        boolean delivered = false;
        try {
            deliver(frame, task, link);
            delivered = true;
        } finally {
            if (!delivered) {
                task.job.fail(withoutMemory);
            }
        }
    }

    private static void deliver(Frame frame, Job.Task task, WorkerLink link) {
        final boolean failed = frame.type() == Frame.Type.FAILURE;
        link.recordEnd(task, failed ? "failed" : "done"); // First: who waits for the result may end the recording.
        try {
            if (failed) {
                task.job.failed(task, failure(frame, link));
            } else {
                task.job.done(task, results(task, frame, link), link.number(), link.pid());
            }
        } catch (RuntimeException e) {
            task.job.failed(task, e);
        } catch (Throwable t) { // Results too deep for this stack, or too large for this heap, or a listener's.
            task.job.failed(
                    task,
                    new IllegalStateException("what a task returned could not be taken: " + Failure.describe(t), t));
        }
    }

    /// The results, one for each element.
    private static List<@Nullable Object> results(Job.Task task, Frame frame, WorkerLink link) {
        final List<@Nullable Object> results = Elements.list(frame.body());
        if (results.size() != task.to - task.from) {
            throw new IllegalStateException("worker " + link.number() + " returned " + results.size() + " results for "
                    + (task.to - task.from) + " elements");
        }
        return results;
    }

    /// What the task threw.
    private static TaskException failure(Frame frame, WorkerLink link) {
        final Failure failure = Failure.fromBytes(frame.body());
        return new TaskException(
                "a task failed in worker " + link.number() + " (pid " + link.pid() + "): " + failure.summary(),
                failure.thrown());
    }
}
