package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectionLostException;
import dev.backplane.Manager;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedCondition;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedEvent;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What every remote manager does, whoever serves it.
@NullUnmarked
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // Tests of exactly that.
abstract class RemoteManagerContract extends RemoteCollectionsContract {
    @Test
    void numbersAreReadSetAddedAndCompared() throws IOException {
        final SharedLong number = manager().longValue("n");
        assertEquals(0, number.get());
        number.set(Long.MIN_VALUE);
        assertEquals(Long.MIN_VALUE, number.getAndSet(5));
        assertEquals(5, number.getAndAdd(-7));
        assertFalse(number.compareAndSet(5, 6));
        assertTrue(number.compareAndSet(-2, 6));
        assertEquals(7, number.incrementAndGet());
        assertEquals(14, number.updateAndGet(value -> value * 2));

        final SharedDouble real = manager().doubleValue("d");
        real.set(1.5);
        assertEquals(1.5, real.getAndAdd(0.25));
        assertFalse(real.compareAndSet(1.5, 0));
        assertTrue(real.compareAndSet(1.75, -0.0));
        assertFalse(real.compareAndSet(0.0, 1));
        assertEquals(-0.0, real.getAndSet(Double.NaN));
        assertTrue(Double.isNaN(real.get()));

        final SharedBoolean truth = manager().booleanValue("b");
        assertFalse(truth.get());
        assertFalse(truth.getAndSet(true));
        assertTrue(truth.compareAndSet(true, false));
        assertFalse(truth.compareAndSet(true, false));
        assertEquals("b", truth.name());
    }

    @Test
    void additionsOfManyVirtualThreadsAreAllThere() throws Exception {
        final SharedLong number = manager().longValue("n");
        final List<FutureTask<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tasks.add(inThread(() -> {
                for (int j = 0; j < 5; j++) {
                    number.getAndAdd(1);
                }
                return null;
            }));
        }
        for (FutureTask<Object> task : tasks) {
            result(task);
        }
        assertEquals(500, number.get());
    }

    @Test
    void arraysOfAllTypesHaveTheirElements() throws IOException {
        final SharedIntArray ints = manager().intArray("i", 5);
        ints.set(1, Integer.MIN_VALUE);
        assertEquals(Integer.MIN_VALUE, ints.getAndAdd(1, -1));
        assertEquals(Integer.MAX_VALUE, ints.getAndSet(1, 7));
        assertTrue(ints.compareAndSet(1, 7, 8));
        assertFalse(ints.compareAndSet(1, 7, 9));
        assertArrayEquals(new int[] {0, 8, 0, 0, 0}, ints.toArray());
        ints.copyFrom(2, new int[] {9, 1, 2, 3}, 1, 3);
        assertArrayEquals(new int[] {0, 8, 1, 2, 3}, ints.toArray());
        final int[] some = new int[4];
        ints.slice(1, 4).copyTo(1, some, 2, 2);
        assertArrayEquals(new int[] {0, 0, 1, 2}, some);
        ints.slice(3, 5).fill(-1);
        assertEquals(-1, ints.get(4));
        assertThrows(IndexOutOfBoundsException.class, () -> ints.get(5));
        assertThrows(IndexOutOfBoundsException.class, () -> ints.slice(1, 3).get(2));
        assertThrows(UnsupportedOperationException.class, ints::asSegment);
        ints.clear();
        assertArrayEquals(new int[5], ints.toArray());
        assertEquals(20, ints.byteLength());

        final SharedByteArray bytes = manager().byteArray("by", 3);
        bytes.set(2, (byte) -128);
        assertEquals(-128, bytes.getAndAdd(2, (byte) -1));
        assertArrayEquals(new byte[] {0, 0, 127}, bytes.toArray());
        final SharedLongArray longs = manager().longArray("l", 2);
        longs.set(0, Long.MAX_VALUE);
        assertArrayEquals(new long[] {Long.MAX_VALUE, 0}, longs.toArray());
        final SharedFloatArray floats = manager().floatArray("f", 2);
        floats.set(1, 1.5f);
        assertEquals(1.5f, floats.getAndAdd(1, 0.25f));
        assertArrayEquals(new float[] {0, 1.75f}, floats.toArray());
        final SharedDoubleArray doubles = manager().doubleArray("d", 2);
        doubles.setVolatile(1, Math.PI);
        assertTrue(doubles.compareAndSet(1, Math.PI, Math.E));
        assertArrayEquals(new double[] {0, Math.E}, doubles.toArray());
    }

    @Test
    void aLockExcludesOthersAndIsReentrant() throws Exception {
        final SharedLock lock = manager().lock("lock");
        lock.lock();
        assertTrue(manager().lock("lock").tryLock());
        assertEquals(2, lock.holdCount());
        assertTrue(lock.isLocked());
        assertEquals(false, result(inThread(lock::tryLock)));
        assertEquals(false, result(inThread(() -> lock.tryLock(Duration.ofMillis(70)))));
        lock.unlock();
        assertEquals(false, result(inThread(lock::tryLock)));
        final FutureTask<Object> waiter = inThread(() -> {
            lock.lock();
            lock.unlock();
            return "had it";
        });
        lock.unlock();
        assertEquals("had it", result(waiter));
        assertFalse(lock.isHeldByCurrentThread());
        assertFalse(lock.isLocked());
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
    }

    @Test
    void whoWaitsForALockIsInterruptible() throws Exception {
        final SharedLock lock = manager().lock("lock");
        lock.lock();
        final FutureTask<Object> waiter = new FutureTask<>(() -> {
            lock.lockInterruptibly();
            return null;
        });
        waiting(() -> lock.tryLock(), waiter).interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
        lock.unlock();
        assertTrue(lock.tryLock());
        lock.unlock();
    }

    @Test
    void aConditionWakesThoseWhoWait() throws Exception {
        final SharedLock lock = manager().lock("lock");
        final SharedCondition condition = manager().condition("changed", lock);
        final SharedLong number = manager().longValue("n");
        final FutureTask<Object> waiter = inThread(() -> {
            lock.lock();
            lock.lock();
            try {
                number.set(1);
                condition.awaitFor(() -> number.get() == 2);
                return lock.holdCount();
            } finally {
                lock.unlock();
                lock.unlock();
            }
        });
        Eventually.holds("the waiter waits", () -> number.get() == 1);
        lock.lock();
        number.set(2);
        condition.signalAll();
        assertFalse(waiter.isDone());
        lock.unlock();
        assertEquals(2, result(waiter));
        assertThrows(IllegalMonitorStateException.class, condition::signal);
        lock.lock();
        assertFalse(condition.await(Duration.ofMillis(120)));
        assertTrue(lock.isHeldByCurrentThread());
        assertTrue(condition.awaitNanos(1) <= 0);
        lock.unlock();
    }

    /// The signal comes when the last of a waiter's short waits is over, from who has the lock since.
    @Test
    void aSignalIsNotLostWhileTheWaiterAcquiresTheLock() throws Exception {
        final SharedLock lock = manager().lock("lock");
        final SharedCondition condition = manager().condition("changed", lock);
        final SharedEvent waits = manager().event("waits");
        for (boolean interrupted : new boolean[] {false, true}) {
            waits.clear();
            final FutureTask<Object> waiter = inThread(() -> {
                lock.lock();
                try {
                    waits.set();
                    if (!interrupted) {
                        return condition.await(Duration.ofHours(1));
                    }
                    Thread.currentThread().interrupt();
                    condition.awaitUninterruptibly();
                    return Thread.interrupted();
                } finally {
                    lock.unlock();
                }
            });
            waits.await();
            lock.lock();
            final long begin = System.nanoTime();
            while (System.nanoTime() - begin < 3 * RemoteWait.SLICE_NANOS) {
                LockSupport.parkNanos(RemoteWait.SLICE_NANOS);
            }
            condition.signal();
            lock.unlock();
            assertEquals(true, result(waiter));
        }
    }

    @Test
    void semaphoresCountPermits() throws Exception {
        final SharedSemaphore semaphore = manager().semaphore("s", 3);
        semaphore.acquire();
        assertTrue(semaphore.tryAcquire(2));
        assertFalse(semaphore.tryAcquire());
        assertFalse(semaphore.tryAcquire(Duration.ofMillis(60)));
        assertEquals(3, semaphore.heldPermits());
        final FutureTask<Object> waiter = inThread(() -> {
            semaphore.acquire(2);
            return "had them";
        });
        semaphore.release();
        semaphore.release(2);
        assertEquals("had them", result(waiter));
        assertEquals(1, semaphore.availablePermits());
        assertEquals(1, semaphore.drainPermits());
        semaphore.release(5);
        assertEquals(5, semaphore.availablePermits());

        final SharedSemaphore bounded =
                manager().semaphore("bounded", SemaphoreOptions.permits(1).asBounded());
        bounded.acquire();
        bounded.release();
        assertThrows(IllegalStateException.class, bounded::release);
    }

    @Test
    void anInterruptedThreadGetsItsPermits() throws Exception {
        final SharedSemaphore semaphore = manager().semaphore("s", 4);
        assertEquals(true, result(inThread(() -> {
            Thread.currentThread().interrupt();
            semaphore.acquireUninterruptibly(2);
            return semaphore.tryAcquire(2) && Thread.interrupted();
        })));
        assertEquals(0, semaphore.availablePermits());
    }

    @Test
    void eventsAndLatchesLetGo() throws Exception {
        final SharedEvent event = manager().event("e");
        assertFalse(event.isSet());
        assertFalse(event.await(Duration.ofMillis(60)));
        final FutureTask<Object> waiter = inThread(() -> {
            event.await();
            return "went on";
        });
        event.set();
        assertEquals("went on", result(waiter));
        event.clear();
        assertFalse(event.isSet());

        final SharedLatch latch = manager().latch("latch", 2);
        latch.countDown();
        assertEquals(1, latch.getCount());
        assertFalse(latch.await(Duration.ofMillis(1)));
        final FutureTask<Object> counted = inThread(() -> {
            latch.await();
            return latch.getCount();
        });
        latch.countDown();
        assertEquals(0L, result(counted));
    }

    @Test
    void aBarrierWaitsForAll() throws Exception {
        final SharedBarrier barrier = manager().barrier("barrier", 2);
        for (int round = 0; round < 3; round++) {
            final FutureTask<Object> other = inThread(barrier::await);
            final int mine = barrier.await();
            assertEquals(1, mine + (Integer) result(other));
        }
        assertEquals(2, barrier.getParties());
        assertThrows(TimeoutException.class, () -> barrier.await(Duration.ofMillis(30)));
        assertTrue(barrier.isBroken());
        assertThrows(BrokenBarrierException.class, barrier::await);
        barrier.reset();
        assertFalse(barrier.isBroken());
        final FutureTask<Object> waiter = new FutureTask<>(barrier::await);
        final Thread thread = interruptible(waiter);
        Eventually.holds("it waits", () -> barrier.getNumberWaiting() == 1);
        thread.interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
        Eventually.holds("it is broken", barrier::isBroken);
    }

    @Test
    void theLongestTimeIsNoShortOne() throws Exception {
        assertEquals(0, manager().barrier("b", 1).await(Long.MAX_VALUE - 1, TimeUnit.NANOSECONDS));
    }

    @Test
    void aClosedManagerEndsTheWaitsAtItsBarriers() throws Exception {
        final SharedBarrier barrier = manager().barrier("b", 2);
        final FutureTask<Object> waiter = inThread(barrier::await);
        Eventually.holds("it waits", () -> barrier.getNumberWaiting() == 1);
        manager().close();
        final ExecutionException failure = assertThrows(ExecutionException.class, () -> result(waiter));
        assertEquals(ConnectionLostException.class, failure.getCause().getClass());
    }

    @Test
    void whatOnlyMemoryCanDoIsRefused() throws IOException {
        final Manager manager = manager();
        assertThrows(UnsupportedOperationException.class, manager::handle);
        assertThrows(
                UnsupportedOperationException.class,
                () -> manager.longValue("n").handle());
        assertThrows(UnsupportedOperationException.class, () -> manager.barrier("b", 2, () -> {}));
        assertTrue(manager.names().contains("n"));
        assertTrue(manager.remove("n"));
        assertFalse(manager.names().contains("n"));
        assertFalse(manager.remove("n"));
    }

    @Test
    void aClosedManagerRefusesEverything() throws IOException {
        final SharedLong number = manager().longValue("n");
        manager().close();
        manager().close();
        assertThrows(IllegalStateException.class, number::get);
        assertThrows(IllegalStateException.class, () -> manager().longValue("n"));
    }
}
