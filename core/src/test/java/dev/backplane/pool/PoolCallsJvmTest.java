package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableRunnable;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLongArray;
import dev.backplane.codec.CodecException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Calls of all kinds in one pool, which each must leave as it was.
@NullUnmarked // JUnit fills the pool.
final class PoolCallsJvmTest {
    private static final int WORKERS = 2;

    private static ProcessPool pool;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeAll
    static void start() throws IOException {
        pool = ProcessPool.of(WORKERS);
    }

    @AfterAll
    static void end() {
        pool.close();
    }

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static void await(SharedLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    private static Integer half(int x) {
        if (x % 2 != 0) {
            throw new IllegalArgumentException(x + " is odd");
        }
        return x / 2;
    }

    @Test
    void resultsAreAListThatCanBeSortedAndSent() throws Exception {
        final List<Integer> numbers = IntStream.range(0, 1_000).boxed().toList();
        final List<Integer> results = pool.map(numbers, x -> -x, 64, done -> {});
        assertEquals(numbers.stream().map(x -> -x).toList(), results);
        assertEquals(1_000, pool.apply(() -> results.size()));
        results.sort(null);
        assertEquals(-999, results.set(0, 5));
        assertEquals(List.of(5, -998), results.subList(0, 2));
        assertEquals(List.of(2.5, 3.5), pool.map(List.of(2, 3), x -> x + 0.5));
        assertEquals(List.of(2L, 3L, 4L), pool.map(List.of(1L, 2L, 3L), x -> x + 1, 2, done -> {}));
    }

    @Test
    void aCallRunsInAWorkerAndReturnsItsResult() throws Exception {
        final int captured = 41;
        assertEquals(42, pool.apply(() -> captured + 1));
        assertNotEquals(
                ProcessHandle.current().pid(),
                pool.apply(() -> ProcessHandle.current().pid()));
        assertNull(pool.<String>apply(() -> null));
    }

    @Test
    void whatACallThrowsIsTheCauseOfWhatItsCallerGets() {
        final TaskException failure = assertThrows(
                TaskException.class,
                () -> pool.apply(() -> {
                    throw new IOException("no such luck");
                }));
        assertInstanceOf(IOException.class, failure.getCause());
        final Future<Integer> future = pool.applyAsync(() -> half(3));
        assertInstanceOf(
                TaskException.class,
                assertThrows(ExecutionException.class, future::get).getCause());
    }

    @Test
    void asynchronousCallsChain() throws Exception {
        final CompletableFuture<Integer> sum = pool.mapAsync(List.of(1, 2, 3), x -> x * x)
                .thenCombine(
                        pool.applyAsync(() -> 100),
                        (squares, hundred) -> squares.stream().mapToInt(x -> x).sum() + hundred);
        assertEquals(114, sum.get());
    }

    @Test
    void callbacksAreToldOfResultsAndOfFailures() throws Exception {
        final AtomicInteger sum = new AtomicInteger();
        pool.mapAsync(List.of(1, 2), x -> x + 1)
                .thenAccept(results -> results.forEach(sum::addAndGet))
                .get();
        assertEquals(5, sum.get());
        final String message = pool.applyAsync(() -> half(5))
                .handle((_, failure) -> String.valueOf(failure.getCause().getMessage()))
                .get();
        assertEquals("5 is odd", message);
    }

    @Test
    void aFutureCanBeAskedForATimeOnly() throws Exception {
        try (Manager manager = manager()) {
            final SharedLatch go = manager.latch("go", 1);
            final Future<Integer> future = pool.submit(() -> {
                await(go);
                return 1;
            });
            assertThrows(TimeoutException.class, () -> future.get(10, TimeUnit.MILLISECONDS));
            go.countDown();
            assertEquals(1, future.get());
        }
    }

    @Test
    void aStreamOfNothingIsEmpty() {
        assertEquals(List.of(), pool.imap(List.<Integer>of(), x -> x, 1).toList());
        assertEquals(
                List.of(), pool.imapUnordered(List.<Integer>of(), x -> x, 5).toList());
    }

    @Test
    void functionsOfSeveralArgumentsGetThem() throws Exception {
        assertEquals(
                List.of("a1", "b2"),
                pool.starmap(List.of(Arguments.of("a", 1), Arguments.of("b", 2)), (letter, number) -> letter + number));
        assertEquals(List.of(6), pool.starmap(List.of(Arguments.of(1, 2, 3)), (a, b, c) -> a + b + c));
        assertEquals(List.of(10), pool.starmap(List.of(Arguments.of(1, 2, 3, 4)), (a, b, c, d) -> a + b + c + d));
        assertEquals(
                List.of("12345"),
                pool.starmapAsync(List.of(Arguments.of(1, 2, 3, 4, 5)), (a, b, c, d, e) -> "" + a + b + c + d + e)
                        .get());
        assertEquals(List.of(2), pool.starmap(List.<Object[]>of(new Object[] {"x", null}), array -> array.length));
    }

    @Test
    void arraysAreMappedAndReducedWhereTheyAre() throws Exception {
        try (Manager manager = manager()) {
            final SharedDoubleArray in = manager.doubleArray("in", 1001);
            final SharedDoubleArray out = manager.doubleArray("out", 1001);
            pool.forEachSlice(in, (slice, offset) -> {
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, (double) (offset + i));
                }
            });
            pool.mapInto(in, out, x -> 2 * x);
            assertEquals(1000 * 1001.0, pool.reduce(out, 0, Double::sum));
            assertEquals(2000.0, pool.reduce(out, Double.NEGATIVE_INFINITY, Math::max));
            final SharedLongArray longs = manager.longArray("longs", 3);
            pool.mapInto(longs, longs, x -> x + 5);
            assertEquals(15, pool.reduce(longs, 0, Long::sum));
            final SharedIntArray ints = manager.intArray("ints", 1001);
            ints.fill(3);
            final int factor = 7;
            pool.mapInto(ints.slice(1, 1001), ints.slice(1, 1001), x -> factor * x);
            assertEquals(3 + 1000 * 21, pool.reduce(ints, 0, Integer::sum));
            assertEquals(3, pool.reduce(ints, Integer.MAX_VALUE, Math::min));
            assertThrows(IllegalArgumentException.class, () -> pool.mapInto(in, in.slice(0, 1), x -> x));
            assertThrows(IllegalArgumentException.class, () -> pool.mapInto(ints, ints.slice(0, 1), x -> x));
        }
    }

    @Test
    void slicesCoverTheirArrayInOrder() throws Exception {
        try (Manager manager = manager()) {
            final SharedLongArray longs = manager.longArray("numbered", 101);
            pool.forEachSlice(longs, (slice, offset) -> {
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, offset + i);
                }
            });
            for (int slices : new int[] {1, 2, 7, 100, 101, 500}) {
                final List<String> ends = pool.mapSlices(
                        longs.slice(1, 101), slices, slice -> slice.get(0) + "-" + slice.get(slice.length() - 1));
                assertEquals(Math.min(slices, 100), ends.size());
                long next = 1;
                for (String each : ends) {
                    final String[] firstAndLast = each.split("-", 2);
                    assertEquals(next, Long.parseLong(firstAndLast[0]));
                    next = Long.parseLong(firstAndLast[1]) + 1;
                }
                assertEquals(101, next);
            }
            Refusal.of(IllegalArgumentException.class, () -> pool.mapSlices(longs, 0, slice -> 1), "slices is 0");
        }
    }

    @Test
    void aMapInPlaceIsRefusedWhereASliceMightBeDoneTwice() throws Exception {
        try (Manager manager = manager()) {
            final SharedLongArray array = manager.longArray("in place", 10);
            final ProcessPool retrying = pool.withRetries(1);
            for (SharedLongArray[] arrays : List.of(
                    new SharedLongArray[] {array, array},
                    new SharedLongArray[] {array.slice(0, 6), array.slice(4, 10)},
                    new SharedLongArray[] {array.slice(5, 6), array.slice(5, 6)})) {
                Refusal.of(
                        IllegalArgumentException.class,
                        () -> retrying.mapInto(arrays[0], arrays[1], x -> x + 1),
                        "retries is 1",
                        "withRetries(0)");
            }
            assertEquals(0, pool.reduce(array, 0, Long::sum));
            retrying.mapInto(array.slice(0, 5), array.slice(5, 10), x -> x + 1);
            assertEquals(5, pool.reduce(array, 0, Long::sum));
            retrying.withRetries(0).mapInto(array, array, x -> x + 1);
            assertEquals(15, pool.reduce(array, 0, Long::sum));
        }
    }

    @Test
    void aCancelledMapLeavesThePoolInOrder() throws Exception {
        try (Manager manager = manager()) {
            final SharedLatch go = manager.latch("go", 1);
            final CompletableFuture<List<Integer>> future = pool.mapAsync(
                    IntStream.range(0, 1000).boxed().toList(),
                    x -> {
                        await(go);
                        return x;
                    },
                    1,
                    done -> {});
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::get);
            go.countDown();
            assertEquals(7, pool.apply(() -> 7));
        }
    }

    @Test
    void aStreamKeepsTheOrderAndReadsItsSourceNoFurtherAheadThanItSays() {
        final AtomicInteger read = new AtomicInteger();
        final int chunk = 3;
        final int ahead = (2 * WORKERS + 1) * chunk;
        try (Stream<Integer> results =
                pool.imap(() -> IntStream.generate(read::getAndIncrement).iterator(), x -> 10 * x, chunk)) {
            final Iterator<Integer> iterator = results.iterator();
            for (int i = 0; i < 100; i++) {
                assertEquals(10 * i, iterator.next());
                assertTrue(read.get() <= i + 1 + ahead + chunk, read + " were read for " + i);
            }
        }
    }

    @Test
    void aStreamGoesOnAfterATaskThatFailed() {
        final Iterator<Integer> halves =
                pool.imap(List.of(2, 4, 5, 8), PoolCallsJvmTest::half, 1).iterator();
        assertEquals(1, halves.next());
        assertEquals(2, halves.next());
        assertInstanceOf(
                IllegalArgumentException.class,
                assertThrows(TaskException.class, halves::next).getCause());
        assertEquals(4, halves.next());
        assertFalse(halves.hasNext());
    }

    @Test
    void whatTheSourceThrowsComesAfterTheResultsOfWhatItGave() {
        final Iterator<Integer> source = IntStream.range(0, 10)
                .mapToObj(x -> {
                    if (x == 5) {
                        throw new IllegalStateException("the source is dry");
                    }
                    return x;
                })
                .iterator();
        final List<Integer> results = new ArrayList<>();
        final Iterator<Integer> iterator = pool.imap(() -> source, x -> x, 2).iterator();
        final IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> iterator.forEachRemaining(results::add));
        assertEquals("the source is dry", failure.getMessage());
        assertEquals(List.of(0, 1, 2, 3, 4), results);
    }

    @Test
    void whatTheSourceThrowsComesAfterAllResultsOutOfOrderToo() {
        for (int given : new int[] {0, 1, 5, 6}) {
            final Iterable<Integer> source = () -> IntStream.iterate(0, x -> x + 1)
                    .map(x -> 100 / (given - x) * 0 + x)
                    .iterator();
            final List<Integer> results = new ArrayList<>();
            final Iterator<Integer> iterator =
                    pool.imapUnordered(source, x -> x, 2).iterator();
            assertThrows(ArithmeticException.class, () -> iterator.forEachRemaining(results::add));
            assertEquals(
                    IntStream.range(0, given).boxed().toList(),
                    results.stream().sorted().toList());
            assertFalse(iterator.hasNext());
        }
    }

    @Test
    void anElementThatCannotTravelFailsAlone() {
        final Iterator<String> results = pool.<Object, String>imap(List.of(1, new Object(), 3), x -> "got " + x, 1)
                .iterator();
        assertEquals("got 1", results.next());
        assertTrue(
                assertThrows(CodecException.class, results::next).getMessage().contains("java.lang.Object"));
        assertEquals("got 3", results.next());
    }

    @Test
    void resultsOutOfOrderDoNotWaitForASlowOne() throws Exception {
        try (Manager manager = manager()) {
            final SharedLatch others = manager.latch("others", 5);
            final List<Integer> results = pool.imapUnordered(
                            () -> IntStream.range(0, 10).iterator(),
                            x -> {
                                if (x == 0) {
                                    await(others);
                                } else {
                                    others.countDown();
                                }
                                return x;
                            },
                            1)
                    .toList();
            assertEquals(IntStream.range(0, 10).boxed().collect(Collectors.toSet()), Set.copyOf(results));
            assertNotEquals(0, results.getFirst());
        }
    }

    @Test
    void itIsAnExecutorOfTasksThatCanTravel() throws Exception {
        assertEquals(3, pool.submit(() -> 1 + 2).get());
        assertNull(pool.submit(() -> {}).get());
        final List<SerializableCallable<Integer>> tasks = List.of(() -> 1, () -> half(3), () -> 3);
        final List<Future<Integer>> futures = pool.invokeAll(tasks);
        assertEquals(1, futures.get(0).get());
        assertThrows(ExecutionException.class, futures.get(1)::get);
        assertEquals(3, futures.get(2).get());
        assertEquals(7, pool.invokeAny(List.<SerializableCallable<Integer>>of(() -> half(1), () -> 7)));
        final List<SerializableCallable<Integer>> odd = List.of(() -> half(1), () -> half(3));
        assertThrows(ExecutionException.class, () -> pool.invokeAny(odd));
        final Callable<Integer> local = new Callable<>() {
            @Override
            public Integer call() {
                return 1;
            }
        };
        assertThrows(CodecException.class, () -> pool.submit(local));
    }

    @Test
    void whatIsExecutedRuns() throws Exception {
        try (Manager manager = manager()) {
            final SharedLatch done = manager.latch("done", 1);
            pool.execute((SerializableRunnable) done::countDown);
            done.await();
            assertEquals(0, done.getCount());
        }
    }

    @Test
    void whatAnExecutedTaskThrowsGoesToTheHandlerOfWhoGaveIt() throws Exception {
        final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        final Thread caller = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> thrown.complete(failure))
                .start(() -> pool.execute((SerializableRunnable) () -> half(1)));
        caller.join();
        assertInstanceOf(IllegalArgumentException.class, thrown.get().getCause());
    }

    @Test
    void whatIsNotDoneInTimeIsCancelled() throws Exception {
        try (Manager manager = manager()) {
            final SharedLatch go = manager.latch("go", 1);
            final List<SerializableCallable<Integer>> tasks = Arrays.asList(() -> 1, () -> {
                await(go);
                return 2;
            });
            final List<Future<Integer>> futures = pool.invokeAll(tasks, 100, TimeUnit.MILLISECONDS);
            assertTrue(futures.get(1).isCancelled());
            assertThrows(
                    TimeoutException.class, () -> pool.invokeAny(List.of(tasks.get(1)), 10, TimeUnit.MILLISECONDS));
            go.countDown();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void errorsAndUndeclaredExceptionsOfASourceComeAfterItsResultsToo() {
        for (Throwable thrown : List.of(new AssertionError("dry"), new IOException("dry"))) {
            final Iterable<Integer> source = () -> IntStream.iterate(0, x -> x + 1)
                    .peek(x -> {
                        if (x == 5) {
                            PoolCallsJvmTest.<RuntimeException>sneak(thrown);
                        }
                    })
                    .iterator();
            final List<Integer> results = new ArrayList<>();
            final Iterator<Integer> iterator = pool.imap(source, x -> x, 2).iterator();
            assertSame(thrown, assertThrows(Throwable.class, () -> iterator.forEachRemaining(results::add)));
            assertEquals(List.of(0, 1, 2, 3, 4), results);
            assertFalse(iterator.hasNext());
        }
    }
}
