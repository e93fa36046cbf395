package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableRunnable;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an executor's methods for many tasks say of collections that are none, and of callers that give up.
@NullUnmarked // JUnit fills the pool, and some tasks are null.
final class PoolExecutorJvmTest {
    private static ProcessPool pool;
    private static Manager manager;

    @BeforeAll
    static void start() throws IOException {
        manager = Manager.anonymous("executor", SegmentOptions.defaults());
        pool = ProcessPool.builder().workers(2).stopGrace(Duration.ofMillis(50)).start();
    }

    @AfterAll
    static void end() throws IOException {
        pool.close();
        manager.close();
    }

    private static SerializableCallable<Integer> counting(SharedLong begun) {
        return () -> (int) begun.getAndAdd(1);
    }

    @Test
    void nothingIsBegunOfTasksOfWhichOneIsNone() throws Exception {
        final SharedLong begun = manager.longValue("begun");
        final List<Callable<Integer>> tasks = Arrays.asList(counting(begun), null, counting(begun));
        assertThrows(NullPointerException.class, () -> pool.invokeAll(tasks));
        assertThrows(NullPointerException.class, () -> pool.invokeAny(tasks));
        assertThrows(NullPointerException.class, () -> pool.invokeAll(null));
        assertThrows(NullPointerException.class, () -> pool.invokeAny(null));
        assertEquals(List.of(1, 1), pool.map(List.of(1, 1), x -> x, 1, _ -> {}));
        assertEquals(0, begun.get());
    }

    @Test
    void noTasksHaveNoResultsAndNotAnyOfThem() throws Exception {
        final List<Callable<Integer>> none = List.of();
        assertEquals(List.of(), pool.invokeAll(none));
        assertThrows(IllegalArgumentException.class, () -> pool.invokeAny(none));
    }

    /// One that says that it has begun, and then does not end.
    private static SerializableCallable<Integer> endless(SharedLatch begun) {
        return () -> {
            begun.countDown();
            Thread.sleep(Duration.ofDays(1));
            return 0;
        };
    }

    private void checkInterrupted(String name, InterruptibleCall call) throws Exception {
        final SharedLatch begun = manager.latch(name, 2);
        final List<Callable<Integer>> tasks = List.of(endless(begun), endless(begun), endless(begun));
        final FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            assertThrows(InterruptedException.class, () -> call.of(tasks));
            return true;
        });
        final Thread caller = Thread.ofPlatform().start(waiting);
        begun.await();
        caller.interrupt();
        assertTrue(waiting.get());
        assertEquals(List.of(1, 1), pool.map(List.of(1, 1), x -> x, 1, _ -> {}), "both workers are free again");
    }

    /// A method that takes tasks.
    private interface InterruptibleCall {
        void of(List<Callable<Integer>> tasks) throws Exception;
    }

    @Test
    void aGivenResultIsReturnedItselfAndMayBeWhatCannotTravel() throws Exception {
        final SharedLong begun = manager.longValue("given");
        final SerializableRunnable task = begun::incrementAndGet;
        final Object result = new Object();
        assertSame(result, pool.submit(task, result).get());
        assertEquals(1, begun.get());
        final Future<Object> failed = pool.submit(
                (SerializableRunnable) () -> {
                    throw new IllegalArgumentException("no");
                },
                result);
        assertThrows(ExecutionException.class, failed::get);
    }

    @Test
    void aTimeOutThatIsLongOverIsOver() throws Exception {
        final SharedLatch never = manager.latch("never", 1);
        final List<Callable<Integer>> tasks = List.of(endless(never));
        assertThrows(TimeoutException.class, () -> pool.invokeAny(tasks, Long.MIN_VALUE, TimeUnit.NANOSECONDS));
        assertTrue(
                pool.invokeAll(tasks, Long.MIN_VALUE, TimeUnit.DAYS).getFirst().isCancelled());
    }

    @Test
    void anInterruptedCallerGivesAllUp() throws Exception {
        checkInterrupted("all", pool::invokeAll);
        checkInterrupted("any", pool::invokeAny);
    }
}
