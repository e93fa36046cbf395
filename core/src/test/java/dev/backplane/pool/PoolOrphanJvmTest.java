package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A JVM that is killed leaves no worker, no segment and no file, whatever its pool was at.
final class PoolOrphanJvmTest {
    private static final int WORKERS = 2;
    private static final int LONG = 1_000_000;

    @TempDir
    private Path directory;

    /// What a pool is at.
    enum State {
        STARTING {
            @Override
            void enter(ProcessPool pool) {
                Eventually.holds("there are workers", () -> pool.workers().size() == WORKERS);
            }
        },
        IDLE {
            @Override
            void enter(ProcessPool pool) throws Exception {
                Eventually.holds("all are ready", () -> pool.workers().stream().allMatch(WorkerStatus::ready));
                assertEquals(1, pool.apply(() -> 1));
            }
        },
        MAPPING {
            @Override
            void enter(ProcessPool pool) throws Exception {
                final var _ =
                        pool.mapAsync(IntStream.range(0, 1000).boxed().toList(), PoolOrphanJvmTest::spin, 1, _ -> {});
                awaitBusy(pool);
            }
        },
        STREAMING {
            @Override
            void enter(ProcessPool pool) throws Exception {
                final Iterable<Integer> endless = () -> Stream.generate(() -> 1).iterator();
                Thread.ofPlatform()
                        .daemon()
                        .start(() ->
                                pool.imap(endless, x -> new byte[1 << 20], 1).forEach(_ -> {}));
                awaitBusy(pool);
            }
        },
        SORTING {
            @Override
            void enter(ProcessPool pool) throws Exception {
                final Manager manager = Manager.anonymous("sorted", SegmentOptions.defaults());
                final SharedLongArray array = manager.longArray("array", LONG);
                array.copyFrom(0, new Random(1).longs(LONG).toArray(), 0, LONG);
                Thread.ofPlatform().daemon().start(() -> sortForEver(pool, array));
                awaitBusy(pool);
            }
        },
        REPLACING {
            @Override
            void enter(ProcessPool pool) throws Exception {
                assertEquals(1, pool.apply(() -> 1));
                final var _ = pool.mapAsync(
                        List.of(1, 2, 3, 4),
                        x -> {
                            Runtime.getRuntime().halt(3);
                            return x;
                        },
                        1,
                        _ -> {});
            }
        },
        ENDING {
            @Override
            void enter(ProcessPool pool) throws Exception {
                final var _ = pool.applyAsync(() -> spin(0));
                awaitBusy(pool);
                Thread.ofPlatform().daemon().start(pool::close);
            }
        };

        abstract void enter(ProcessPool pool) throws Exception;
    }

    private static int spin(int x) {
        while (x >= 0) {
            Thread.onSpinWait();
        }
        return x;
    }

    private static void awaitBusy(ProcessPool pool) {
        Eventually.holds(
                "a worker is at something", () -> pool.workers().stream().anyMatch(worker -> worker.tasksHeld() > 0));
    }

    private static void sortForEver(ProcessPool pool, SharedLongArray array) {
        try {
            while (true) {
                pool.parallelSort(array);
                array.set(0, Long.MAX_VALUE);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A JVM with a pool in some state.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            final ProcessPool pool = ProcessPool.builder()
                    .workers(WORKERS)
                    .errorDirectory(Path.of(System.getProperty("java.io.tmpdir")))
                    .start();
            State.valueOf(arguments[0]).enter(pool);
            System.out.println("entered");
            System.in.read();
        }
    }

    /// A program that has a pool after that.
    static final class Next {
        private Next() {}

        public static void main(String[] arguments) throws Exception {
            try (ProcessPool pool = ProcessPool.of(1)) {
                assertEquals(1, pool.apply(() -> 1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aKillLeavesNothing(State state) throws Exception {
        final List<ProcessHandle> children = new ArrayList<>();
        final long pid;
        try (Jvm parent = Jvm.fork(List.of("-Djava.io.tmpdir=" + directory), Parent.class, state.name())) {
            pid = parent.pid();
            parent.expect("entered");
            Eventually.holds("it has children", () -> {
                children.clear();
                ProcessHandle.of(pid).orElseThrow().descendants().forEach(children::add);
                return !children.isEmpty();
            });
            assertTrue(pools(pid) > 0 || files() > 0, "its pool can be seen");
            parent.kill();
        }
        Eventually.holds(
                "no worker is left of " + children, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        Eventually.holds("its pool is gone", () -> pools(pid) == 0);
        if (files() > 0) { // Where segments are files, the next program deletes those of the dead.
            try (Jvm next = Jvm.fork(List.of("-Djava.io.tmpdir=" + directory), Next.class)) {
                assertEquals(0, next.waitForExit());
            }
        }
        Eventually.holds("no file is left in " + directory, () -> files() == 0);
    }

    private static long pools(long pid) {
        try {
            return PoolStatus.onThisHost().stream()
                    .filter(pool -> pool.pid() == pid)
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long files() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
