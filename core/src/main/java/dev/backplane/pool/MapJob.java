package dev.backplane.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A job of known length, whose results are wanted all together. The first task that fails ends it.
final class MapJob<V extends @Nullable Object> extends Job {
    final List<Task> tasks = new ArrayList<>();
    final PoolFuture<V> future = new PoolFuture<>();

    private final @Nullable Object[] results;
    private final Function<@Nullable Object[], V> value;
    private final Consumer<TaskDone> listener;
    private int left;
    /// Where its tasks are counted, if anywhere, and how many of them still are.
    private @Nullable PendingLimit limit;

    private final AtomicInteger counted = new AtomicInteger();

    /// @param elements how many
    /// @param value makes what the future holds of all results
    /// @param listener told of each task that is done
    MapJob(
            long functionId,
            byte[] function,
            int elements,
            Function<@Nullable Object[], V> value,
            Consumer<TaskDone> listener) {
        super(functionId, function);
        this.results = new Object[elements];
        this.value = value;
        this.listener = listener;
    }

    void add(long id, int from, int to, byte[] elements) {
        tasks.add(new Task(this, id, tasks.size(), from, to, elements));
        left++;
        affine = left > 1; // A single call is nobody's more than another's.
    }

    /// Says that its tasks were counted: they no longer are when they are done, or just before the job is over. Not
    /// after that: what is chained to its future runs then, and may wait for the room.
    void countedBy(PendingLimit counter) {
        limit = counter;
        counted.set(tasks.size());
    }

    /// Says that those of its tasks that are still counted no longer are. From any thread.
    void leaveAll() {
        final PendingLimit counter = limit;
        if (counter != null) {
            counter.leave(counted.getAndSet(0));
        }
    }

    private void leaveOne() {
        final PendingLimit counter = limit;
        if (counter != null && counted.getAndUpdate(tasks -> Math.max(0, tasks - 1)) > 0) {
            counter.leave(1);
        }
    }

    @Override
    boolean isOver() {
        return future.isOver();
    }

    @Override
    void done(Task task, @Nullable Object[] parts, int worker, long pid) {
        System.arraycopy(parts, 0, results, task.from, parts.length);
        left--;
        leaveOne();
        listener.accept(new TaskDone(task.from, task.to, results.length, worker, pid));
        if (left == 0) {
            future.finish(value.apply(results));
        }
    }

    @Override
    void failed(Task task, RuntimeException reason) {
        fail(reason);
    }

    @Override
    void fail(RuntimeException reason) {
        if (reason instanceof CancellationException) {
            future.cancel(false);
        } else {
            leaveAll();
            future.finishExceptionally(reason);
        }
    }
}
