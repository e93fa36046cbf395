package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedOnce;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.OwnerWord;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One object of each kind that processes wait at, for tests of what is left when one dies that has them all in use.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Single waits are what is tested; the dead do not unlock.
record Everything(
        Manager manager,
        SharedLock lock,
        SharedReadWriteLock written,
        SharedReadWriteLock read,
        SharedSemaphore semaphore,
        SharedCondition condition,
        SharedBarrier barrier,
        SharedOnce once,
        SharedEvent event,
        SharedLatch latch) {
    private static final int PERMITS = 4;

    static Everything of(Manager manager) throws IOException {
        return new Everything(
                manager,
                manager.lock("lock"),
                manager.readWriteLock("written"),
                manager.readWriteLock("read"),
                manager.semaphore("semaphore", PERMITS),
                manager.condition("condition", manager.lock("condition's lock", OwnerDeath.ignore())),
                manager.barrier("barrier", 3),
                manager.once("once"),
                manager.event("event"),
                manager.latch("latch", 2));
    }

    /// Holds all that a thread can hold without waiting.
    void hold() throws InterruptedException {
        lock.lock();
        written.writeLock().lock();
        read.readLock().lock();
        semaphore.acquire(3);
        latch.countDown();
        event.set();
    }

    /// Holds all that, and runs an initialiser, for ever.
    void holdForEver() throws InterruptedException {
        hold();
        once.run(() -> {
            while (!Scene.segment(manager).isClosed()) {
                LockSupport.parkNanos(1_000_000);
            }
        });
    }

    void awaitSignal() throws InterruptedException {
        condition.lock().lock();
        condition.await();
    }

    void awaitOthers() throws InterruptedException, BrokenBarrierException {
        barrier.await();
    }

    /// Whether somebody has come to the end of [#holdForEver], and waits in [#awaitSignal] and [#awaitOthers].
    boolean allIsInUse() {
        return OwnerWord.ownerOf(Scene.read(once, OnceLayout.WORD)) != 0
                && ConditionQueue.waiters(((SegmentObject) condition).region().memory()) > 0
                && !condition.lock().isLocked()
                && barrier.getNumberWaiting() > 0;
    }

    /// Signals a waiter who does not get to know of it, as the lock is kept from it until `then` is done.
    void signalInVain(Runnable then) {
        condition.lock().lock();
        condition.signal();
        then.run();
        condition.lock().unlock();
    }

    /// Checks that all is given back, and who asks is told, after the death of one that had all in use.
    void checkGivenBack() throws Exception {
        assertTrue(Scene.isRefused(lock));
        assertTrue(Scene.isRefused(written.readLock()));
        assertTrue(lock.recover());
        lock.unlock();
        assertTrue(written.recover());
        written.writeLock().unlock();
        checkWhole();
    }

    /// Checks that all is given back that can be in use while nobody need be told.
    void checkWhole() throws Exception {
        checkFree();
        assertTrue(once.run(() -> {}));
        assertTrue(event.isSet());
        assertEquals(1, latch.getCount());
    }

    /// Checks that nobody is in the way of anybody.
    void checkFree() throws Exception {
        assertFalse(Scene.isRefused(read.writeLock()));
        assertTrue(semaphore.tryAcquire(PERMITS, 20, TimeUnit.SECONDS));
        assertEquals(0, semaphore.availablePermits());
        semaphore.release(PERMITS);
        for (int slot = 0; slot < 8; slot++) {
            assertEquals(0, Scene.read(condition, ConditionLayout.WAITERS, slot));
            assertEquals(0, Scene.read(condition, ConditionLayout.SIGNALS, slot));
        }
        for (int word : List.of(
                Scene.read(read, ReadWriteLayout.SECTION),
                Scene.read(written, ReadWriteLayout.SECTION),
                Scene.read(semaphore, SemaphoreLayout.SECTION),
                Scene.read(condition, ConditionLayout.SECTION),
                Scene.read(barrier, BarrierLayout.SECTION))) {
            assertEquals(0, OwnerWord.ownerOf(word), () -> OwnerWord.describe(word));
        }
    }
}
