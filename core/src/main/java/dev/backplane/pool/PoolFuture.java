package dev.backplane.pool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a pool's asynchronous calls return: to cancel it is to give up what workers have not
/// begun, and to stop what they have. What is chained to one refuses, as it does, to be waited for by the thread
/// that it needs.
final class PoolFuture<V extends @Nullable Object> extends CompletableFuture<V> {
    private volatile Consumer<Boolean> whenCancelled = _ -> {};

    private volatile Runnable beforeWait = () -> {};
    /// Whether somebody is about to complete it.
    private volatile boolean givenUp;

    /// Sets what throws in a thread that would wait for ever.
    void beforeWait(Runnable check) {
        beforeWait = check;
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        checkMayWait();
        return super.get();
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (timeout > 0) {
            checkMayWait();
        }
        return super.get(timeout, unit);
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        final PoolFuture<U> chained = new PoolFuture<>();
        chained.beforeWait = beforeWait;
        return chained;
    }

    @Override
    public V join() {
        checkMayWait();
        return super.join();
    }

    private void checkMayWait() {
        if (!isDone()) {
            beforeWait.run();
        }
    }

    /// Whether the pool has nothing more to do for it.
    boolean isOver() {
        return givenUp || isDone();
    }

    /// Sets what a cancellation does besides; it is told whether tasks that run are to be stopped.
    void whenCancelled(Consumer<Boolean> action) {
        whenCancelled = action;
    }

    /// Completes it for the pool, which knows.
    boolean finish(V value) {
        return super.complete(value);
    }

    /// Completes it for the pool, which knows.
    boolean finishExceptionally(Throwable reason) {
        return super.completeExceptionally(reason);
    }

    @Override
    public boolean complete(V value) {
        giveUp(false);
        return super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable reason) {
        giveUp(false);
        return super.completeExceptionally(reason);
    }

    @Override
    public CompletableFuture<V> completeAsync(Supplier<? extends V> supplier, Executor executor) {
        final var _ = CompletableFuture.<V>supplyAsync(supplier::get, executor).whenComplete((value, failure) -> {
            if (failure == null) {
                complete(value);
            } else {
                completeExceptionally(failure);
            }
        });
        return this;
    }

    @Override
    public void obtrudeValue(V value) {
        giveUp(false);
        super.obtrudeValue(value);
    }

    @Override
    public void obtrudeException(Throwable reason) {
        giveUp(false);
        super.obtrudeException(reason);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        giveUp(mayInterruptIfRunning);
        return super.cancel(mayInterruptIfRunning);
    }

    /// Gives up what others make needless. Before it is completed: what is chained to it then runs in the same
    /// thread, and may wait for room, or for a worker.
    private void giveUp(boolean stopsTasks) {
        if (!isOver()) {
            givenUp = true;
            whenCancelled.accept(stopsTasks);
        }
    }
}
