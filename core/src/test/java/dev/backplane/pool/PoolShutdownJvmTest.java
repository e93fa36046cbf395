package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableRunnable;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/// What a pool owes as an executor service when it ends.
final class PoolShutdownJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static int waitFor(SharedLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It is killed while it waits.
        }
        return 1;
    }

    private static void assertRefuses(ProcessPool pool) {
        final SerializableCallable<Integer> task = () -> 1;
        final SerializableRunnable action = () -> {};
        final List<Executable> asExecutor = List.of(
                () -> pool.submit(task),
                () -> pool.submit(action),
                () -> pool.submit((Runnable) action, 1),
                () -> pool.execute(action),
                () -> pool.invokeAll(List.of(task)),
                () -> pool.invokeAny(List.of(task)),
                () -> pool.invokeAny(List.of(task), 1, TimeUnit.DAYS));
        asExecutor.forEach(call -> assertThrows(RejectedExecutionException.class, call));
        final List<Executable> asPool = List.of(
                () -> pool.apply(task),
                () -> pool.applyAsync(task),
                () -> pool.map(List.of(1), x -> x),
                () -> pool.map(List.<Integer>of(), x -> x),
                () -> pool.mapAsync(List.of(1), x -> x),
                () -> pool.starmap(List.of(Arguments.of(1, 2)), Integer::sum),
                () -> pool.imap(List.of(1), x -> x, 1),
                () -> pool.imapUnordered(List.of(1), x -> x, 1));
        asPool.forEach(call -> assertThrows(IllegalStateException.class, call));
    }

    @Test
    void fromAShutdownOnNothingIsTakenAndWhatWasTakenIsDone() throws Exception {
        final ProcessPool pool = ProcessPool.of(1);
        try (Manager manager = manager()) {
            final SharedLatch go = manager.latch("go", 1);
            final Iterator<Integer> stream =
                    pool.imap(List.of(1, 2, 3, 4, 5, 6, 7, 8), x -> x, 1).iterator();
            assertEquals(1, stream.next());
            final Future<Integer> slow = pool.submit(() -> waitFor(go));
            final Future<Integer> behind = pool.submit(() -> 2);
            assertFalse(pool.isShutdown());
            final ProcessPool view = pool.withTaskTimeout(Duration.ofDays(1));
            view.shutdown();
            assertTrue(pool.isShutdown());
            assertRefuses(pool);
            assertRefuses(view);
            assertFalse(pool.isTerminated());
            assertFalse(pool.awaitTermination(1, TimeUnit.MILLISECONDS));
            go.countDown();
            assertEquals(1, slow.get());
            assertEquals(2, behind.get());
            assertThrows(
                    IllegalStateException.class, () -> stream.forEachRemaining(x -> {})); // It would have to give more.
            assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
            assertTrue(pool.isTerminated());
            assertRefuses(pool);
            assertEquals(List.of(), pool.shutdownNow());
            pool.shutdown();
            pool.close();
            pool.terminate();
            pool.close();
            assertTrue(pool.isTerminated());
        }
    }

    @Test
    void whatWasNeverBegunComesBackFromAShutdown() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.of(1)) {
            final SharedLatch begun = manager.latch("begun", 1);
            final SharedLatch never = manager.latch("never", 1);
            final SharedLong ran = manager.longValue("ran");
            final Future<Integer> running = pool.submit(() -> {
                begun.countDown();
                return waitFor(never);
            });
            final SerializableRunnable first = ran::incrementAndGet;
            pool.execute(first); // In the worker's hands.
            final Future<Long> second = pool.submit(() -> ran.addAndGet(10));
            final Future<?> third = pool.submit((Runnable) first);
            final CompletableFuture<List<Integer>> map = pool.mapAsync(List.of(1, 2), x -> x);
            assertTrue(begun.await(1, TimeUnit.MINUTES));
            final List<Runnable> back = pool.shutdownNow();
            assertEquals(3, back.size());
            assertSame(first, back.get(0));
            assertSame(first, back.get(2));
            assertEquals(0, ran.get());
            back.get(1).run();
            assertEquals(10, ran.get());
            assertTrue(second.isCancelled());
            assertTrue(third.isCancelled());
            for (Future<?> failed : List.of(running, map)) {
                assertInstanceOf(
                        IllegalStateException.class,
                        assertThrows(ExecutionException.class, failed::get).getCause());
            }
            assertRefuses(pool);
            assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
        }
    }

    @Test
    void thePoolsOwnThreadIsToldThatItWouldWaitForItself() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final CompletableFuture<Throwable> map = new CompletableFuture<>();
            final CompletableFuture<Throwable> close = new CompletableFuture<>();
            final CompletableFuture<Throwable> get = new CompletableFuture<>();
            final CompletableFuture<Throwable> stream = new CompletableFuture<>();
            pool.map(List.of(1), x -> x, 1, done -> {
                map.complete(assertThrows(Exception.class, () -> pool.map(List.of(1), x -> x)));
                close.complete(assertThrows(Exception.class, pool::close));
                get.complete(assertThrows(Exception.class, pool.applyAsync(() -> 1)::join));
                stream.complete(assertThrows(
                        Exception.class, () -> pool.imap(List.of(1), x -> x, 1).toList()));
            });
            for (CompletableFuture<Throwable> thrown : List.of(map, close, get, stream)) {
                assertInstanceOf(IllegalStateException.class, thrown.get());
            }
            assertEquals(5, pool.apply(() -> 5));
        }
    }

    @Test
    void aPoolWhoseWorkersCannotStartEndsThoughItHasTasks() throws Exception {
        final CompletableFuture<List<Integer>> map;
        try (ProcessPool pool = ProcessPool.builder()
                .workers(2)
                .jvmOptions("-XX:NoSuchOption=1")
                .start()) {
            map = pool.mapAsync(List.of(1, 2, 3), x -> x);
        }
        assertInstanceOf(
                WorkerDiedException.class,
                assertThrows(ExecutionException.class, map::get).getCause());
    }
}
