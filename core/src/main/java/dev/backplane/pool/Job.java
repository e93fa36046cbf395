package dev.backplane.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of a pool: a function, and what becomes of the tasks that apply it.
///
/// All but [#isOver] is called by the pool's loop only.
abstract class Job {
    static final long AS_THE_POOL_SAYS = 0;

    final long functionId;
    final byte[] function;
    /// Whether tasks that run when it is over are to be stopped.
    boolean stopsTasks;
    /// How long a task may run, [Long#MAX_VALUE] for no limit, [#AS_THE_POOL_SAYS] until that is known.
    long mostNanos = AS_THE_POOL_SAYS;
    /// How often a task is tried again after it has ended its worker.
    int retries;
    /// What an executor was given, for [ProcessPool#shutdownNow].
    @Nullable
    Runnable given;
    /// How many of its tasks wait in the pool's queue.
    int waiting;
    /// Whether its tasks prefer places.
    boolean affine;

    Job(long functionId, byte[] function) {
        this.functionId = functionId;
        this.function = function;
    }

    /// A part of a job's elements, done by one worker in one go.
    static final class Task {
        final Job job;
        final long id;
        final int index;
        final int from;
        final int to;
        final byte[] elements;
        /// How many workers ended while they were at it.
        int deathsBegun;
        /// How many ended when they were about to begin it.
        int deathsUnbegun;
        /// Whether its outcome is known already, though a worker has it.
        boolean over;
        /// How often a task behind it was taken first.
        int overtaken;

        /// @param id of all tasks of the pool
        /// @param index counts the tasks of its job
        /// @param from the first element, as its job counts them
        /// @param to the end of the elements
        /// @param elements as bytes; none, if the function is called without any
        Task(Job job, long id, int index, int from, int to, byte[] elements) {
            this.job = job;
            this.id = id;
            this.index = index;
            this.from = from;
            this.to = to;
            this.elements = elements;
        }

        int deaths() {
            return deathsBegun + deathsUnbegun;
        }

        /// Whether the function is called without elements, by this task only.
        boolean isCall() {
            return elements.length == 0;
        }

        /// Whether a worker at that place should rather have it than others; one that has lost its worker,
        /// or was overtaken by two for each worker, has waited long enough.
        boolean prefers(int place, int workers) {
            return !job.affine || deaths() > 0 || overtaken > 2 * workers || index % workers == place;
        }
    }

    /// Whether nobody wants results any more.
    abstract boolean isOver();

    /// Takes the results of a task, one for each of its elements.
    abstract void done(Task task, List<@Nullable Object> results, int worker, long pid);

    /// Learns that a task has no results.
    abstract void failed(Task task, RuntimeException reason);

    /// Ends without the rest.
    abstract void fail(RuntimeException reason);
}
