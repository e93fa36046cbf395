package dev.backplane.store.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;

/// The common pool as an application may leave it: all of its threads wait, until this is closed.
public final class OccupiedCommonPool implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);

    /// Occupies all threads.
    ///
    /// @throws InterruptedException if interrupted
    public OccupiedCommonPool() throws InterruptedException {
        final int threads = ForkJoinPool.getCommonPoolParallelism();
        final CountDownLatch waiting = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                waiting.countDown();
                awaitEnd();
            });
        }
        waiting.await();
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
