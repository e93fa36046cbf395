package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Shared arrays sorted by workers, some of which are killed.
final class ParallelSortJvmTest {
    /// Long enough for workers to take part, and to be killed before they are done.
    private static final int LONG = 1_000_001;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static SharedLongArray randomLongs(Manager manager, String name, Random random) throws IOException {
        final SharedLongArray array = manager.longArray(name, LONG);
        array.copyFrom(0, random.longs(LONG).toArray(), 0, LONG);
        return array;
    }

    private static void checkSorted(Seed seed, long[] before, SharedLongArray array) {
        Arrays.sort(before);
        assertArrayEquals(before, array.toArray(), seed::toString);
    }

    @Test
    void arraysOfAllTypesAndLengthsAreSortedAndTheMemoryBesidesIsGivenBack() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.of(2)) {
            for (int length : new int[] {1, 2, 3, 1001}) {
                final SharedDoubleArray array = manager.doubleArray("doubles-" + length, length);
                final double[] doubles = random.doubles(length, -1, 1)
                        .map(x -> x > 0.9 ? Double.NaN : x > 0.8 ? -0.0 : x > 0.7 ? 0.0 : x)
                        .toArray();
                array.copyFrom(0, doubles, 0, length);
                new ParallelSort(pool).sort(array, SortKind.DOUBLES, 7);
                Arrays.sort(doubles);
                assertArrayEquals(doubles, array.toArray(), 0, seed::toString);
            }
            final SharedIntArray ints = manager.intArray("ints", 70_001);
            final int[] expected = random.ints(70_001).toArray();
            ints.copyFrom(0, expected, 0, expected.length);
            pool.parallelSort(ints.slice(1, 70_000));
            Arrays.sort(expected, 1, 70_000);
            assertArrayEquals(expected, ints.toArray(), seed::toString);

            final SharedLongArray longs = randomLongs(manager, "longs", random);
            final long[] before = longs.toArray();
            pool.parallelSort(longs);
            checkSorted(seed, before, longs);
            // Mappings last until their JVM collects garbage, but what they map has no pages any more.
            assertTrue(pool.apply(ParallelSortJvmTest::scratchKib) < longs.byteLength() / 1024);
            assertTrue(scratchKib() < longs.byteLength() / 1024);
        }
    }

    /// How much of a sort's memory this process still has, in KiB, where the system tells.
    private static long scratchKib() {
        final Path maps = Path.of("/proc/self/smaps");
        if (Files.notExists(maps)) {
            return 0;
        }
        long kib = 0;
        boolean counts = false;
        try {
            for (String line : Files.readAllLines(maps)) {
                if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                    counts = line.contains("backplane-sort");
                } else if (counts && line.startsWith("Rss:")) {
                    kib += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kib;
    }

    private static long tasksDone(ProcessPool pool) {
        try {
            return pool.status().tasksDone();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kills a worker that is at something, once the pool has done so many tasks; none if the sort is over before.
    ///
    /// @return whether one was killed
    private static boolean killOneAfter(ProcessPool pool, long tasks, Future<?> sort) {
        final AtomicBoolean killed = new AtomicBoolean();
        Eventually.holds("a worker was killed at its task, or the sort is over", () -> {
            killed.set(tasksDone(pool) >= tasks
                    && pool.workers().stream()
                            .filter(worker -> worker.tasksHeld() > 0)
                            .findFirst()
                            .flatMap(worker -> ProcessHandle.of(worker.pid()))
                            .map(ProcessHandle::destroyForcibly)
                            .orElse(false));
            return killed.get() || sort.isDone();
        });
        return killed.get();
    }

    static Future<?> sorting(java.util.concurrent.ExecutorService threads, ProcessPool pool, SharedLongArray a) {
        return threads.submit(() -> {
            pool.parallelSort(a);
            return true;
        });
    }

    @Test
    void workersKilledWhileTheySortRunsAndWhileTheyMergeChangeNothing() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.of(2);
                var threads = Executors.newSingleThreadExecutor()) {
            final SharedLongArray array = manager.longArray("array", LONG);
            for (int tasks : new int[] {1, 4, pool.tasksByDefault() + 1}) {
                boolean killed = false;
                while (!killed) { // A sort may be too quick for it.
                    final long[] before = random.longs(LONG).toArray();
                    array.copyFrom(0, before, 0, LONG);
                    final long doneBefore = tasksDone(pool);
                    final Future<?> sorted = sorting(threads, pool, array);
                    killed = killOneAfter(pool, doneBefore + tasks, sorted);
                    sorted.get();
                    checkSorted(seed, before, array);
                }
            }
        }
    }

    @Test
    void aSortThatFailsLeavesTheArrayAsItWas() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.builder().workers(2).start();
                var threads = Executors.newSingleThreadExecutor()) {
            final SharedLongArray array =
                    randomLongs(manager, "array", Seed.fresh().random());
            final long[] before = array.toArray();
            Throwable failure = null;
            while (failure == null) { // A sort may be too quick for it.
                array.copyFrom(0, before, 0, before.length);
                final Future<?> failing = sorting(threads, pool, array);
                killOneAfter(pool, tasksDone(pool) + 1, failing);
                while (!failing.isDone()) { // More often than a sort tries again.
                    pool.workers()
                            .forEach(one -> ProcessHandle.of(one.pid()).ifPresent(ProcessHandle::destroyForcibly));
                    Thread.onSpinWait();
                }
                failure = failing.state() == Future.State.FAILED ? failing.exceptionNow() : null;
            }
            assertInstanceOf(WorkerDiedException.class, failure);
            assertArrayEquals(before, array.toArray());
        }
    }
}
