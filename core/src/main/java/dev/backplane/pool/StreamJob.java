package dev.backplane.pool;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A job whose tasks are made while results are read, and which goes on when a task fails.
final class StreamJob extends Job {
    /// What became of a task.
    ///
    /// @param index the task's, or [#ALL]
    /// @param results null where it failed
    /// @param reason null where it did not
    record Outcome(
            int index,
            @Nullable List<@Nullable Object> results,
            @Nullable RuntimeException reason) {
        /// Stands for all tasks that were or will be.
        static final int ALL = -1;
    }

    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    /// Who waits for an outcome.
    private volatile @Nullable Thread waiter;
    private final Consumer<TaskDone> listener;
    private volatile boolean over;

    /// @param listener told of each task that is done
    StreamJob(long functionId, byte[] function, Consumer<TaskDone> listener) {
        super(functionId, function);
        this.listener = listener;
    }

    /// The next outcome, in the order of ends, or null.
    @Nullable
    Outcome poll() {
        return outcomes.poll();
    }

    boolean hasOutcome() {
        return !outcomes.isEmpty();
    }

    /// Says who is to be woken by an outcome. That thread looks for one afterwards, and then parks.
    void waits(@Nullable Thread thread) {
        waiter = thread;
    }

    @Nullable
    Thread waiter() {
        return waiter;
    }

    /// Adds an outcome. From any thread.
    void add(Outcome outcome) {
        outcomes.add(outcome);
        final Thread thread = waiter;
        if (thread != null && thread != Thread.currentThread()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    boolean isOver() {
        return over;
    }

    @Override
    void done(Task task, List<@Nullable Object> results, int worker, long pid) {
        listener.accept(new TaskDone(task.from, task.to, TaskDone.UNKNOWN, worker, pid));
        add(new Outcome(task.index, results, null));
    }

    @Override
    void failed(Task task, RuntimeException reason) {
        add(new Outcome(task.index, null, reason));
    }

    @Override
    void fail(RuntimeException reason) {
        over = true;
        add(new Outcome(Outcome.ALL, null, reason));
    }
}
