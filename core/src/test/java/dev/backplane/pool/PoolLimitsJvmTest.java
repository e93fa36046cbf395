package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Tasks that are stopped, and workers that end when they should.
final class PoolLimitsJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    /// What nothing but a kill ends.
    private static int spinForEver() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static void awaitInterrupt(SharedEvent begun, SharedLong interrupts) {
        begun.set();
        try {
            begun.set();
            Thread.sleep(Duration.ofDays(1));
        } catch (InterruptedException e) {
            interrupts.incrementAndGet();
        }
    }

    @Test
    void aTaskThatRunsTooLongIsKilledAndWhatItsWorkerHadBesidesIsDone() throws Exception {
        try (ProcessPool pool = ProcessPool.builder()
                .workers(1)
                .retries(0)
                .taskTimeout(Duration.ofSeconds(3))
                .stopGrace(Duration.ofMillis(50))
                .start()) {
            final Iterator<Integer> results = pool.imap(
                            List.of(0, 1, 2, 3), x -> x == 1 ? spinForEver() : Integer.valueOf(10 * x), 1)
                    .iterator();
            assertEquals(0, results.next());
            final TaskTimeoutException failure = assertThrows(TaskTimeoutException.class, results::next);
            assertTrue(failure.toString().contains("3000 ms"), failure.toString());
            assertEquals(20, results.next());
            assertEquals(30, results.next());
        }
    }

    @Test
    void aStageThatInterruptsItsThreadAtATimeOutEndsNoPool() throws Exception {
        try (ProcessPool pool = ProcessPool.builder()
                .workers(2)
                .stopGrace(Duration.ofMillis(50))
                .start()) {
            final AtomicReference<Thread> late = new AtomicReference<>();
            final CompletableFuture<Integer> stage = pool.withTaskTimeout(Duration.ofMillis(100))
                    .applyAsync(PoolLimitsJvmTest::spinForEver)
                    .whenComplete((_, _) -> {
                        late.set(Thread.currentThread());
                        Thread.currentThread().interrupt();
                    });
            // Who waits for a future looks after the pool meanwhile, and would run the stage himself.
            Eventually.holds("its time is up", () -> late.get() != null);
            final var _ = Thread.interrupted(); // If its time was up before there was the stage.
            for (int i = 0; i < 3; i++) {
                assertEquals(7, pool.apply(() -> 7));
            }
            assertThrows(CompletionException.class, stage::join);
        }
    }

    @Test
    void aCancelledTaskIsInterruptedAndItsWorkerLivesOn() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.builder()
                        .workers(1)
                        .stopGrace(Duration.ofDays(1))
                        .start()) {
            final SharedEvent begun = manager.event("begun");
            final SharedLong interrupts = manager.longValue("interrupts");
            final long worker = pool.apply(() -> ProcessHandle.current().pid());
            final CompletableFuture<Integer> future = pool.applyAsync(() -> {
                awaitInterrupt(begun, interrupts);
                return 1;
            });
            begun.await();
            assertTrue(future.cancel(true));
            assertEquals(worker, pool.apply(() -> ProcessHandle.current().pid()));
            assertEquals(1, interrupts.get());
        }
    }

    @Test
    void aCancelledTaskThatIgnoresItsInterruptEndsWithItsWorker() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.builder()
                        .workers(1)
                        .stopGrace(Duration.ofMillis(50))
                        .start()) {
            final SharedLong pid = manager.longValue("pid");
            final CompletableFuture<Integer> future = pool.applyAsync(() -> {
                pid.set(ProcessHandle.current().pid());
                return spinForEver();
            });
            Eventually.holds("the task runs", () -> pid.get() != 0);
            assertTrue(future.cancel(true));
            assertNotEquals(pid.get(), pool.apply(() -> ProcessHandle.current().pid()));
        }
    }

    @Test
    void workersAreReplacedAfterTheirTasks() throws Exception {
        try (ProcessPool pool =
                ProcessPool.builder().workers(1).maxTasksPerChild(2).start()) {
            final List<Long> pids = pool.map(
                    IntStream.range(0, 5).boxed().toList(),
                    x -> ProcessHandle.current().pid(),
                    1,
                    done -> {});
            assertEquals(3, pids.stream().distinct().count());
            assertEquals(pids.get(0), pids.get(1));
            assertEquals(pids.get(2), pids.get(3));
        }
    }

    @Test
    void aPoolThatCannotStartAWorkerLeavesNoneOfThoseThatItHasStarted() throws Exception {
        final String home = System.getProperty("java.home");
        try (ProcessPool pool =
                ProcessPool.builder().workers(2).maxTasksPerChild(1).start()) {
            Eventually.holds(
                    "both are ready",
                    () -> pool.workers().stream().filter(WorkerStatus::ready).count() == 2);
            final List<ProcessHandle> workers = pool.workers().stream()
                    .flatMap(worker -> ProcessHandle.of(worker.pid()).stream())
                    .toList();
            System.setProperty("java.home", "/nonexistent"); // Where the next worker's java is not.
            final int last = pool.apply(() -> 1);
            assertEquals(1, last);
            Eventually.holds("no worker is left", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
            Refusal.of(IllegalStateException.class, () -> pool.apply(() -> 2), "cannot start worker 3", "/nonexistent");
        } finally {
            System.setProperty("java.home", home);
        }
    }

    /// The system properties of this JVM, in which a pool's own thread does not find Java so often.
    private static final class WithoutJava extends Properties {
        private static final long serialVersionUID = 1;
        private final AtomicInteger left;

        WithoutJava(Properties all, int times) {
            putAll(all);
            left = new AtomicInteger(times);
        }

        @Override
        public String getProperty(String key) {
            final boolean hides =
                    key.equals("java.home") && Thread.currentThread().getName().endsWith("-loop");
            return hides && left.getAndUpdate(times -> Math.max(0, times - 1)) > 0
                    ? "/nonexistent"
                    : super.getProperty(key);
        }
    }

    @Test
    void aWorkerThatCannotBeStartedIsStartedLaterAndTheOthersGoOn() throws Exception {
        final Properties before = System.getProperties();
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.builder().workers(2).start()) {
            final SharedEvent begun = manager.event("begun");
            final SharedEvent over = manager.event("over");
            final CompletableFuture<Integer> task = pool.applyAsync(() -> {
                begun.set();
                over.await();
                return 1;
            });
            begun.await();
            final WithoutJava without = new WithoutJava(before, 2);
            System.setProperties(without);
            assertThrows(
                    WorkerDiedException.class,
                    () -> pool.apply(() -> {
                        Runtime.getRuntime().halt(3);
                        return 0;
                    }));
            Eventually.holds("two starts have failed", () -> without.left.get() == 0);
            Eventually.holds(
                    "both are ready",
                    () -> pool.workers().stream().filter(WorkerStatus::ready).count() == 2);
            over.set();
            assertEquals(1, task.get());
            assertEquals(2, pool.apply(() -> 2));
        } finally {
            System.setProperties(before);
        }
    }

    private static List<String> options() {
        return List.copyOf(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    @Test
    void whatTheCallerSaysOfAWorkersCompilersWins() throws Exception {
        final String scaling = "-XX:CompileThresholdScaling=";
        try (ProcessPool pool =
                ProcessPool.builder().workers(1).jvmOptions(scaling + "2").start()) {
            final List<String> ofCompilers = pool.apply(PoolLimitsJvmTest::options).stream()
                    .filter(option -> option.startsWith(scaling))
                    .toList();
            assertEquals(List.of(scaling + "3", scaling + "2"), ofCompilers);
        }
    }

    @Test
    void absurdLimitsAreRefused() {
        final PoolBuilder builder = ProcessPool.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.maxTasksPerChild(0));
        assertThrows(IllegalArgumentException.class, () -> builder.taskTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.stopGrace(Duration.ofNanos(-1)));
    }

    @Test
    void aPoolThatClosesReplacesWorkersForWhatItTookBefore() throws Exception {
        try (ProcessPool pool =
                ProcessPool.builder().workers(1).maxTasksPerChild(1).start()) {
            final CompletableFuture<List<Integer>> squares = pool.mapAsync(List.of(1, 2, 3), x -> x * x, 1, done -> {});
            pool.shutdown();
            assertEquals(List.of(1, 4, 9), squares.get());
        }
    }

    @Test
    void aWorkerThatDiesWhileItsPoolClosesIsReplacedForItsTask() throws Exception {
        try (Manager manager = manager();
                ProcessPool pool = ProcessPool.builder().workers(1).retries(1).start()) {
            final SharedLong attempts = manager.longValue("attempts");
            final CompletableFuture<Integer> future = pool.applyAsync(() -> {
                if (attempts.incrementAndGet() == 1) {
                    Runtime.getRuntime().halt(9);
                }
                return 7;
            });
            pool.shutdown();
            assertEquals(7, future.get());
        }
    }

    @Test
    void workersBeginAndEndWithWhatTheyWereGiven() throws Exception {
        try (Manager manager = manager()) {
            final SharedLong begun = manager.longValue("begun");
            final SharedLong ended = manager.longValue("ended");
            try (ProcessPool pool = ProcessPool.builder()
                    .workers(1)
                    .workerInit(begun::incrementAndGet)
                    .workerExit(ended::incrementAndGet)
                    .start()) {
                assertEquals(1L, pool.apply(begun::get));
            }
            assertEquals(1, begun.get());
            assertEquals(1, ended.get());
        }
    }

    @Test
    void anInitialiserThatThrowsFailsTheCallsInsteadOfStartingWorkersForEver() throws Exception {
        try (ProcessPool pool = ProcessPool.builder()
                .workers(1)
                .workerInit(() -> {
                    throw new IllegalStateException("no such device");
                })
                .start()) {
            final WorkerDiedException failure = assertThrows(WorkerDiedException.class, () -> pool.apply(() -> 1));
            final Throwable cause = failure.getCause();
            assertInstanceOf(IllegalStateException.class, cause);
            assertEquals("no such device", cause.getMessage());
        }
    }
}
