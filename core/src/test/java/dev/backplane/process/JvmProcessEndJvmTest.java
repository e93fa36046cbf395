package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerDiedException;
import dev.backplane.store.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Who notices that a child has ended, and when.
final class JvmProcessEndJvmTest {
    private static int parkForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endsAreNoticedThoughAllThreadsOfTheCommonPoolWait() throws Exception {
        final int threads = ForkJoinPool.getCommonPoolParallelism();
        final CountDownLatch waiting = new CountDownLatch(threads);
        final CountDownLatch ends = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                waiting.countDown();
                await(ends);
            });
        }
        waiting.await();
        try (JvmProcess child = JvmProcess.start(JvmProcessEndJvmTest::parkForEver);
                ProcessPool pool = ProcessPool.of(1)) {
            child.kill();
            assertEquals(128 + 9, child.join());
            assertTrue(child.onExit().isDone());
            final CompletableFuture<Integer> task = pool.applyAsync(JvmProcessEndJvmTest::parkForEver);
            Eventually.holds("the task has ended one worker, if not the first", () -> {
                pool.workers().stream()
                        .filter(worker -> worker.tasksHeld() > 0)
                        .forEach(worker -> ProcessHandle.of(worker.pid()).ifPresent(ProcessHandle::destroyForcibly));
                return task.isDone();
            });
            assertThrows(ExecutionException.class, task::get);
            assertTrue(task.exceptionNow() instanceof WorkerDiedException, task::toString);
        } finally {
            ends.countDown();
        }
    }

    @Test
    void aJoinOfHugelyLessThanNoTimeDoesNotWait() throws Exception {
        try (JvmProcess child = JvmProcess.start(JvmProcessEndJvmTest::parkForEver)) {
            assertFalse(child.join(Duration.ofSeconds(Long.MIN_VALUE)));
        }
    }
}
