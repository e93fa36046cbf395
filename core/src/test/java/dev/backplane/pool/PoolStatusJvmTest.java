package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.shm.SegmentDoctor;
import dev.backplane.store.Finding;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentFormatException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What can be seen of a pool from outside.
final class PoolStatusJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static Optional<PoolStatus> seen(String name) {
        try {
            return PoolStatus.onThisHost().stream()
                    .filter(pool -> pool.name().equals(name))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPoolIsSeenFromOutsideForAsLongAsItLives() throws Exception {
        final String name = "seen-" + ProcessHandle.current().pid();
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                ProcessPool pool =
                        ProcessPool.builder().workers(1).retries(1).name(name).start()) {
            assertEquals(List.of(2, 3, 4), pool.map(List.of(1, 2, 3), x -> x + 1, 1, done -> {}));
            assertThrows(
                    TaskException.class,
                    () -> pool.apply(() -> {
                        throw new IllegalStateException("no");
                    }));
            final WorkerStatus idle = pool.workers().getFirst();
            assertEquals(4, idle.tasksDone());
            assertEquals(1, idle.tasksFailed());
            assertTrue(idle.startUp().isPositive(), idle.toString());
            assertEquals(WorkerState.IDLE, idle.state());
            final SharedEvent begun = manager.event("begun");
            final SharedEvent over = manager.event("over");
            final CompletableFuture<Integer> result = pool.applyAsync(() -> {
                begun.set();
                over.await(1, TimeUnit.MINUTES); // Or else the pool would wait for it where this test fails.
                return 7;
            });
            begun.await();
            Eventually.holds(
                    "it is seen at its task, and its heap",
                    () -> seen(name).orElseThrow().workers().stream()
                            .anyMatch(worker -> worker.state() == WorkerState.BUSY
                                    && worker.heapUsedBytes() > 0
                                    && worker.tasksHeld() == 1));
            assertEquals(ProcessHandle.current().pid(), seen(name).orElseThrow().pid());
            assertEquals(List.of(), checked(), "a pool that is at work is healthy");
            assertTrue(ProcessHandle.of(idle.pid()).orElseThrow().destroyForcibly());
            Eventually.holds(
                    "the replacement is seen in the same place, and begins anew",
                    () -> seen(name).orElseThrow().workers().stream()
                            .anyMatch(worker -> worker.number() == 2 && worker.tasksDone() == 0));
            over.set();
            assertEquals(7, result.get());
            final PoolStatus last = seen(name).orElseThrow();
            assertEquals(1, last.workers().size());
            assertEquals(1, last.workers().getFirst().tasksDone());
            assertEquals(5, last.tasksDone());
            assertEquals(1, last.tasksFailed());
            assertTrue(last.workers().getFirst().busy().compareTo(Duration.ZERO) > 0);
        }
        assertEquals(Optional.empty(), seen(name));
    }

    @Test
    void theHeapOfALongTaskIsSeenAfterALongIdleTime() throws Exception {
        final int bytes = 40_000_000;
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                ProcessPool pool = ProcessPool.builder().workers(1).start()) {
            assertEquals(1, pool.apply(() -> 1));
            Eventually.holds(
                    "nobody measures any more",
                    () -> pool.workers().getFirst().idle().toNanos() > 3 * WorkerMeter.LONG_IDLE_NANOS);
            assertTrue(pool.workers().getFirst().heapUsedBytes() < bytes);
            final SharedEvent over = manager.event("over");
            final CompletableFuture<Integer> length = pool.applyAsync(() -> {
                final byte[] held = new byte[bytes];
                over.await(1, TimeUnit.MINUTES);
                return held.length;
            });
            Eventually.holds("its heap is seen", () -> pool.workers().getFirst().heapUsedBytes() >= bytes);
            over.set();
            assertEquals(bytes, length.get());
        }
    }

    /// What is wrong with this process's pools.
    private static List<Finding> checked() throws IOException {
        final List<Finding> found = new ArrayList<>();
        for (SegmentView view : SegmentView.anonymous(PoolInsights.SEGMENT_LABEL)) {
            try (view) {
                if (PoolStatus.in(view)
                        .filter(pool -> pool.pid() == ProcessHandle.current().pid())
                        .isPresent()) {
                    found.addAll(SegmentDoctor.look(view.path(), new InsightsCheck()));
                }
            }
        }
        return found;
    }

    private void refused(String words, int bytes, byte... begin) throws IOException {
        final Path path = directory.resolve("segment-" + words.hashCode());
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            manager.byteArray(InsightsLayout.NAME, bytes).copyFrom(0, begin, 0, begin.length);
            try (SegmentView view = SegmentView.open(path)) {
                final SegmentException refusal = assertThrows(SegmentFormatException.class, () -> PoolStatus.in(view));
                assertTrue(String.valueOf(refusal.getMessage()).contains(words), refusal.toString());
            }
        }
    }

    @Test
    void bytesThatMakeNoSenseAreRefusedWithTheirValues() throws Exception {
        refused("64 bytes", 64);
        refused("version 9", 128, (byte) 9);
        refused("0 places", 128, (byte) 1);
        refused("2 places in 256 bytes", 256, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 2);
    }

    @Test
    void aSegmentWithoutAPoolHasNone() throws Exception {
        final Path path = directory.resolve("other");
        final List<MemorySegment> bytes = new ArrayList<>();
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            manager.longValue("counter");
            try (SegmentView view = SegmentView.open(path)) {
                assertEquals(Optional.empty(), PoolStatus.in(view));
                bytes.add(view.bytes(view.entries().getFirst()));
                assertEquals(8, bytes.getFirst().byteSize());
            }
            assertThrows(
                    IllegalStateException.class,
                    () -> bytes.getFirst().asByteBuffer().get());
        }
    }
}
