package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableIntUnaryOperator;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kills in each state: of workers, of the JVM with the pool, and by the pool.
final class PoolKillJvmTest {
    private static final int LARGE = 8 << 20;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static byte[] large() {
        final byte[] bytes = new byte[LARGE];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    private static int spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static long onlyWorker(ProcessPool pool) {
        Eventually.holds("there is a worker", () -> pool.workers().size() == 1);
        return pool.workers().getFirst().pid();
    }

    private static void kill(long pid) {
        assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
    }

    @Test
    void aWorkerThatIsKilledInAnyStateIsReplaced() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.of(1)) {
            kill(onlyWorker(pool)); // It has barely begun to start.
            final long idle = pool.apply(() -> ProcessHandle.current().pid());
            kill(idle);
            assertTrue(idle != pool.apply(() -> ProcessHandle.current().pid()));
            final SharedLong sending = manager.longValue("sending");
            for (int round = 0; round < 3; round++) {
                sending.set(0);
                final CompletableFuture<byte[]> result = pool.withRetries(1).applyAsync(() -> {
                    final byte[] bytes = large();
                    sending.compareAndSet(0, ProcessHandle.current().pid());
                    return bytes;
                });
                Eventually.holds("a result is on its way", () -> sending.get() != 0);
                final long killed = sending.get();
                ProcessHandle.of(killed).ifPresent(ProcessHandle::destroyForcibly);
                assertArrayEquals(large(), result.get());
                // If its result had come already: the next task must not be given to a worker that is dead by now.
                Eventually.holds(
                        "it is replaced", () -> pool.workers().stream().noneMatch(worker -> worker.pid() == killed));
            }
        }
    }

    @Test
    void aWorkerThatIsKilledWithinASliceLosesNoneOfItsElements() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.of(2)) {
            final int length = 100_003;
            final int middle = 50_001;
            final SharedDoubleArray in = manager.doubleArray("in", length);
            final SharedDoubleArray out = manager.doubleArray("out", length);
            final double[] elements =
                    IntStream.range(0, length).asDoubleStream().toArray();
            in.copyFrom(0, elements, 0, length);
            final SharedLong at = manager.longValue("at");
            final var mapped = CompletableFuture.runAsync(() -> {
                try {
                    pool.withRetries(1).mapInto(in, out, x -> {
                        if (x == middle
                                && at.compareAndSet(0, ProcessHandle.current().pid())) {
                            spin();
                        }
                        return 2 * x + 1;
                    });
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Eventually.holds("a worker is at an element", () -> at.get() != 0);
            kill(at.get());
            mapped.get();
            assertArrayEquals(Arrays.stream(elements).map(x -> 2 * x + 1).toArray(), out.toArray());
        }
    }

    @Test
    void aWorkerThatIsKilledInLoopsOfADistanceLosesNoElement() throws Exception {
        final int length = 3 << 23;
        final int middle = length / 2 + 1;
        final long disarmed = -1;
        try (Manager manager = Manager.anonymous(
                        "distance", SegmentOptions.defaults().withSize(2L * length * Integer.BYTES + (1 << 20)));
                ProcessPool pool = ProcessPool.of(1)) {
            final SharedIntArray in = manager.intArray("in", length);
            final SharedIntArray out = manager.intArray("out", length);
            for (int i = 0; i < length; i++) {
                in.set(i, i);
            }
            final SharedLong at = manager.longValue("at");
            final SharedBoolean fused = manager.booleanValue("fused");
            final SerializableIntUnaryOperator operator = x -> {
                if (x == middle && at.get() == 0) {
                    fused.set(isInFusedLoops());
                    if (at.compareAndSet(0, ProcessHandle.current().pid())) {
                        spin();
                    }
                }
                return 2 * x + 1;
            };
            at.set(disarmed);
            pool.mapInto(in, out, operator); // So much that the worker has such loops by now.
            out.clear();
            at.set(0);
            final var mapped = CompletableFuture.runAsync(() -> {
                try {
                    pool.withRetries(1).mapInto(in, out, operator);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Eventually.holds("a worker is at an element", () -> at.get() > 0);
            assertTrue(fused.get());
            kill(at.get());
            mapped.get();
            for (int i = 0; i < length; i++) {
                assertEquals(2 * i + 1, out.get(i));
            }
        }
    }

    private static boolean isInFusedLoops() {
        return StackWalker.getInstance(StackWalker.Option.SHOW_HIDDEN_FRAMES)
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(FusedLoops.class.getName())));
    }

    /// Stops a process, which then reads nothing.
    private static void stop(long pid) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor());
    }

    @Test
    void aWorkerThatIsKilledInARequestLargerThanItsRingIsReplaced() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            final long reading = pool.apply(() -> ProcessHandle.current().pid());
            stop(reading); // Its ring takes the beginning, and no more.
            final byte[] bytes = large();
            final CompletableFuture<Integer> result = pool.applyAsync(() -> Arrays.hashCode(bytes));
            Eventually.holds(
                    "the task is given", () -> pool.workers().getFirst().tasksHeld() == 1);
            kill(reading);
            assertEquals(Arrays.hashCode(bytes), result.get());
            assertTrue(reading != pool.apply(() -> ProcessHandle.current().pid()));
        }
    }

    @Test
    void aWorkerThatIsKilledAtItsBeginOrItsEndIsReplaced() throws Exception {
        try (Manager manager = manager()) {
            final SharedLong beginning = manager.longValue("beginning");
            final SharedLong ending = manager.longValue("ending");
            try (ProcessPool pool = ProcessPool.builder()
                    .workers(1)
                    .maxTasksPerChild(1)
                    .workerInit(() -> {
                        if (beginning.compareAndSet(0, ProcessHandle.current().pid())) {
                            final int _ = spin();
                        }
                    })
                    .workerExit(() -> {
                        if (ending.compareAndSet(0, ProcessHandle.current().pid())) {
                            final int _ = spin();
                        }
                    })
                    .start()) {
                final CompletableFuture<Integer> result = pool.applyAsync(() -> 1);
                Eventually.holds("a worker begins", () -> beginning.get() != 0);
                kill(beginning.get());
                assertEquals(1, result.get());
                final CompletableFuture<Integer> next = pool.applyAsync(() -> 2);
                Eventually.holds("a worker ends", () -> ending.get() != 0);
                kill(ending.get());
                assertEquals(2, next.get());
            }
        }
    }

    @Test
    void noWorkerOutlivesTheJvmWithThePoolWhateverItIsAt() {
        try (Jvm parent = Jvm.fork(Parent.class)) {
            final List<Long> workers = Stream.of(parent.expectAfter("workers ").split(" "))
                    .map(Long::valueOf)
                    .toList();
            assertEquals(3, workers.size());
            parent.kill();
            for (long worker : workers) {
                Eventually.holds(
                        "worker " + worker + " has ended with its parent",
                        () -> !ProcessHandle.of(worker)
                                .map(ProcessHandle::isAlive)
                                .orElse(false));
            }
        }
    }

    /// A JVM with pools whose workers spin, send, and start.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            final List<ProcessPool> pools = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                pools.add(ProcessPool.of(1));
                final int _ = pools.getLast().apply(() -> 1);
            }
            final var _ = pools.getFirst().applyAsync(PoolKillJvmTest::spin);
            final Iterable<Integer> endless = () -> Stream.generate(() -> 1).iterator();
            final Thread _ = Thread.ofPlatform()
                    .start(() -> pools.getLast().imap(endless, x -> large(), 1).forEach(x -> {}));
            pools.add(ProcessPool.of(1));
            final StringBuilder workers = new StringBuilder();
            pools.forEach(pool -> workers.append(' ').append(onlyWorker(pool)));
            System.out.println("workers" + workers);
            System.in.read();
        }
    }

    @Test
    void anInitialiserThatHangsIsAStartThatFailed() throws Exception {
        try (ProcessPool pool = ProcessPool.builder()
                .workers(1)
                .workerInit(() -> {
                    final int _ = spin();
                })
                .startTimeout(Duration.ofMillis(500))
                .start()) {
            Refusal.of(WorkerDiedException.class, () -> pool.apply(() -> 1), "not ready after 500 ms", "signal 9");
        }
    }

    @Test
    void workersThatDoNotEndOrTakeTooMuchAreKilled() throws Exception {
        final long most = 256L << 20;
        try (ProcessPool pool = ProcessPool.builder()
                .workers(1)
                .retries(0)
                .residentMemory(most)
                .workerExit(() -> {
                    final int _ = spin();
                })
                .exitTimeout(Duration.ofMillis(100))
                .start()) {
            assertEquals(LARGE, pool.apply(PoolKillJvmTest::large).length);
            final WorkerDiedException failure = assertThrows(
                    WorkerDiedException.class,
                    () -> pool.apply(() -> {
                        final byte[] bytes = new byte[2 * (int) most];
                        Arrays.fill(bytes, (byte) 1);
                        return spin() + bytes.length;
                    }));
            assertTrue(
                    String.valueOf(failure.getMessage()).contains("more than the " + most + " that it may have"),
                    failure::toString);
            assertEquals(1, pool.apply(() -> 1));
        } // Whose worker spins at its end.
    }

    @Test
    void aHeapThatIsMappedAsSharedMemoryCountsAndSharedArraysDoNot() throws Exception {
        final int most = 256 << 20;
        try (Manager manager =
                        Manager.anonymous("large", SegmentOptions.defaults().withSize(3L * most));
                ProcessPool pool = ProcessPool.builder()
                        .workers(1)
                        .jvmOptions("-XX:+UseZGC", "-Xmx1g")
                        .residentMemory(most)
                        .start()) {
            final SharedByteArray shared = manager.byteArray("shared", 2L * most);
            pool.apply(() -> {
                shared.fill((byte) 1);
                final long start = System.nanoTime();
                while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1)) { // It is looked at meanwhile.
                    Thread.onSpinWait();
                }
                return 0;
            });
            Refusal.of(
                    WorkerDiedException.class,
                    () -> pool.apply(() -> {
                        final byte[] bytes = new byte[2 * most - 8];
                        Arrays.fill(bytes, (byte) 1);
                        return spin() + bytes.length;
                    }),
                    "more than the " + most + " that it may have");
        }
    }

    @Test
    void absurdLimitsAreRefused() {
        final PoolBuilder builder = ProcessPool.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.startTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.exitTimeout(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.residentMemory(0));
    }
}
