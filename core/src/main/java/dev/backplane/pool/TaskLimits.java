package dev.backplane.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stops tasks that have run too long, and those that nobody wants any more: asks them to, by an interrupt, and kills
/// their worker when they have not ended in time. Part of the pool's loop.
///
/// @param mostNanos how long a task of a job that does not say may run; [Long#MAX_VALUE] for no limit
/// @param graceNanos from the interrupt to the kill
record TaskLimits(long mostNanos, long graceNanos) {
    /// Does what is due.
    ///
    /// @param others where a task goes that the worker has ahead, before it is killed for the one that it is at
    /// @return the nanoseconds until there may be more to do
    long enforce(WorkerLink link, Consumer<Job.Task> others) {
        final Job.@Nullable Task task = link.running();
        if (task == null || link.isDead()) {
            return Long.MAX_VALUE;
        }
        if (!link.isStopAsked()) {
            final long most = task.job.mostNanos;
            final long left = most == Long.MAX_VALUE ? Long.MAX_VALUE : most - link.runningNanos();
            final boolean unwanted = task.job.isOver() && task.job.stopsTasks;
            if (left > 0 && !unwanted) {
                return left;
            }
            link.askToStop();
            if (!unwanted && !task.job.isOver()) {
                task.over = true;
                link.recordEnd(task, "timed out");
                task.job.failed(
                        task,
                        new TaskTimeoutException("elements " + task.from + " to " + task.to
                                + " ran for longer than " + most / 1_000_000 + " ms in worker " + link.number()
                                + " (pid "
                                + link.pid() + ")"));
            }
        }
        final long left = graceNanos - link.stopAskedNanos();
        return left > 0 ? left : killUnlessOver(link, others);
    }

    private static long killUnlessOver(WorkerLink link, Consumer<Job.Task> others) {
        final Job.@Nullable Task ahead = link.takeBackLast();
        if (ahead != null) {
            others.accept(ahead);
        }
        if (link.holds() > 1) {
            return 0; // It has begun the next one: what it was to stop has ended, and the result is on its way.
        }
        link.kill();
        return Long.MAX_VALUE; // Its end is an event.
    }
}
