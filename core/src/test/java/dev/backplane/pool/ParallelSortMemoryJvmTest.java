package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What a sort that does not come to its end has of the machine's memory afterwards, as Linux counts it.
@EnabledOnOs(OS.LINUX)
final class ParallelSortMemoryJvmTest {
    private static final int LONG = 1_000_000;

    /// The memory of a sort that is under way in this JVM, held open.
    private static Optional<FileChannel> openScratch() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open.toList()) {
                if (isScratch(descriptor)) {
                    return Optional.of(FileChannel.open(descriptor));
                }
            }
        } catch (IOException e) {
            return Optional.empty(); // It has ended meanwhile.
        }
        return Optional.empty();
    }

    private static boolean isScratch(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("backplane-sort");
        } catch (IOException e) {
            return false; // A descriptor that is closed by now.
        }
    }

    /// How many blocks the memory has that this JVM holds open, as the kernel counts them.
    private static long scratchBlocks() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(ParallelSortMemoryJvmTest::isScratch)
                    .map(Path::getFileName)
                    .mapToLong(ParallelSortMemoryJvmTest::blocks)
                    .max()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The blocks of an open file, or none if it is closed meanwhile.
    private static long blocks(Path descriptor) {
        try {
            final String own = Path.of(
                            "/proc", Long.toString(ProcessHandle.current().pid()), "fd")
                    .resolve(descriptor)
                    .toString();
            final Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", own).start();
            final String said = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            return said.isEmpty() ? 0 : Long.parseLong(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A sort that ends as `end` says, and what it had of the machine's memory afterwards. A sort may be too quick for
    /// that: then there is another one.
    ///
    /// @param end ends it; whether it did
    private void checkMemoryOfASortThat(BiPredicate<ProcessPool, Future<?>> end) throws Exception {
        try (Manager manager = Manager.anonymous("sorted", SegmentOptions.defaults());
                ProcessPool pool = ProcessPool.of(2);
                var threads = Executors.newSingleThreadExecutor()) {
            final SharedLongArray array = manager.longArray("array", 4L * LONG);
            array.copyFrom(0, Seed.fresh().random().longs(4 * LONG).toArray(), 0, 4 * LONG);
            boolean ended = false;
            while (!ended) {
                final Future<?> sorting = ParallelSortJvmTest.sorting(threads, pool, array);
                final AtomicReference<FileChannel> kept = new AtomicReference<>();
                Eventually.holds("there is a sort", () -> {
                    openScratch().ifPresent(kept::set);
                    return kept.get() != null || sorting.isDone();
                });
                try (FileChannel scratch = kept.get()) {
                    if (scratch == null) {
                        continue;
                    }
                    assertTrue(scratch.isOpen());
                    Eventually.holds("it has memory", () -> scratchBlocks() > 10_000 || sorting.isDone());
                    ended = end.test(pool, sorting);
                    // All that it still does is done before the next one begins.
                    assertEquals(5, threads.submit(() -> 5).get(1, TimeUnit.MINUTES));
                    // A header, some ends of pages: of 128 MiB.
                    Eventually.holds("it has given its memory back", () -> scratchBlocks() < 5_000);
                }
            }
            assertEquals(7, pool.apply(() -> 7));
        }
    }

    /// A worker that has written its runs and is killed with them.
    static final class Attached {
        private Attached() {}

        public static void main(String[] arguments) throws Exception {
            try (SortScratch scratch = SortScratch.attach(SegmentHandle.parse(arguments[0]), LONG)) {
                scratch.runs().fill((byte) 1);
                System.out.println("written");
                System.in.read();
            }
        }
    }

    @Test
    void whatAKilledWorkerStillUsedIsGivenBackToo() throws Exception {
        final SortScratch scratch = SortScratch.create(LONG);
        try (FileChannel kept = openScratch().orElseThrow();
                Jvm worker = Jvm.fork(Attached.class, scratch.handle().toString())) {
            worker.expect("written");
            final long full = scratchBlocks();
            worker.kill();
            scratch.close();
            assertTrue(kept.isOpen() && scratchBlocks() <= full - 2 * LONG / 512 + 100, "of " + full + " blocks");
        }
    }

    @Test
    void aSortThatIsCancelledGivesItsMemoryBack() throws Exception {
        checkMemoryOfASortThat((pool, sorting) -> sorting.cancel(true));
    }

    @Test
    void aSortThatFailsGivesItsMemoryBack() throws Exception {
        checkMemoryOfASortThat((pool, sorting) -> {
            while (!sorting.isDone()) { // Those that start are left alone, or the pool would give up.
                pool.workers().stream()
                        .filter(one -> one.tasksHeld() > 0)
                        .forEach(one -> ProcessHandle.of(one.pid()).ifPresent(ProcessHandle::destroyForcibly));
                Thread.onSpinWait();
            }
            return sorting.state() == Future.State.FAILED;
        });
    }
}
