package dev.backplane.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call of map: a function, the tasks that its elements were cut into, and the results as they come.
///
/// Results are touched by the pool's loop only; `future` is how others learn of the end.
final class Job {
    final long functionId;
    final byte[] function;
    final List<Task> tasks = new ArrayList<>();
    final CompletableFuture<@Nullable Object[]> future = new CompletableFuture<>();

    private final @Nullable Object[] results;
    private final Consumer<TaskDone> listener;
    private int left;

    /// A part of a job's elements, done by one worker in one go.
    static final class Task {
        final Job job;
        final long id;
        final int from;
        final int to;
        final byte[] elements;
        int deaths;

        Task(Job job, long id, int from, int to, byte[] elements) {
            this.job = job;
            this.id = id;
            this.from = from;
            this.to = to;
            this.elements = elements;
        }
    }

    Job(long functionId, byte[] function, int elements, Consumer<TaskDone> listener) {
        this.functionId = functionId;
        this.function = function;
        this.results = new Object[elements];
        this.listener = listener;
    }

    void add(Task task) {
        tasks.add(task);
        left++;
    }

    boolean isOver() {
        return future.isDone();
    }

    /// Takes the results of a task; whether the job is complete now.
    boolean done(Task task, @Nullable Object[] parts, int worker, long pid) {
        if (parts.length != task.to - task.from) {
            fail(new IllegalStateException("worker " + worker + " returned " + parts.length + " results for "
                    + (task.to - task.from) + " elements"));
            return true;
        }
        System.arraycopy(parts, 0, results, task.from, parts.length);
        left--;
        listener.accept(new TaskDone(task.from, task.to, results.length, worker, pid));
        if (left == 0) {
            future.complete(results);
        }
        return left == 0;
    }

    void fail(Throwable reason) {
        future.completeExceptionally(reason);
    }
}
