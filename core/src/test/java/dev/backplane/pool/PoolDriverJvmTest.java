package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.Manager;
import dev.backplane.SharedLatch;
import dev.backplane.store.SegmentOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls that wait take the place of the pool's own thread, and give it back.
class PoolDriverJvmTest {
    private static ProcessPool pool;

    @BeforeAll
    static void start() throws Exception {
        pool = ProcessPool.of(2);
    }

    @AfterAll
    static void end() {
        pool.close();
    }

    @Test
    void callsOfManyThreadsAndAsynchronousOnesAreAllDone() throws Exception {
        final int each = 200;
        final List<Future<Long>> sums = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int thread = 0; thread < 3; thread++) {
                final SplittableRandom random = new SplittableRandom(thread);
                sums.add(threads.submit(() -> sumOfCalls(each, random)));
            }
        }
        for (Future<Long> sum : sums) {
            assertEquals(each * (each - 1L) / 2, sum.get());
        }
    }

    private static long sumOfCalls(int calls, SplittableRandom random) throws Exception {
        final List<CompletableFuture<Long>> asynchronous = new ArrayList<>();
        long sum = 0;
        for (long i = 0; i < calls; i++) {
            final long value = i;
            if (random.nextBoolean()) {
                sum += pool.apply(() -> value);
            } else {
                asynchronous.add(pool.applyAsync(() -> value));
            }
        }
        for (CompletableFuture<Long> call : asynchronous) {
            sum += call.get();
        }
        return sum;
    }

    @Test
    void aCallWhoseWorkerEndsIsDoneByTheNextOne() throws Exception {
        final long before = pool.apply(() -> ProcessHandle.current().pid());
        assertThrows(
                WorkerDiedException.class,
                () -> pool.apply(() -> {
                    Runtime.getRuntime().halt(3);
                    return 0;
                }));
        assertEquals(7, pool.apply(() -> 7));
        assertEquals(2, pool.workers().size(), () -> pool.workers() + ", one of them was " + before);
    }

    @Test
    void anInterruptedCallGivesThePlaceBack() throws Exception {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> pool.apply(() -> 1));
        assertEquals(2, pool.applyAsync(() -> 2).get());
        assertEquals(3, pool.apply(() -> 3));
    }

    @Test
    void whoDrivesDoesNotWaitForItself() throws Exception {
        try (Manager manager = Manager.anonymous("driver", SegmentOptions.defaults())) {
            final SharedLatch latch = manager.latch("chained", 1);
            final CompletableFuture<Integer> chained = pool.applyAsync(() -> {
                        latch.await();
                        return 1;
                    })
                    .thenApply(PoolDriverJvmTest::another);
            latch.countDown();
            assertEquals(5, pool.apply(() -> 5));
            assertInstanceOf(
                    IllegalStateException.class,
                    assertThrows(CompletionException.class, chained::join).getCause());
        }
    }

    private static int another(int value) {
        try {
            return pool.apply(() -> value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
