package dev.backplane.pool;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a pool's asynchronous calls return: to cancel it is to give up what workers have not begun.
final class PoolFuture<V extends @Nullable Object> extends CompletableFuture<V> {
    private volatile Runnable whenCancelled = () -> {};

    /// Sets what a cancellation does besides.
    void whenCancelled(Runnable action) {
        whenCancelled = action;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        final boolean already = isDone();
        final boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled && !already) {
            whenCancelled.run();
        }
        return cancelled;
    }
}
