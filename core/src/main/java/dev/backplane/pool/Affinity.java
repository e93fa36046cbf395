package dev.backplane.pool;

import java.util.Deque;
import java.util.Iterator;

/// Which of the tasks that wait goes to a worker that is free: the first that prefers its place, or else the
/// first of all.
///  A task of a map prefers the place that its index names, so in repeated maps over slices of an array a
/// slice tends to go where it went before, whose caches and memory are near. Only so many tasks are looked at
/// as two for each worker: a task whose place is busy is overtaken by those around it, but those ahead of the
/// others are not for ever.
final class Affinity {
    private static final int LOOKED_AT_PER_WORKER = 2;

    private Affinity() {}

    /// Takes a task out of those that wait.
    ///
    /// @param pending not empty
    /// @param place of the worker
    /// @param workers how many places there are
    static Job.Task take(Deque<Job.Task> pending, int place, int workers) {
        final Iterator<Job.Task> tasks = pending.iterator();
        for (int i = 0; i < LOOKED_AT_PER_WORKER * workers && tasks.hasNext(); i++) {
            final Job.Task task = tasks.next();
            if (task.prefers(place, workers)) {
                tasks.remove();
                return task;
            }
        }
        return pending.remove();
    }
}
