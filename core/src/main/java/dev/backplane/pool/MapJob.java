package dev.backplane.pool;

import dev.backplane.codec.JoinedList;
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

    private final int elements;
    /// Of each task, once they are there.
    private final List<List<@Nullable Object>> results = new ArrayList<>();
    private final Function<List<@Nullable Object>, V> value;
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
            Function<List<@Nullable Object>, V> value,
            Consumer<TaskDone> listener) {
        super(functionId, function);
        this.elements = elements;
        this.value = value;
        this.listener = listener;
    }

    void add(long id, int from, int to, byte[] elements) {
        results.add(List.of());
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
    void done(Task task, List<@Nullable Object> part, int worker, long pid) {
        results.set(task.index, part);
        left--;
        leaveOne();
        listener.accept(new TaskDone(task.from, task.to, elements, worker, pid));
        if (left == 0) {
            future.finish(value.apply(new JoinedList<>(results)));
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
