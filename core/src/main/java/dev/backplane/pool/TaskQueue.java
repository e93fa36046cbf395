package dev.backplane.pool;

import dev.backplane.events.RecordedPool;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The tasks that no worker has. Used by the pool's loop only.
///
/// Those of jobs that are over are passed over when their turn comes, and let go together when they are the
/// greater part: so what a job's end costs does not grow with what waits behind it.
final class TaskQueue {
    private static final int LOOKED_AT_PER_WORKER = 2;

    private final Deque<Job.Task> tasks = new ArrayDeque<>();
    private final RecordedPool recorded;
    private final RuntimeException withoutMemory;
    private int unwanted;

    /// @param recorded tells who records what is added
    /// @param withoutMemory what fails the job of a task that cannot be added, of which nobody else knows then
    TaskQueue(RecordedPool recorded, RuntimeException withoutMemory) {
        this.recorded = recorded;
        this.withoutMemory = withoutMemory;
    }

    /// Adds tasks of a job.
    void addAll(Job job, Collection<Job.Task> more) {
        boolean added = false;
        try {
            for (Job.Task task : more) {
                if (!job.isOver()) {
                    tasks.addLast(task);
                    recorded.queued(task.id, task.to - task.from);
                    job.waiting++;
                }
            }
            added = true;
        } finally {
            if (!added) {
                job.fail(withoutMemory);
            }
        }
    }

    /// Puts back what a worker had.
    void addFirst(Job.Task task) {
        boolean added = false;
        try {
            if (!task.job.isOver()) {
                tasks.addFirst(task);
                task.job.waiting++;
            }
            added = true;
        } finally {
            if (!added) {
                task.job.fail(withoutMemory);
            }
        }
    }

    /// Takes the task whose turn it is, null if there is none.
    Job.@Nullable Task poll() {
        passOver();
        final Job.Task task = tasks.poll();
        if (task != null) {
            left(task);
        }
        return task;
    }

    /// Takes the first task that prefers a worker's place, or else the one whose turn it is; null if there is none.
    ///
    /// A task of a map prefers the place that its index names, so in repeated maps over slices of an array a slice
    /// tends to go where it went before, whose caches and memory are near. Only so many tasks are looked at as two
    /// for each worker: one whose place is busy is overtaken by those around it, but not for ever.
    ///
    /// @param workers how many places there are
    Job.@Nullable Task poll(int place, int workers) {
        passOver();
        final Iterator<Job.Task> next = tasks.iterator();
        for (int i = 0; i < LOOKED_AT_PER_WORKER * workers && next.hasNext(); i++) {
            final Job.Task task = next.next();
            if (!task.job.isOver() && task.prefers(place, workers)) {
                if (i > 0) {
                    tasks.getFirst().overtaken++;
                }
                next.remove();
                left(task);
                return task;
            }
        }
        return poll();
    }

    boolean isEmpty() {
        passOver();
        return tasks.isEmpty();
    }

    /// How many wait: no fewer than those that somebody wants, no more than there are.
    int size() {
        return tasks.size() - unwanted;
    }

    /// Lets go the tasks of a job that is over.
    void drop(Job job) {
        unwanted += job.waiting;
        job.waiting = 0;
        if (unwanted > tasks.size() / 2) {
            tasks.removeIf(this::isUnwanted);
        }
    }

    /// Lets all tasks go, and fails their jobs.
    void failAll(RuntimeException reason) {
        for (Job.Task task = poll(); task != null; task = poll()) {
            task.job.fail(reason);
        }
    }

    private void passOver() {
        while (!tasks.isEmpty() && isUnwanted(tasks.getFirst())) {
            tasks.removeFirst();
        }
    }

    /// Whether a task is to be removed; if so, it is counted as removed.
    private boolean isUnwanted(Job.Task task) {
        if (!task.job.isOver()) {
            return false;
        }
        left(task);
        return true;
    }

    /// Counts a task that is removed: among those of its job, unless [#drop] has counted it already.
    private void left(Job.Task task) {
        if (task.job.waiting > 0) {
            task.job.waiting--;
        } else {
            unwanted--;
        }
    }
}
