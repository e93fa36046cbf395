package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SharedLatch;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// A pool that takes no more tasks than it was told has its callers wait.
@NullUnmarked // JUnit fills the pool.
final class PoolPendingJvmTest {
    private static final int MOST = 3;

    private Manager manager;
    private SharedLatch latch;
    private ProcessPool pool;
    private Thread caller;
    private CompletableFuture<Integer> taken;

    @BeforeEach
    void start() throws IOException {
        manager = Manager.anonymous("pending", SegmentOptions.defaults());
        latch = manager.latch("go", 1);
        pool = ProcessPool.builder().workers(1).maxPending(MOST).start();
    }

    @AfterEach
    void end() throws IOException {
        latch.countDown();
        pool.terminate();
        manager.close();
    }

    private SerializableCallable<Integer> waiting() {
        final SharedLatch go = latch;
        return () -> {
            go.await();
            return 1;
        };
    }

    private List<CompletableFuture<Integer>> filled() {
        return IntStream.range(0, MOST)
                .mapToObj(_ -> pool.applyAsync(waiting()))
                .toList();
    }

    /// Has another thread do something, and waits until that thread does.
    private <V> FutureTask<V> blocked(Callable<V> action) {
        final FutureTask<V> task = new FutureTask<>(action);
        caller = Thread.ofPlatform().start(task);
        Eventually.holds(
                "the caller waits",
                () -> caller.getState() == Thread.State.WAITING || caller.getState() == Thread.State.TIMED_WAITING);
        assertFalse(task.isDone());
        return task;
    }

    @Test
    void aCallWaitsUntilThereIsRoom() throws Exception {
        final List<CompletableFuture<Integer>> first = filled();
        final FutureTask<Boolean> more = blocked(() -> {
            taken = pool.applyAsync(() -> 2);
            return true;
        });
        assertTrue(first.getLast().cancel(false)); // What was given up is not counted.
        assertTrue(more.get());
        latch.countDown();
        assertEquals(2, taken.get());
        assertEquals(1, first.getFirst().get());
    }

    @Test
    void theLimitIsForWhatIsThereBeforeACall() throws Exception {
        final List<Integer> many = IntStream.range(0, 100).boxed().toList();
        latch.countDown();
        assertEquals(many, pool.mapAsync(many, x -> x, 1, _ -> {}).get());
        assertEquals(many, pool.map(many, x -> x, 1, _ -> {}));
        final List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int x : many) {
            futures.add(pool.applyAsync(() -> x));
        }
        for (int x : many) {
            assertEquals(x, futures.get(x).get());
        }
    }

    @Test
    void interruptedCallersGiveUp() throws Exception {
        final List<CompletableFuture<Integer>> first = filled();
        final FutureTask<Boolean> asynchronous = blocked(() -> {
            final CompletableFuture<Integer> future = pool.applyAsync(() -> 2);
            return future.isCancelled() && Thread.currentThread().isInterrupted();
        });
        caller.interrupt();
        assertTrue(asynchronous.get());
        final FutureTask<Throwable> waiting =
                blocked(() -> assertThrows(InterruptedException.class, () -> pool.map(List.of(1), x -> x)));
        caller.interrupt();
        assertTrue(waiting.get().getMessage().contains("no room"));
        final FutureTask<String> executor =
                blocked(() -> Refusal.of(RejectedExecutionException.class, () -> pool.submit(() -> 1), "no room"));
        caller.interrupt();
        assertTrue(executor.get().contains("interrupted"));
        latch.countDown();
        for (CompletableFuture<Integer> future : first) {
            assertEquals(1, future.get());
        }
        assertEquals(2, pool.applyAsync(() -> 2).get());
    }

    @Test
    void aShutdownRefusesThoseThatWait() throws Exception {
        final List<CompletableFuture<Integer>> first = filled();
        final FutureTask<String> more = blocked(
                () -> Refusal.of(IllegalStateException.class, () -> pool.applyAsync(() -> 2), "the pool is closed"));
        pool.shutdown(); // Nothing that is under way ends by it.
        assertEquals("the pool is closed", more.get());
        assertFalse(first.getFirst().isDone());
        latch.countDown();
        assertEquals(1, first.getLast().get());
    }

    @Test
    void whoDrivesThePoolNeverWaitsForRoom() throws Exception {
        final CompletableFuture<List<CompletableFuture<Integer>>> chained =
                pool.applyAsync(waiting()).thenApply(_ -> filled());
        for (int i = 1; i < MOST; i++) {
            final var _ = pool.applyAsync(waiting());
        }
        latch.countDown();
        for (CompletableFuture<Integer> future : chained.get()) {
            assertEquals(1, future.get());
        }
    }

    private void roomIsThereForWhatIsChained(Consumer<CompletableFuture<Integer>> ending) throws Exception {
        final SerializableCallable<Integer> slow = waiting();
        try (ProcessPool single = ProcessPool.builder().workers(1).maxPending(1).start()) {
            final CompletableFuture<Integer> given = single.applyAsync(slow);
            final LinkedBlockingQueue<CompletableFuture<Integer>> next = new LinkedBlockingQueue<>();
            final var _ = given.whenComplete((_, _) -> next.add(single.applyAsync(slow)));
            ending.accept(given);
            assertTrue(next.take().cancel(true));
            assertTrue(single.applyAsync(slow).cancel(true)); // Nothing is counted for ever.
            single.terminate(); // What was not cancelled still runs.
        }
    }

    @Test
    void whatIsChainedToAFutureThatIsGivenUpFindsItsRoom() throws Exception {
        roomIsThereForWhatIsChained(future -> future.cancel(true));
        roomIsThereForWhatIsChained(future -> future.complete(1));
        roomIsThereForWhatIsChained(future -> future.obtrudeValue(1));
        roomIsThereForWhatIsChained(future -> future.orTimeout(1, TimeUnit.MILLISECONDS));
        roomIsThereForWhatIsChained(future -> future.completeOnTimeout(1, 1, TimeUnit.MILLISECONDS));
        roomIsThereForWhatIsChained(future -> future.completeAsync(() -> 1));
    }

    @Test
    void whatIsChainedToACancelledFutureFindsAWorker() throws Exception {
        final SerializableCallable<Integer> hanging = waiting();
        try (ProcessPool single = ProcessPool.builder().workers(1).start()) {
            final CompletableFuture<Integer> given = single.applyAsync(hanging);
            final CompletableFuture<Integer> next =
                    given.handle((_, _) -> single.applyAsync(() -> 2).join());
            given.cancel(true);
            assertEquals(2, next.get());
        }
    }

    @Test
    void timeOutsOfExecutorsIncludeTheWaitForRoom() throws Exception {
        final Callable<Integer> hangs = waiting();
        final Callable<Integer> returns = (SerializableCallable<Integer>) () -> 2;
        try (ProcessPool single = ProcessPool.builder().workers(1).maxPending(1).start()) {
            final List<Future<Integer>> futures =
                    single.invokeAll(List.of(hangs, returns, returns), 100, TimeUnit.MILLISECONDS);
            assertEquals(
                    List.of(true, true, true),
                    futures.stream().map(Future::isCancelled).toList());
            final Callable<Integer> fails = (SerializableCallable<Integer>) () -> {
                throw new IllegalStateException("on purpose");
            };
            assertEquals(2, single.invokeAny(List.of(fails, returns, hangs)));
            Refusal.of(
                    TimeoutException.class,
                    () -> single.invokeAny(List.of(hangs, returns), 100, TimeUnit.MILLISECONDS),
                    "none of 2 tasks");
            assertEquals(3, single.submit(() -> 3).get()); // Nothing is counted for ever.
        }
    }

    @Test
    void aTaskThatSucceedsEndsTheWaitForRoom() throws Exception {
        final Callable<Integer> hangs = waiting();
        final Callable<Integer> returns = (SerializableCallable<Integer>) () -> 2;
        try (ProcessPool single = ProcessPool.builder().workers(2).maxPending(2).start()) {
            assertEquals(2, single.invokeAny(List.of(returns, hangs, hangs, hangs)));
            assertEquals(List.of(2, 2, 2), single.map(List.of(1, 2, 3), _ -> 2));
        }
    }

    @Test
    void interruptedExecutorsThrowWhatTheyDeclare() throws Exception {
        final Callable<Integer> hangs = waiting();
        final List<CompletableFuture<Integer>> first = filled();
        final List<Executable> calls =
                List.of(() -> pool.invokeAll(List.of(hangs)), () -> pool.invokeAny(List.of(hangs)));
        for (Executable call : calls) {
            final FutureTask<Throwable> waiting = blocked(() -> assertThrows(InterruptedException.class, call));
            caller.interrupt();
            final var _ = waiting.get();
        }
        latch.countDown();
        assertEquals(1, first.getLast().get());
    }

    @Test
    void absurdLimitsAreRefused() {
        Refusal.of(IllegalArgumentException.class, () -> ProcessPool.builder().maxPending(0), "maxPending is 0");
    }
}
