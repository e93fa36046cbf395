package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedOnce;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Events, latches and onces, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentEventTest extends TwoAttachments {
    /// Ends when the thread sleeps in a wait: it has announced itself by then.
    private static void awaitSleep(Thread thread) {
        Eventually.holds(
                "the waiter waits",
                () -> List.of(Thread.State.RUNNABLE, Thread.State.TIMED_WAITING, Thread.State.WAITING)
                        .contains(thread.getState()));
    }

    @Test
    void anEventIsSetAndClearedForAll() throws Exception {
        final SharedEvent event = mine.event("e");
        final SharedEvent other = theirs.event("e");
        assertFalse(event.isSet());
        assertFalse(event.await(Duration.ZERO));
        assertFalse(event.await(-1, TimeUnit.SECONDS));
        other.set();
        other.set();
        assertTrue(event.isSet());
        event.await();
        assertTrue(event.await(Duration.ZERO));
        event.clear();
        event.clear();
        assertFalse(other.isSet());
        assertEquals("not set", event.toString().substring(event.toString().length() - 7));
    }

    @Test
    void setLetsAllWaitersGoOn() throws Exception {
        final SharedEvent event = mine.event("e");
        final SharedEvent other = theirs.event("e");
        try (var threads = Executors.newFixedThreadPool(4)) {
            final List<Future<Boolean>> waiters = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                final SharedEvent waited = i % 2 == 0 ? event : other;
                waiters.add(threads.submit(() -> waited.await(1, TimeUnit.MINUTES)));
            }
            other.set();
            for (Future<Boolean> waiter : waiters) {
                assertTrue(waiter.get());
            }
        }
    }

    @Test
    void aWaiterGoesOnThoughTheEventWasClearedAgain() throws Exception {
        final SharedEvent event = mine.event("e");
        final SharedEvent other = theirs.event("e");
        for (int round = 0; round < 20; round++) {
            final var waiter = new java.util.concurrent.FutureTask<Boolean>(() -> event.await(1, TimeUnit.MINUTES));
            final Thread thread = Thread.ofPlatform().start(waiter);
            // Until it goes on, a set that comes before the wait began would be lost, rightly: so again and
            // again.
            while (!waiter.isDone()) {
                other.set();
                other.clear();
                LockSupport.parkNanos(100_000);
            }
            thread.join();
            assertTrue(waiter.get());
        }
    }

    @Test
    void timeoutsLastAtLeastTheirTime() throws Exception {
        final long start = System.nanoTime();
        assertFalse(mine.event("e").await(120, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 120_000_000);
        assertFalse(mine.latch("l", 1).await(Duration.ofMillis(60)));
    }

    @Test
    void interruptsAndClosingEndWaits() throws Exception {
        final SharedEvent event = mine.event("e");
        final var interrupted = new java.util.concurrent.FutureTask<Void>(() -> {
            event.await();
            return null;
        });
        final Thread thread = Thread.ofPlatform().start(interrupted);
        awaitSleep(thread);
        thread.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, interrupted::get).getCause());
        final var closed = new java.util.concurrent.FutureTask<Void>(() -> {
            event.await();
            return null;
        });
        awaitSleep(Thread.ofPlatform().start(closed));
        mine.close();
        final ExecutionException failure = assertThrows(ExecutionException.class, closed::get);
        assertInstanceOf(IllegalStateException.class, failure.getCause());
        assertThrows(IllegalStateException.class, event::set);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> theirs.event("e").await());
    }

    @Test
    void aLatchCountsDownToZeroAndNoFurther() throws Exception {
        final SharedLatch latch = mine.latch("l", 3);
        final SharedLatch other = theirs.latch("l", 3);
        assertEquals(3, other.getCount());
        try (var threads = Executors.newFixedThreadPool(2)) {
            final Future<Boolean> waiter = threads.submit(() -> latch.await(1, TimeUnit.MINUTES));
            latch.countDown();
            other.countDown();
            assertFalse(other.await(Duration.ZERO));
            assertEquals(1, latch.getCount());
            other.countDown();
            assertTrue(waiter.get());
        }
        other.countDown();
        assertEquals(0, latch.getCount());
        latch.await();
        mine.latch("none", 0).await();
        Refusal.of(IllegalArgumentException.class, () -> mine.latch("bad", -1), "bad", "-1");
        Refusal.of(SegmentException.class, () -> theirs.latch("l", 4), "l");
    }

    @Test
    void countsOfManyThreadsAddUp() throws Exception {
        final int threads = 4;
        final int each = 5_000;
        final SharedLatch latch = mine.latch("l", threads * each);
        final SharedLatch other = theirs.latch("l", threads * each);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                final SharedLatch counted = i % 2 == 0 ? latch : other;
                executor.execute(() -> {
                    for (int n = 0; n < each; n++) {
                        counted.countDown();
                    }
                });
            }
            other.await();
            assertEquals(0, latch.getCount());
        }
    }

    @Test
    void anInitialiserRunsOnce() throws Exception {
        final AtomicInteger runs = new AtomicInteger();
        final AtomicInteger ran = new AtomicInteger();
        try (var executor = Executors.newFixedThreadPool(4)) {
            final List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                final SharedOnce once = (i % 2 == 0 ? mine : theirs).once("o");
                callers.add(executor.submit(() -> {
                    if (once.run(runs::incrementAndGet)) {
                        ran.incrementAndGet();
                    }
                    assertTrue(once.isDone());
                    assertEquals(1, runs.get());
                }));
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertEquals(1, ran.get());
        assertFalse(mine.once("o").run(runs::incrementAndGet));
        assertEquals(1, runs.get());
    }

    @Test
    void aFailedInitialiserLeavesItToTheNext() throws Exception {
        final SharedOnce once = mine.once("o");
        assertThrows(
                ArithmeticException.class,
                () -> once.run(() -> {
                    throw new ArithmeticException();
                }));
        assertFalse(once.isDone());
        Refusal.of(IllegalStateException.class, () -> once.run(() -> once.run(() -> {})), "its own completion");
        assertTrue(theirs.once("o").run(() -> {}));
        assertTrue(once.isDone());
    }

    @Test
    void theyAttachByHandleAndDescribeThemselves() throws Exception {
        mine.event("e").set();
        mine.latch("l", 2).countDown();
        mine.once("o");
        assertTrue(assertInstanceOf(SharedEvent.class, theirs.attach("e")).isSet());
        assertEquals(1, assertInstanceOf(SharedLatch.class, theirs.attach("l")).getCount());
        assertFalse(assertInstanceOf(SharedOnce.class, theirs.attach("o")).isDone());
        try (var view = dev.backplane.store.SegmentView.open(directory.resolve("segment"))) {
            final String description = ObjectDescription.of(view).toString();
            for (String part : List.of("state=set", "state=count 1", "state=not done, free")) {
                assertTrue(description.contains(part), description);
            }
        }
    }
}
