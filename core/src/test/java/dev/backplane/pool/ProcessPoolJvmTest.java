package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedLong;
import dev.backplane.codec.CodecException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullUnmarked // Null elements and results are part of what is tested.
final class ProcessPoolJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void mapKeepsTheOrder() throws Exception {
        try (ProcessPool pool = ProcessPool.of(2)) {
            final List<Integer> expected =
                    numbers(10_000).stream().map(x -> x * x).toList();
            assertEquals(expected, pool.map(numbers(10_000), x -> x * x));
            assertEquals(expected, pool.map(numbers(10_000), x -> x * x, 7, done -> {}));
        }
    }

    @Test
    void mapOfNothingIsNothing() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            assertEquals(List.of(), pool.map(List.<Integer>of(), x -> x + 1));
        }
    }

    @Test
    void nullElementsAndResultsPass() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            assertEquals(
                    Arrays.asList("null", null),
                    pool.map(Arrays.asList(null, "x"), x -> x == null ? String.valueOf(x) : null));
        }
    }

    @Test
    void workersAreOtherProcessesAndAllTakePart() throws Exception {
        final Set<Long> pids = ConcurrentHashMap.newKeySet();
        try (ProcessPool pool = ProcessPool.of(2);
                Manager manager = manager()) {
            final SharedLong arrived = manager.longValue("arrived");
            pool.map(
                    numbers(2),
                    x -> {
                        arrived.incrementAndGet();
                        while (arrived.get() < 2) {
                            Thread.onSpinWait();
                        }
                        return x;
                    },
                    1,
                    done -> pids.add(done.pid()));
        }
        assertEquals(2, pids.size());
        assertFalse(pids.contains(ProcessHandle.current().pid()));
    }

    @Test
    void slicesOfSharedMemoryAreMappedInPlace() throws Exception {
        try (ProcessPool pool = ProcessPool.of(2);
                Manager manager = manager()) {
            final SharedDoubleArray array = manager.doubleArray("numbers", 1001);
            final SharedLong calls = manager.longValue("calls");
            final List<Long> lengths = pool.mapSlices(array, 7, slice -> {
                calls.incrementAndGet();
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, 2.0);
                }
                return slice.length();
            });
            assertEquals(1001, lengths.stream().mapToLong(x -> x).sum());
            assertEquals(7, calls.get());
            final double[] expected = new double[1001];
            Arrays.fill(expected, 2.0);
            assertArrayEquals(expected, array.toArray());
        }
    }

    @Test
    void elementsAndResultsLargerThanTheRingsPass() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final byte[] large = new byte[5_000_000];
            Arrays.fill(large, (byte) 7);
            final List<byte[]> back = pool.map(List.of(large, new byte[0], large), bytes -> bytes);
            assertArrayEquals(large, back.get(0));
            assertEquals(0, back.get(1).length);
            assertArrayEquals(large, back.get(2));
        }
    }

    @Test
    void exceptionsArriveWithTheirRemoteTrace() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final TaskException failed =
                    assertThrows(TaskException.class, () -> pool.map(numbers(3), ProcessPoolJvmTest::refuseTwo));
            final Throwable cause = failed.getCause();
            assertInstanceOf(IllegalArgumentException.class, cause);
            assertNotNull(cause);
            assertEquals("no twos", cause.getMessage());
            assertTrue(Arrays.stream(cause.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("refuseTwo")));
            assertEquals(numbers(3), pool.map(numbers(3), x -> x));
        }
    }

    private static int refuseTwo(int x) {
        if (x == 2) {
            throw new IllegalArgumentException("no twos");
        }
        return x;
    }

    @Test
    void exceptionsThatCannotBeSerializedArriveAsText() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final TaskException failed = assertThrows(
                    TaskException.class,
                    () -> pool.map(numbers(1), x -> {
                        throw new Unserializable();
                    }));
            assertTrue(String.valueOf(failed.getCause()).contains("Unserializable: sorry"), failed::toString);
        }
    }

    @SuppressWarnings("serial")
    private static final class Unserializable extends RuntimeException {
        @SuppressWarnings("unused")
        private final Thread thread = Thread.currentThread();

        Unserializable() {
            super("sorry");
        }
    }

    @Test
    void unserializableFunctionsElementsAndResultsNameTheClass() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final Object lock = new Object();
            Refusal.of(CodecException.class, () -> pool.map(numbers(1), x -> lock.hashCode() + x), "java.lang.Object");
            Refusal.of(CodecException.class, () -> pool.map(List.of(lock), x -> 1), "java.lang.Object");
            Refusal.of(TaskException.class, () -> pool.map(numbers(1), x -> new Object()), "java.lang.Object");
            assertEquals(numbers(2), pool.map(numbers(2), x -> x));
        }
    }

    @Test
    void workOfAKilledWorkerIsDoneByOthers() throws Exception {
        try (ProcessPool pool = ProcessPool.builder().workers(2).retries(1).start();
                Manager manager = manager()) {
            final SharedLong begun = manager.longValue("begun");
            final CountDownLatch oneBegan = new CountDownLatch(1);
            try (var threads = Executors.newSingleThreadExecutor()) {
                final var result = threads.submit(() -> pool.map(
                        numbers(6),
                        x -> {
                            // The first to come holds its worker until that is killed; nobody else ever waits.
                            if (begun.getAndIncrement() == 0) {
                                while (true) {
                                    Thread.onSpinWait();
                                }
                            }
                            return x + 1;
                        },
                        1,
                        done -> oneBegan.countDown()));
                oneBegan.await();
                Eventually.holds(
                        "all tasks but those of the stuck worker are done",
                        () -> pool.workers().stream()
                                .anyMatch(
                                        worker -> worker.ready() && worker.tasksHeld() > 0 && worker.tasksDone() == 0));
                final WorkerStatus stuck = pool.workers().stream()
                        .filter(worker -> worker.tasksDone() == 0)
                        .findFirst()
                        .orElseThrow();
                assertTrue(ProcessHandle.of(stuck.pid()).orElseThrow().destroyForcibly());
                assertEquals(List.of(1, 2, 3, 4, 5, 6), result.get());
            }
            Eventually.holds(
                    "the killed worker is replaced",
                    () -> pool.workers().size() == 2 && pool.workers().stream().allMatch(WorkerStatus::ready));
        }
    }

    @Test
    void whatEndsItsWorkerIsTriedAgainOnlyWhereThatWasAskedFor() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1);
                Manager manager = manager()) {
            final SharedLong tries = manager.longValue("tries");
            final SerializableCallable<Long> endsItsFirstWorker = () -> {
                if (tries.incrementAndGet() == 1) {
                    Runtime.getRuntime().halt(3);
                }
                return tries.get();
            };
            assertThrows(WorkerDiedException.class, () -> pool.apply(endsItsFirstWorker));
            assertEquals(1, tries.get());
            tries.set(0);
            assertEquals(2, pool.withRetries(1).apply(endsItsFirstWorker));
            tries.set(0);
            assertThrows(WorkerDiedException.class, () -> pool.apply(endsItsFirstWorker));
            Refusal.of(IllegalArgumentException.class, () -> pool.withRetries(-1), "-1");
        }
    }

    @Test
    void aBuilderThatIsUsedAgainChangesNoPoolThatItHasStarted() throws Exception {
        final PoolBuilder builder = ProcessPool.builder().workers(1).jvmOptions("-Dbuilt=first");
        try (ProcessPool pool = builder.start()) {
            builder.jvmOptions("-Dbuilt=second").retries(7);
            final long pid = pool.apply(() -> ProcessHandle.current().pid());
            assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
            Eventually.holds("it is replaced", () -> pool.workers().stream().anyMatch(one -> one.number() == 2));
            assertEquals("first", pool.apply(() -> System.getProperty("built")));
        }
    }

    @Test
    void aSliceWhoseWorkerIsKilledHalfWayIsDoneByAnother() throws Exception {
        try (ProcessPool pool = ProcessPool.builder().workers(2).retries(1).start();
                Manager manager = manager();
                var threads = Executors.newSingleThreadExecutor()) {
            final SharedDoubleArray array = manager.doubleArray("a", 1000);
            final SharedLong stuck = manager.longValue("stuck");
            final var sums = threads.submit(() -> pool.mapSlices(array, 4, slice -> {
                double sum = 0;
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, 2);
                    sum += slice.get(i);
                    // The first to come this far says who it is, and waits half way through its slice for its
                    // end.
                    if (i == slice.length() / 2
                            && stuck.compareAndSet(0, ProcessHandle.current().pid())) {
                        while (true) {
                            Thread.onSpinWait();
                        }
                    }
                }
                return sum;
            }));
            Eventually.holds("a worker is half way", () -> stuck.get() != 0);
            assertTrue(ProcessHandle.of(stuck.get()).orElseThrow().destroyForcibly());
            assertEquals(List.of(500.0, 500.0, 500.0, 500.0), sums.get());
            assertArrayEquals(DoubleStream.generate(() -> 2).limit(1000).toArray(), array.toArray());
        }
    }

    @Test
    void anElementThatKillsEveryWorkerFailsTheMapOnly() throws Exception {
        try (ProcessPool pool = ProcessPool.builder().workers(1).retries(1).start()) {
            final WorkerDiedException died = assertThrows(
                    WorkerDiedException.class,
                    () -> pool.map(numbers(2), x -> {
                        System.err.println("last words");
                        Runtime.getRuntime().halt(42);
                        return x;
                    }));
            assertEquals(42, died.exitCode());
            assertTrue(String.valueOf(died.getMessage()).contains("last words"), died::toString);
            assertEquals(numbers(2), pool.map(numbers(2), x -> x));
        }
    }

    @Test
    void outOfMemoryEndsTheWorkerAndIsReported() throws Exception {
        try (ProcessPool pool =
                ProcessPool.builder().workers(1).retries(0).heap(32 << 20).start()) {
            Refusal.of(
                    WorkerDiedException.class, () -> pool.map(numbers(1), x -> hoard()), "java.lang.OutOfMemoryError");
            assertEquals(numbers(1), pool.map(numbers(1), x -> x));
        }
    }

    private static int hoard() {
        final List<long[]> hoard = new ArrayList<>();
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new long[1 << 20]);
        }
        return hoard.size();
    }

    @Test
    void workersThatCannotStartAreReportedWithTheirWords() throws Exception {
        try (ProcessPool pool = ProcessPool.builder()
                .workers(2)
                .jvmOptions("-XX:NoSuchOption=1")
                .start()) {
            Refusal.of(WorkerDiedException.class, () -> pool.map(numbers(1), x -> x), "NoSuchOption");
        }
    }

    @Test
    void workersEndWithTheirParent() throws Exception {
        try (Jvm parent = Jvm.fork(PoolParent.class)) {
            final long worker = Long.parseLong(parent.expectAfter("worker "));
            assertTrue(ProcessHandle.of(worker).isPresent());
            parent.kill();
            Eventually.holds(
                    "the worker has ended with its parent",
                    () -> !ProcessHandle.of(worker).map(ProcessHandle::isAlive).orElse(false));
        }
    }

    /// A JVM with a pool, which it never closes.
    static final class PoolParent {
        private PoolParent() {}

        public static void main(String[] arguments) throws Exception {
            final ProcessPool pool = ProcessPool.of(1);
            final List<Long> pids =
                    pool.map(List.of(1), x -> ProcessHandle.current().pid());
            System.out.println("worker " + pids.getFirst());
            System.in.read();
        }
    }

    @Test
    void closedPoolsRefuse() throws Exception {
        final ProcessPool pool = ProcessPool.of(1);
        assertEquals(numbers(3), pool.map(numbers(3), x -> x));
        pool.close();
        pool.close();
        assertThrows(IllegalStateException.class, () -> pool.map(numbers(1), x -> x));
    }

    @Test
    void terminateFailsWhatIsUnderWay() throws Exception {
        final ProcessPool pool = ProcessPool.of(1);
        final CountDownLatch begun = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            final var result = threads.submit(() -> pool.map(
                    numbers(2),
                    x -> {
                        while (x == 1) {
                            Thread.onSpinWait();
                        }
                        return x;
                    },
                    1,
                    done -> begun.countDown()));
            begun.await();
            pool.terminate();
            final var failed = assertThrows(java.util.concurrent.ExecutionException.class, result::get);
            assertTrue(String.valueOf(failed.getCause()).contains("terminated"), failed::toString);
        }
    }

    @Test
    void absurdCountsAreRefused() {
        Refusal.of(IllegalArgumentException.class, () -> ProcessPool.of(0), "0");
        Refusal.of(IllegalArgumentException.class, () -> ProcessPool.of(-3), "-3");
        Refusal.of(IllegalArgumentException.class, () -> ProcessPool.of(1_000_000), "1000000");
        Refusal.of(IllegalArgumentException.class, () -> ProcessPool.builder().retries(-1), "-1");
    }

    @Test
    void threadsMapAtOnce() throws Exception {
        try (ProcessPool pool = ProcessPool.of(2);
                var threads = Executors.newFixedThreadPool(4)) {
            final var results = Collections.nCopies(4, 0).stream()
                    .map(i -> threads.submit(() -> pool.map(numbers(500), x -> x + 1)))
                    .toList();
            for (var result : results) {
                assertEquals(IntStream.rangeClosed(1, 500).boxed().toList(), result.get());
            }
        }
    }
}
