package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A [SharedLock] keeps the contract of [java.util.concurrent.locks.Lock]: times, interrupts, reentrancy. Two
/// managers stand for two processes.
@SuppressWarnings("LockNotBeforeTry") // The lock itself is what is tested here.
final class SharedLockContractTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;
    private SharedLock lock;
    private SharedLock other;

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
        lock = mine.lock("lock");
        other = theirs.lock("lock");
    }

    @AfterEach
    void close() throws IOException {
        mine.close();
        theirs.close();
    }

    /// A thread that waits for the lock, and is known to do so when this returns.
    private <T> Waiter<T> waiter(Callable<T> waits) {
        final FutureTask<T> task = new FutureTask<>(waits);
        final Thread thread = Thread.ofPlatform().daemon().start(task);
        Eventually.holds(
                "the waiter has announced itself", () -> lock.toString().contains("contended"));
        return new Waiter<>(thread, task);
    }

    private record Waiter<T>(Thread thread, FutureTask<T> task) {
        Throwable failure() {
            final Throwable cause =
                    assertThrows(ExecutionException.class, task::get).getCause();
            assertTrue(cause != null);
            return cause;
        }
    }

    @Test
    void timesThatAreUpAtOnceTakeAFreeLockOnly() throws InterruptedException {
        for (long time : new long[] {0, -1, Long.MIN_VALUE}) {
            assertTrue(other.tryLock(time, TimeUnit.NANOSECONDS));
            assertFalse(lock.tryLock(time, TimeUnit.DAYS));
            other.unlock();
        }
    }

    @Test
    void timesThatAreUpAtOnceDoNotSpinEither() throws IOException, InterruptedException {
        final SharedLock spinning = mine.waiting(Waiting.spin()).lock("lock");
        other.lock();
        // If each spun for one slice, the test's own time would be up long before the last of them.
        for (int i = 0; i < 10_000; i++) {
            assertFalse(spinning.tryLock(0, TimeUnit.SECONDS));
        }
        other.unlock();
    }

    @Test
    void timesBeyondAllBoundsWait() throws Exception {
        other.lock();
        final Waiter<Boolean> waiter = waiter(() -> {
            final boolean acquired = lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS);
            lock.unlock();
            return acquired;
        });
        other.unlock();
        assertTrue(waiter.task().get());
    }

    @Test
    void aTimeIsWaitedForInFull() throws InterruptedException {
        other.lock();
        final long start = System.nanoTime();
        assertFalse(lock.tryLock(120, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 120_000_000);
        other.unlock();
    }

    @Test
    void interruptsEndInterruptibleWaits() {
        other.lock();
        final Waiter<Object> interruptible = waiter(() -> {
            lock.lockInterruptibly();
            return "acquired";
        });
        interruptible.thread().interrupt();
        assertInstanceOf(InterruptedException.class, interruptible.failure());
        final Waiter<Boolean> timed = waiter(() -> lock.tryLock(1, TimeUnit.HOURS));
        timed.thread().interrupt();
        assertInstanceOf(InterruptedException.class, timed.failure());
        other.unlock();
        assertTrue(lock.tryLock(), "who was interrupted holds nothing");
        lock.unlock();
    }

    @Test
    void interruptsOfOtherWaitsAreKept() throws Exception {
        other.lock();
        final Waiter<Boolean> waiter = waiter(() -> {
            lock.lock();
            final boolean interrupted = Thread.interrupted();
            lock.unlock();
            return interrupted;
        });
        waiter.thread().interrupt();
        assertThrows(TimeoutException.class, () -> waiter.task().get(120, TimeUnit.MILLISECONDS));
        other.unlock();
        assertTrue(waiter.task().get());
    }

    @Test
    void aHolderReentersInEveryWay() throws InterruptedException {
        lock.lock();
        lock.lock();
        lock.lockInterruptibly();
        assertTrue(lock.tryLock());
        assertTrue(lock.tryLock(0, TimeUnit.SECONDS));
        assertEquals(5, lock.holdCount());
        for (int held = 4; held >= 0; held--) {
            assertFalse(other.tryLock());
            lock.unlock();
            assertEquals(held, lock.holdCount());
        }
        assertTrue(other.tryLock());
        other.unlock();
    }

    @Test
    void moreHoldsThanCanBeCountedAreRefused() throws ReflectiveOperationException {
        lock.lock();
        final Field shared = SegmentLock.class.getDeclaredField("process");
        shared.setAccessible(true);
        final ProcessLock process = (ProcessLock) shared.get(lock);
        process.reentries = Integer.MAX_VALUE - 2;
        lock.lock();
        assertEquals(Integer.MAX_VALUE, lock.holdCount());
        Refusal.of(Error.class, lock::lock, "lock", "2147483647");
        Refusal.of(Error.class, lock::tryLock, "2147483647");
        assertEquals(Integer.MAX_VALUE, lock.holdCount());
        process.reentries = 0;
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void closingEndsTheWaitsOfItsOwnManagerOnly() throws Exception {
        final Manager third = Manager.open(directory.resolve("segment"));
        other.lock();
        final SharedLock closing = third.lock("lock");
        final Waiter<Object> ended = waiter(() -> {
            closing.lock();
            return "acquired";
        });
        final Waiter<Boolean> waitsOn = waiter(() -> {
            lock.lock();
            lock.unlock();
            return true;
        });
        third.close();
        assertInstanceOf(IllegalStateException.class, ended.failure());
        other.unlock();
        assertTrue(waitsOn.task().get());
    }

    @Test
    void strangersCannotUnlock() {
        other.lock();
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
        assertTrue(other.isHeldByCurrentThread());
        other.unlock();
    }

    @Test
    void itIsOneLockForAllViewsOfOneManager() throws IOException {
        final SharedLock again = mine.waiting(Waiting.spin()).lock("lock");
        lock.lock();
        again.lock();
        assertEquals(2, lock.holdCount());
        again.unlock();
        again.unlock();
        assertFalse(lock.isLocked());
    }
}
