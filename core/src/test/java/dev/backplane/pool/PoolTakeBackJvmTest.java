package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Tasks that a worker has ahead, behind one that takes long.
@NullUnmarked // JUnit fills the pool.
final class PoolTakeBackJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static ProcessPool pool;
    private Manager manager;

    @BeforeAll
    static void startPool() throws IOException {
        pool = ProcessPool.builder().workers(2).retries(0).start();
    }

    @AfterAll
    static void endPool() {
        pool.close();
    }

    @BeforeEach
    void start() throws IOException {
        manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
        Eventually.holds(
                "both workers are ready",
                () -> pool.workers().stream().filter(WorkerStatus::ready).count() == 2);
    }

    @AfterEach
    void end() throws IOException {
        manager.close();
    }

    private static int await(SharedLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
        return 0;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void aTaskIsNotLeftBehindOneThatWaitsForIt() throws Exception {
        final SharedLatch others = manager.latch("others", 3);
        // Each worker gets one task and then one ahead, and the first waits for all the others.
        assertEquals(
                numbers(4),
                pool.map(
                        numbers(4),
                        x -> {
                            if (x == 0) {
                                await(others);
                            } else {
                                others.countDown();
                            }
                            return x;
                        },
                        1,
                        done -> {}));
    }

    @Test
    void aTaskIsNotLeftBehindALongOneWhileOthersKeepComing() throws Exception {
        final SharedLatch behind = manager.latch("behind", 2);
        final SharedLong stop = manager.longValue("stop");
        final CompletableFuture<List<Integer>> waiting = pool.mapAsync(
                numbers(4),
                x -> {
                    if (x == 0) {
                        await(behind);
                    } else if (x > 1) {
                        behind.countDown();
                    }
                    return x;
                },
                1,
                done -> {});
        // The other worker is never idle from here on.
        final CompletableFuture<?> load = CompletableFuture.runAsync(() -> {
            try (var results = pool.imap(numbers(1_000_000), x -> stop.get(), 1)) {
                results.takeWhile(stopped -> stopped == 0).forEach(x -> {});
            }
        });
        assertEquals(numbers(4), waiting.get());
        stop.set(1);
        load.get();
    }

    @Test
    void eachTaskIsDoneOnceHoweverItTravels() throws Exception {
        final int maps = 200;
        final SharedLongArray counts = manager.longArray("counts", 3 * maps);
        for (int i = 0; i < maps; i++) {
            final int map = i;
            pool.map(
                    numbers(3),
                    x -> {
                        // One of the three takes longer by more and more, until it ends when what is behind it moves.
                        final long end = System.nanoTime() + (x == map % 3 ? map * 1000L : 0);
                        while (System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                        return counts.getAndAdd(3L * map + x, 1);
                    },
                    1,
                    done -> {});
        }
        final long[] expected = new long[3 * maps];
        Arrays.fill(expected, 1);
        assertArrayEquals(expected, counts.toArray());
    }

    @Test
    void aTaskThatWasNotBegunIsNotBlamedForItsWorkersDeath() throws Exception {
        final SharedLatch begun = manager.latch("begun", 2);
        final SharedLatch never = manager.latch("never", 1);
        final SharedLong second = manager.longValue("second");
        final CompletableFuture<Integer> first = pool.applyAsync(() -> {
            begun.countDown();
            return await(never);
        });
        final CompletableFuture<Integer> other = pool.applyAsync(() -> {
            begun.countDown();
            return await(never);
        });
        begun.await();
        final List<CompletableFuture<Long>> ahead =
                List.of(pool.applyAsync(second::incrementAndGet), pool.applyAsync(second::incrementAndGet));
        pool.workers()
                .forEach(worker -> ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly());
        for (CompletableFuture<Integer> killed : List.of(first, other)) {
            assertThrows(Exception.class, killed::get);
        }
        for (CompletableFuture<Long> task : ahead) {
            assertTrue(task.get() > 0); // Without any retry.
        }
        assertEquals(2, second.get());
    }

    @Test
    void aCancelledTaskThatWasNotBegunIsNot() throws Exception {
        final SharedLatch begun = manager.latch("begun", 2);
        final SharedLatch go = manager.latch("go", 1);
        final SharedLong ran = manager.longValue("ran");
        final List<CompletableFuture<Integer>> slow = IntStream.range(0, 2)
                .mapToObj(x -> pool.applyAsync(() -> {
                    begun.countDown();
                    return await(go);
                }))
                .toList();
        begun.await();
        final List<CompletableFuture<Long>> ahead = IntStream.range(0, 4)
                .mapToObj(x -> pool.applyAsync(ran::incrementAndGet))
                .toList();
        ahead.forEach(task -> assertTrue(task.cancel(false)));
        final CompletableFuture<Void> takenBack = new CompletableFuture<>();
        pool.loop().post(() -> takenBack.complete(null)); // Behind the cancellations, which are posted too.
        takenBack.join();
        final CompletableFuture<Long> last = pool.applyAsync(ran::get);
        go.countDown();
        for (CompletableFuture<Integer> task : slow) {
            assertEquals(0, task.get());
        }
        assertEquals(0, last.get());
    }

    @Test
    void aCallMayHaveALimitOfItsOwn() throws Exception {
        final SharedLatch go = manager.latch("go", 1);
        final ProcessPool hasty = pool.withTaskTimeout(Duration.ofMillis(100));
        final CompletableFuture<Integer> patient = pool.applyAsync(() -> await(go));
        final TaskTimeoutException late = assertThrows(TaskTimeoutException.class, () -> hasty.apply(() -> await(go)));
        assertTrue(late.toString().contains("100 ms"), late::toString);
        assertThrows(TaskTimeoutException.class, () -> hasty.map(List.of(1), x -> await(go)));
        assertEquals(7, pool.withTaskTimeout(Duration.ofMinutes(1)).apply(() -> 7));
        go.countDown();
        assertEquals(0, patient.get());
        assertThrows(IllegalArgumentException.class, () -> pool.withTaskTimeout(Duration.ZERO));
    }
}
