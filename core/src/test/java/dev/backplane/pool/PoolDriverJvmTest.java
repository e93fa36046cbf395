package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

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

    /// What a stage on the thread that drives the pool is told when it waits.
    private static String refusalInAStage(Executable waiting) throws Exception {
        try (Manager manager = Manager.anonymous("driver", SegmentOptions.defaults())) {
            final SharedLatch latch = manager.latch("chained", 1);
            final CompletableFuture<String> chained = pool.applyAsync(() -> {
                        latch.await();
                        return 1;
                    })
                    .thenApply(_ -> Refusal.of(IllegalStateException.class, waiting, "for ever"));
            latch.countDown();
            return chained.get();
        }
    }

    @Test
    void whoDrivesIsRefusedEveryWayToWaitForThePool() throws Exception {
        final List<SerializableCallable<Integer>> tasks = List.of(() -> 1, () -> 2);
        for (Executable waiting : List.<Executable>of(
                () -> pool.invokeAll(tasks),
                () -> pool.invokeAll(tasks, 1, TimeUnit.HOURS),
                () -> pool.invokeAny(tasks),
                () -> pool.invokeAny(tasks, 1, TimeUnit.HOURS),
                () -> pool.awaitTermination(1, TimeUnit.HOURS),
                () -> pool.apply(() -> 1),
                () -> pool.map(List.of(1, 2), x -> x),
                () -> pool.submit(() -> 1).get(),
                () -> pool.applyAsync(() -> 1).get(1, TimeUnit.HOURS),
                () -> pool.applyAsync(() -> 1).thenApply(x -> x).join(),
                () -> pool.applyAsync(() -> 1)
                        .thenCompose(_ -> pool.applyAsync(() -> 2))
                        .get(),
                () -> pool.applyAsync(() -> 1).copy().get(1, TimeUnit.HOURS),
                () -> pool.close(),
                () -> pool.terminate())) {
            assertTrue(refusalInAStage(waiting).contains("Async"));
        }
        assertEquals(List.of(1, 2), pool.map(List.of(1, 2), x -> x));
    }

    @Test
    void whoDrivesMayLookWithoutWaiting() throws Exception {
        final CompletableFuture<Integer> never = pool.applyAsync(() -> {
            Thread.sleep(Duration.ofDays(1));
            return 1;
        });
        final CompletableFuture<Boolean> looked = pool.applyAsync(() -> 1).thenApply(_ -> {
            try {
                never.get(0, TimeUnit.SECONDS);
                return true;
            } catch (TimeoutException _) {
                return pool.isTerminated();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
        assertFalse(looked.get());
        assertTrue(never.cancel(true));
    }

    @Test
    void callersAtTheEndOfTheirStackLeaveThePoolAsItWas() throws Exception {
        for (int i = 0; i < 100; i++) { // What is used first in a full stack could not be initialised ever again.
            assertEquals(i, callFrom(0, i));
            assertThrows(StackOverflowError.class, () -> fall(0));
        }
        final AtomicInteger done = new AtomicInteger();
        final AtomicInteger overflown = new AtomicInteger();
        final Thread deep = new Thread(
                null,
                () -> {
                    while (done.get() < 200) {
                        callAtEachDepth(done, overflown);
                    }
                },
                "deep",
                512 * 1024);
        deep.start();
        deep.join();
        assertTrue(overflown.get() > 0, "some calls had no room");
        assertEquals(1, pool.apply(() -> 1));
        assertEquals(2, pool.applyAsync(() -> 2).get());
        assertEquals(List.of(3, 4), pool.imap(List.of(2, 3), x -> x + 1, 1).toList());
    }

    @SuppressWarnings("InfiniteRecursion") // That is what it is for.
    private static long fall(long depth) {
        return 1 + fall(depth + 1);
    }

    /// Goes down until there is no room, and calls on the way back, with a little more room each time, until some calls
    /// are done.
    @SuppressWarnings("InfiniteRecursion") // The stack ends it.
    private static int callAtEachDepth(AtomicInteger done, AtomicInteger overflown) {
        int calls;
        try {
            calls = callAtEachDepth(done, overflown);
        } catch (StackOverflowError _) {
            calls = 0;
        }
        if (calls < 20) {
            try {
                callFrom(0, calls);
                calls++;
                done.incrementAndGet();
            } catch (StackOverflowError | NoClassDefFoundError _) {
                overflown.incrementAndGet();
            } catch (RuntimeException e) {
                // Of a call that ended for want of room, wherever that was noticed; that of the pool would stay.
                overflown.incrementAndGet();
            }
        }
        return calls;
    }

    private static int callFrom(int more, int value) {
        try {
            return pool.apply(() -> value + more);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readersOfStreamsAndOtherCallersDoNotWaitForEachOther() throws Exception {
        final int elements = 2000;
        final List<Integer> numbers = IntStream.range(0, elements).boxed().toList();
        final List<Integer> expected = numbers.stream().map(x -> x + 1).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            final List<Future<List<Integer>>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                readers.add(
                        threads.submit(() -> pool.imap(numbers, x -> x + 1, 1).toList()));
            }
            readers.add(threads.submit(
                    () -> pool.imapUnordered(numbers, x -> x + 1, 1).sorted().toList()));
            final Future<Long> sum = threads.submit(() -> sumOfCalls(200, new SplittableRandom(1)));
            for (Future<List<Integer>> reader : readers) {
                assertEquals(expected, reader.get());
            }
            assertEquals(200 * 199 / 2, sum.get());
        }
    }

    @Test
    void whatAReaderHasLeftGoesOnWithoutIt() throws Exception {
        try (Manager manager = Manager.anonymous("reader", SegmentOptions.defaults())) {
            final SharedLong begun = manager.longValue("begun");
            try (Stream<Long> results =
                    pool.imap(() -> Stream.generate(() -> 1L).iterator(), x -> begun.incrementAndGet(), 1)) {
                final Iterator<Long> reader = results.iterator();
                for (int i = 0; i < 100; i++) {
                    reader.next();
                }
                // It reads no further; what it had handed out before is done, and so is what others want.
                final List<Integer> numbers = IntStream.range(0, 100).boxed().toList();
                assertEquals(numbers, pool.mapAsync(numbers, x -> x).get());
                reader.next();
                Eventually.holds("all that was handed out is begun", () -> begun.get() >= 101 + 4);
            }
        }
    }

    @Test
    void aReaderDoesNotKeepThePoolFromReplacingWorkers() {
        final Iterator<Integer> results = pool.imap(
                        IntStream.range(0, 24).boxed().toList(),
                        x -> {
                            if (x % 3 == 2) {
                                Runtime.getRuntime().halt(x);
                            }
                            return x;
                        },
                        1)
                .iterator();
        for (int i = 0; i < 24; i++) {
            if (i % 3 == 2) {
                assertEquals(
                        i,
                        assertThrows(WorkerDiedException.class, results::next).exitCode());
            } else {
                assertEquals(i, results.next());
            }
        }
    }

    @Test
    void aChunkOfAStreamMayBeLongerThanAnything() {
        assertEquals(
                List.of(2, 3),
                pool.imap(List.of(1, 2), x -> x + 1, Integer.MAX_VALUE).toList());
    }

    @Test
    void aTaskThatTakesTooLongIsStoppedThoughItsReaderDrives() throws Exception {
        final Iterator<Integer> results = pool.withTaskTimeout(Duration.ofSeconds(2)) // Time enough for the others.
                .imap(
                        List.of(1, 0, 2),
                        x -> {
                            while (x == 0 && !Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                            return x;
                        },
                        1)
                .iterator();
        assertEquals(1, results.next());
        assertThrows(TaskTimeoutException.class, results::next);
        assertEquals(2, results.next());
    }

    private static int another(int value) {
        try {
            return pool.apply(() -> value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
