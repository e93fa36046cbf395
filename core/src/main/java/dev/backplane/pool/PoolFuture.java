package dev.backplane.pool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a pool's asynchronous calls return: to cancel it is to give up what workers have not
/// begun, and to stop what they have. What is chained to one refuses, as it does, to be waited for by the thread
/// that it needs.
final class PoolFuture<V extends @Nullable Object> extends CompletableFuture<V> {
    private volatile Consumer<Boolean> whenCancelled = _ -> {};

    private volatile Runnable beforeWait = () -> {};

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
        return told(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable reason) {
        return told(super.completeExceptionally(reason));
    }

    /// Gives up what others have made needless.
    private boolean told(boolean now) {
        if (now) {
            whenCancelled.accept(false);
        }
        return now;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        final boolean already = isDone();
        final boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled && !already) {
            whenCancelled.accept(mayInterruptIfRunning);
        }
        return cancelled;
    }
}
