package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Read-write locks within one JVM, whose two managers are two participants.
@SuppressWarnings("LockNotBeforeTry") // Odd uses are what is tested.
final class SegmentReadWriteLockTest extends TwoAttachments {
    private SharedReadWriteLock lock;
    private SharedReadWriteLock other;

    @BeforeEach
    void open() throws IOException {
        lock = mine.readWriteLock("lock");
        other = theirs.readWriteLock("lock");
    }

    private static <T> FutureTask<T> started(Callable<T> task) {
        final FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future);
        return future;
    }

    private static FutureTask<Void> locking(Lock lock) {
        return started(() -> {
            lock.lock();
            lock.unlock();
            return null;
        });
    }

    private ReadWriteCounts counts() {
        final var memory = ((SegmentReadWriteLock) lock).region().memory();
        return new ReadWriteCounts(
                ReadWriteLayout.READING.getVolatile(memory, 0),
                ReadWriteLayout.WAITING.getVolatile(memory, 0),
                ReadWriteLayout.QUEUED.getVolatile(memory, 0));
    }

    private record ReadWriteCounts(int reading, int waiting, int queued) {}

    private void untilCounts(int reading, int waiting, int queued) {
        final ReadWriteCounts expected = new ReadWriteCounts(reading, waiting, queued);
        Eventually.holds(expected + " is reached", () -> counts().equals(expected));
    }

    @Test
    void manyReadOrOneWrites() throws Exception {
        lock.readLock().lock();
        assertTrue(other.readLock().tryLock());
        assertEquals(2, lock.getReadLockCount());
        assertFalse(other.writeLock().tryLock());
        other.readLock().unlock();
        lock.readLock().unlock();
        assertTrue(other.writeLock().tryLock());
        assertTrue(other.isWriteLockedByCurrentThread());
        assertFalse(lock.isWriteLockedByCurrentThread());
        assertEquals(ProcessHandle.current().pid(), lock.writer().orElseThrow().pid());
        assertFalse(lock.readLock().tryLock());
        assertFalse(lock.readLock().tryLock(10, TimeUnit.MILLISECONDS));
        assertFalse(lock.writeLock().tryLock(-1, TimeUnit.MILLISECONDS));
        other.writeLock().unlock();
        assertTrue(lock.writer().isEmpty());
        untilCounts(0, 0, 0);
    }

    @Test
    void bothAreReentrantAndAWriterMayGoOnReading() {
        lock.writeLock().lock();
        lock.writeLock().lock();
        lock.readLock().lock();
        lock.readLock().lock();
        assertEquals(2, lock.getWriteHoldCount());
        assertEquals(2, lock.getReadHoldCount());
        assertFalse(other.readLock().tryLock());
        lock.writeLock().unlock();
        lock.writeLock().unlock();
        assertTrue(other.readLock().tryLock(), "it reads only now");
        other.readLock().unlock();
        assertFalse(other.writeLock().tryLock());
        lock.readLock().unlock();
        lock.readLock().unlock();
        assertTrue(other.writeLock().tryLock());
        other.writeLock().unlock();
    }

    @Test
    void misuseIsRefused() {
        Refusal.of(IllegalMonitorStateException.class, lock.readLock()::unlock, "read lock of lock");
        Refusal.of(IllegalMonitorStateException.class, lock.writeLock()::unlock, "write lock of lock");
        lock.readLock().lock();
        Refusal.of(IllegalMonitorStateException.class, lock.writeLock()::lock, "wait for itself");
        assertFalse(lock.writeLock().tryLock());
        lock.readLock().unlock();
        assertThrows(UnsupportedOperationException.class, lock.readLock()::newCondition);
        assertThrows(UnsupportedOperationException.class, lock.writeLock()::newCondition);
    }

    @Test
    void readersWaitForAWaitingWriterAndAWriterForTheReadersItKeptWaiting() throws Exception {
        lock.readLock().lock();
        final FutureTask<Void> writer = locking(other.writeLock());
        untilCounts(1, 0, 1);
        assertFalse(other.readLock().tryLock(1, TimeUnit.MILLISECONDS), "a writer waits");
        assertTrue(lock.readLock().tryLock(), "but who reads may read again");
        lock.readLock().unlock();
        final FutureTask<Void> reader = locking(other.readLock());
        untilCounts(1, 1, 1);
        lock.readLock().unlock();
        writer.get();
        reader.get();

        lock.writeLock().lock();
        final List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
        final FutureTask<Void> secondWriter = started(() -> {
            other.writeLock().lock();
            order.add("writer");
            other.writeLock().unlock();
            return null;
        });
        untilCounts(0, 0, 1);
        final List<FutureTask<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(started(() -> {
                other.readLock().lock();
                order.add("reader");
                other.readLock().unlock();
                return null;
            }));
            untilCounts(0, i + 1, 1);
        }
        lock.writeLock().unlock();
        secondWriter.get();
        for (Future<Void> one : readers) {
            one.get();
        }
        assertEquals(List.of("reader", "reader", "reader", "writer"), order);
        untilCounts(0, 0, 0);
    }

    @Test
    void whoGivesUpWaitingIsNotWaitedFor() throws Exception {
        lock.readLock().lock();
        final FutureTask<Boolean> writer = started(() -> other.writeLock().tryLock(2, TimeUnit.SECONDS));
        Eventually.holds(
                "it waits, or has waited", () -> writer.isDone() || counts().equals(new ReadWriteCounts(1, 0, 1)));
        final FutureTask<Void> reader = locking(other.readLock());
        assertFalse(writer.get());
        reader.get();
        lock.readLock().unlock();
        untilCounts(0, 0, 0);

        lock.writeLock().lock();
        final FutureTask<Void> interrupted = new FutureTask<>(() -> {
            other.readLock().lockInterruptibly();
            return null;
        });
        final Thread thread = Thread.ofPlatform().start(interrupted);
        untilCounts(0, 1, 0);
        thread.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, interrupted::get).getCause());
        untilCounts(0, 0, 0);
        lock.writeLock().unlock();
        assertTrue(other.writeLock().tryLock(1, TimeUnit.MINUTES), "no pass is left over");
        other.writeLock().unlock();
    }

    @Test
    void aWriterMayLeaveTheLockAsADeadOne() {
        assertThrows(IllegalMonitorStateException.class, lock::abandon);
        lock.writeLock().lock();
        lock.writeLock().lock();
        lock.abandon();
        assertFalse(lock.isWriteLockedByCurrentThread());
        assertThrows(dev.backplane.OwnerDiedException.class, other.readLock()::lock);
        assertTrue(other.recover());
        other.writeLock().unlock();
        lock.readLock().lock();
        lock.readLock().unlock();
    }

    @Test
    void closingGivesBackAndLeavesAWriteAbandoned() throws Exception {
        lock.readLock().lock();
        lock.readLock().lock();
        final FutureTask<Boolean> writer = started(() -> {
            other.writeLock().lock();
            return true;
        });
        untilCounts(1, 0, 1);
        mine.close();
        assertTrue(writer.get());
        assertThrows(IllegalStateException.class, lock.readLock()::unlock);
        assertThrows(IllegalStateException.class, lock.readLock()::lock);
        theirs.close();
        try (Manager third = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedReadWriteLock left = third.readWriteLock("lock");
            assertThrows(dev.backplane.OwnerDiedException.class, left.readLock()::lock);
            assertThrows(dev.backplane.OwnerDiedException.class, left.writeLock()::lock);
            assertThrows(dev.backplane.OwnerDiedException.class, left.writeLock()::tryLock);
            final AtomicInteger repairs = new AtomicInteger();
            final SharedReadWriteLock repairing =
                    third.readWriteLock("lock", dev.backplane.OwnerDeath.repairWith(() -> {
                        if (repairs.incrementAndGet() == 1) {
                            throw new IllegalArgumentException("the first repair fails");
                        }
                    }));
            assertThrows(IllegalArgumentException.class, repairing.readLock()::lock);
            repairing.readLock().lock();
            assertEquals(2, repairs.get());
            assertFalse(repairing.isWriteLockedByCurrentThread());
            assertEquals(1, repairing.getReadHoldCount());
            repairing.readLock().unlock();
            left.writeLock().lock();
            left.writeLock().unlock();
            assertFalse(left.recover());
            left.writeLock().unlock();
        }
    }

    @Test
    void aReaderThatDoesNotWaitRepairsToo() throws Exception {
        lock.writeLock().lock();
        lock.abandon();
        final AtomicInteger repairs = new AtomicInteger();
        final SharedReadWriteLock repairing =
                theirs.readWriteLock("lock", dev.backplane.OwnerDeath.repairWith(repairs::incrementAndGet));
        assertTrue(repairing.readLock().tryLock());
        assertEquals(1, repairs.get());
        assertFalse(repairing.isWriteLockedByCurrentThread());
        assertEquals(1, repairing.getReadHoldCount());
        assertTrue(lock.readLock().tryLock(), "reading goes on beside it");
        lock.readLock().unlock();
        repairing.readLock().unlock();
        assertFalse(lock.recover());
        lock.writeLock().unlock();
    }

    @Test
    void writersExcludeEverybodyAndReadersSeeWholeWrites() throws Exception {
        final var pair = mine.longArray("pair", 2);
        final var same = theirs.longArray("pair", 2);
        try (var threads = Executors.newFixedThreadPool(6)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                final SharedReadWriteLock guard = i % 2 == 0 ? lock : other;
                final var values = i % 2 == 0 ? pair : same;
                final boolean writes = i < 2;
                running.add(threads.submit(() -> {
                    for (int n = 0; n < 3_000; n++) {
                        final Lock held = writes ? guard.writeLock() : guard.readLock();
                        held.lock();
                        try {
                            assertEquals(values.get(0), values.get(1));
                            if (writes) {
                                values.set(0, values.get(0) + 1);
                                values.set(1, values.get(1) + 1);
                            }
                        } finally {
                            held.unlock();
                        }
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(6_000, pair.get(0));
        untilCounts(0, 0, 0);
    }
}
