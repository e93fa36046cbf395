package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLong;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Interrupts that are meant for no task, of a pool's own thread and of its workers'.
final class PoolInterruptJvmTest {
    private static final int LONG_RESULT = 4 << 20; // Longer than the ring that it goes through.

    private Manager manager;
    private ProcessPool pool;

    @BeforeEach
    void start() throws IOException {
        manager = Manager.anonymous("interrupt", SegmentOptions.defaults());
        pool = ProcessPool.builder().workers(2).name("interrupted").start();
    }

    @AfterEach
    void end() throws IOException {
        pool.terminate(); // Whatever tasks of a test that failed still wait for.
        manager.close();
    }

    private static boolean isIn(Thread thread, Class<?> type, String method) {
        return isIn(thread, type.getName(), method);
    }

    private static boolean isIn(Thread thread, String endOfClass, String method) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith(endOfClass)
                        && frame.getMethodName().equals(method));
    }

    private static Thread threadOfThePool() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("interrupted-loop"))
                .findAny()
                .orElseThrow();
    }

    private static void interrupt(Thread thread) {
        thread.interrupt();
        Eventually.holds("nothing is left of it", () -> !thread.isInterrupted());
    }

    private void interruptIn(Class<?> type, String method) {
        final Thread own = threadOfThePool();
        Eventually.holds("it is in " + method, () -> isIn(own, type, method));
        interrupt(own);
    }

    @Test
    void aPoolWithTasksGoesOn() throws Exception {
        final SharedEvent over = manager.event("over");
        final CompletableFuture<Integer> task = pool.applyAsync(() -> {
            over.await();
            return 1;
        });
        interruptIn(Doorbell.class, "await");
        over.set();
        assertEquals(1, task.get());
        assertEquals(2, pool.apply(() -> 2));
    }

    @Test
    void aPoolThatRestsGoesOnResting() throws Exception {
        assertEquals(1, pool.apply(() -> 1));
        interruptIn(PoolDriver.class, "rest");
        assertEquals(2, pool.applyAsync(() -> 2).get());
    }

    @Test
    void aPoolWhosePlaceIsLentGoesOnLending() throws Exception {
        final SharedEvent over = manager.event("over");
        final Iterator<Integer> results = pool.imap(List.of(1, 2, 3, 4), x -> x == 4 ? valueAfter(over, x) : x, 1)
                .iterator();
        final FutureTask<Integer> last = new FutureTask<>(() -> {
            int sum = 0;
            while (results.hasNext()) {
                sum += results.next();
            }
            return sum;
        });
        Thread.ofPlatform().start(last);
        interruptIn(PoolDriver.class, "lend");
        over.set();
        assertEquals(10, last.get());
    }

    private static int valueAfter(SharedEvent over, int value) {
        try {
            over.await();
            return value;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Leaves a thread that interrupts this one when it is told to, as soon as it sleeps.
    private static long interruptLater(SharedEvent go, SharedEvent done) {
        final Thread worker = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                go.await();
                while (!isIn(worker, "Futex", "await")) {
                    Thread.onSpinWait();
                }
                worker.interrupt();
                done.set();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return ProcessHandle.current().pid();
    }

    @Test
    void aTaskIsNotInterruptedByWhatAnotherOneHasLeft() throws Exception {
        try (ProcessPool one = ProcessPool.of(1)) {
            final SharedEvent go = manager.event("go");
            final SharedEvent done = manager.event("done");
            final long pid = one.apply(() -> interruptLater(go, done));
            go.set();
            done.await();
            assertFalse(one.apply(() -> Thread.currentThread().isInterrupted()));
            assertEquals(pid, one.apply(() -> ProcessHandle.current().pid()), "the worker lives on");
        }
    }

    @Test
    void whatAWorkerDoesAtItsEndIsNotInterruptedByWhatATaskHasLeft() throws Exception {
        final SharedEvent go = manager.event("go");
        final SharedEvent done = manager.event("done");
        final SharedLong ended = manager.longValue("ended");
        try (ProcessPool one = ProcessPool.builder()
                .workers(1)
                .workerExit(() -> ended.set(Thread.currentThread().isInterrupted() ? -1 : 1))
                .start()) {
            final long _ = one.apply(() -> interruptLater(go, done));
            go.set();
            done.await();
        }
        assertEquals(1, ended.get());
    }

    /// Leaves a thread that interrupts this one while it writes its result.
    private static byte[] longResult(SharedEvent done) {
        final Thread worker = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> {
            while (!isIn(worker, Worker.class, "send")) {
                Thread.onSpinWait();
            }
            worker.interrupt();
            done.set();
        });
        return new byte[LONG_RESULT];
    }

    @Test
    void aResultThatWaitsForRoomIsNotLost() throws Exception {
        final SharedEvent go = manager.event("go");
        final SharedEvent done = manager.event("done");
        final SharedEvent blocked = manager.event("blocked");
        final CountDownLatch release = new CountDownLatch(1);
        final CompletableFuture<Void> stage = pool.applyAsync(() -> {
                    go.await();
                    return 1;
                })
                .thenAccept(_ -> {
                    blocked.set(); // From here on nobody looks after the pool.
                    awaitLatch(release);
                });
        final CompletableFuture<byte[]> result = pool.applyAsync(() -> {
            go.set();
            blocked.await();
            return longResult(done);
        });
        done.await();
        release.countDown();
        assertEquals(LONG_RESULT, result.get().length);
        stage.get();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
