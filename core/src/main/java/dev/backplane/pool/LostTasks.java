package dev.backplane.pool;

import java.util.List;
import java.util.function.Consumer;

/// What becomes of the tasks of workers that died. Used by the pool's loop only.
///
/// @param pending where those go that others are to do
/// @param forgetIfOver what is done with a job of which a task failed
/// @param withoutMemory what fails those for which there is no memory to do more
record LostTasks(TaskQueue pending, Consumer<Job> forgetIfOver, RuntimeException withoutMemory) {
    /// How often a task may lose its worker before it has begun.
    private static final int MOST_DEATHS_UNBEGUN = 2;

    /// Gives what a dead worker held to others, or up.
    void handOn(WorkerLink link) {
        final Job.Task begun = link.begun();
        final Job.Task blamed = begun != null && begun.job.retries == 0 ? begun : link.blamed();
        final List<Job.Task> held = link.die();
        boolean handedOn = false;
        try {
            for (Job.Task task : held.reversed()) {
                if (task.over || task.job.isOver()) {
                    continue; // The one that its worker was killed for, if it was.
                }
                if (task == blamed) {
                    lost(link, task, task == begun);
                } else {
                    pending.addFirst(task);
                }
            }
            handedOn = true;
        } finally {
            if (!handedOn) { // For lack of memory: nobody else knows of them any more.
                held.forEach(task -> task.job.fail(withoutMemory));
            }
        }
    }

    /// @param begun whether it may have done something; or else nothing but the reading of it can have ended its
    ///     worker, if that was not ended by others
    private void lost(WorkerLink link, Job.Task task, boolean begun) {
        final boolean tooOften = begun
                ? ++task.deathsBegun > task.job.retries
                : ++task.deathsUnbegun > Math.max(task.job.retries, MOST_DEATHS_UNBEGUN);
        if (tooOften) {
            task.job.failed(
                    task,
                    new WorkerDiedException(
                            "elements " + task.from + " to " + task.to + " ended their worker " + task.deaths()
                                    + " times in worker " + link.number(),
                            task,
                            link));
            forgetIfOver.accept(task.job);
        } else {
            pending.addFirst(task);
        }
    }
}
