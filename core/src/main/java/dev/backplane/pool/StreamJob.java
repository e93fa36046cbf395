package dev.backplane.pool;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
            @Nullable Object @Nullable [] results,
            @Nullable RuntimeException reason) {
        /// Stands for all tasks that were or will be.
        static final int ALL = -1;
    }

    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final Consumer<TaskDone> listener;
    private volatile boolean over;

    /// @param listener told of each task that is done
    StreamJob(long functionId, byte[] function, Consumer<TaskDone> listener) {
        super(functionId, function);
        this.listener = listener;
    }

    /// The next outcome, in the order of ends.
    Outcome take() throws InterruptedException {
        return outcomes.take();
    }

    /// Adds an outcome. From any thread.
    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    @Override
    boolean isOver() {
        return over;
    }

    @Override
    void done(Task task, @Nullable Object[] results, int worker, long pid) {
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
