package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Semaphores, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentSemaphoreTest extends TwoAttachments {
    @Test
    void permitsAreSharedAndAccounted() throws Exception {
        final SharedSemaphore semaphore = mine.semaphore("s", 3);
        final SharedSemaphore other = theirs.semaphore("s", 3);
        semaphore.acquire(2);
        assertEquals(1, other.availablePermits());
        assertEquals(2, semaphore.heldPermits());
        assertEquals(0, other.heldPermits());
        assertFalse(other.tryAcquire(2));
        assertTrue(other.tryAcquire());
        assertFalse(semaphore.tryAcquire());
        assertTrue(semaphore.tryAcquire(0));
        assertFalse(semaphore.tryAcquire(0, TimeUnit.SECONDS));
        assertFalse(semaphore.tryAcquire(1, -1, TimeUnit.SECONDS));
        semaphore.release(2);
        assertEquals(2, other.drainPermits());
        assertEquals(0, other.drainPermits());
        other.release(3);
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void whatMayBeReleasedIsDecidedByTheOptions() throws Exception {
        final SharedSemaphore free = mine.semaphore("free", 0);
        free.release(5);
        assertEquals(5, free.availablePermits());
        final SharedSemaphore lock =
                mine.semaphore("lock", SemaphoreOptions.permits(1).asBounded());
        lock.acquire();
        theirs.semaphore("lock", SemaphoreOptions.permits(1).asBounded()).release();
        assertEquals(0, lock.heldPermits());
        Refusal.of(IllegalStateException.class, lock::release, "lock", "bound is 1");
        assertEquals(1, lock.availablePermits());
        final SharedSemaphore owned =
                mine.semaphore("owned", SemaphoreOptions.permits(2).asOwned());
        owned.acquire();
        final SharedSemaphore notOwned =
                theirs.semaphore("owned", SemaphoreOptions.permits(2).asOwned());
        Refusal.of(IllegalStateException.class, notOwned::release, "owned", "holds 0");
        Refusal.of(IllegalStateException.class, () -> owned.release(2), "holds 1");
        owned.release();
        assertEquals(2, notOwned.availablePermits());
        assertThrows(IllegalArgumentException.class, () -> owned.acquire(-1));
        assertThrows(IllegalArgumentException.class, () -> owned.release(-1));
        assertThrows(IllegalArgumentException.class, () -> SemaphoreOptions.permits(-1));
        Refusal.of(IllegalStateException.class, () -> free.release(Integer.MAX_VALUE), "too many");
        Refusal.of(SegmentException.class, () -> theirs.semaphore("owned", 2), "owned");
    }

    @Test
    void aReleaseLetsAWaiterGoOn() throws Exception {
        final SharedSemaphore semaphore = mine.semaphore("s", 0);
        final SharedSemaphore other = theirs.semaphore("s", 0);
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 200; round++) {
                final Future<Boolean> one = threads.submit(() -> other.tryAcquire(1, TimeUnit.MINUTES));
                final Future<Boolean> two = threads.submit(() -> other.tryAcquire(2, 1, TimeUnit.MINUTES));
                semaphore.release();
                semaphore.release(2);
                assertTrue(one.get());
                assertTrue(two.get());
                assertEquals(0, semaphore.availablePermits());
            }
        }
    }

    @Test
    void timesAreUpWithoutAPermit() throws Exception {
        final long start = System.nanoTime();
        final int all = mine.semaphore("times", 2).drainPermits();
        final SharedSemaphore none = theirs.semaphore("times", 2);
        assertEquals(2, all);
        assertFalse(none.tryAcquire(Duration.ofMillis(60)));
        assertTrue(System.nanoTime() - start >= 60_000_000);
        assertFalse(none.tryAcquire(2, Duration.ofSeconds(Long.MIN_VALUE)));
        assertFalse(none.tryAcquire(0, TimeUnit.SECONDS));
        assertTrue(none.tryAcquire(0, Duration.ZERO));
        mine.semaphore("times", 2).release();
        assertTrue(none.tryAcquire(Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void interruptsAndClosingEndWaits() throws Exception {
        final SharedSemaphore semaphore = mine.semaphore("s", 0);
        final FutureTask<Void> waiting = new FutureTask<>(() -> {
            semaphore.acquire();
            return null;
        });
        final Thread thread = Thread.ofPlatform().start(waiting);
        thread.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, waiting::get).getCause());
        final FutureTask<Boolean> stubborn = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            semaphore.acquireUninterruptibly();
            return Thread.interrupted();
        });
        Thread.ofPlatform().start(stubborn);
        semaphore.release();
        assertTrue(stubborn.get(), "the interrupt status is kept");
        final FutureTask<Void> closed = new FutureTask<>(() -> {
            semaphore.acquire();
            return null;
        });
        Thread.ofPlatform().start(closed);
        mine.close();
        assertInstanceOf(
                IllegalStateException.class,
                assertThrows(ExecutionException.class, closed::get).getCause());
    }

    @Test
    void closingGivesBackWhatWasHeld() throws Exception {
        final SharedSemaphore other = theirs.semaphore("s", 4);
        mine.semaphore("s", 4).acquire(3);
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Boolean> waiter = threads.submit(() -> other.tryAcquire(4, 1, TimeUnit.MINUTES));
            mine.close();
            assertTrue(waiter.get());
        }
    }

    @Test
    void noMoreThanThePermitsAreEverInside() throws Exception {
        final int permits = 3;
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(6)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                final SharedSemaphore semaphore = (i % 2 == 0 ? mine : theirs).semaphore("s", permits);
                running.add(threads.submit(() -> {
                    for (int n = 0; n < 2_000; n++) {
                        semaphore.acquireUninterruptibly();
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        semaphore.release();
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertTrue(most.get() <= permits, () -> most + " were inside");
        assertEquals(permits, mine.semaphore("s", permits).availablePermits());
    }

    @Test
    void itAttachesByHandleAndDescribesItself() throws Exception {
        mine.semaphore("s", SemaphoreOptions.permits(2).asBounded()).acquire();
        final SharedSemaphore attached = assertInstanceOf(SharedSemaphore.class, theirs.attach("s"));
        attached.release();
        Refusal.of(IllegalStateException.class, attached::release, "bound is 2");
        try (var view = dev.backplane.store.SegmentView.open(directory.resolve("segment"))) {
            assertTrue(ObjectDescription.of(view).toString().contains("2 of 2 permits available"));
        }
    }
}
