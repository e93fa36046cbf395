package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a fair lock has beyond [SegmentLockTest]: the order.
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // The lock itself is what is tested here.
final class FairLockTest {
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
        lock = mine.lock("lock", LockOptions.defaults().asFair());
        other = theirs.lock("lock", LockOptions.defaults().asFair());
    }

    @AfterEach
    void close() throws IOException {
        theirs.close();
        mine.close();
    }

    private long tickets() {
        return FairLockLayout.NEXT_TICKET.getAcquire(
                ((SegmentLock) lock).region().memory(), 0);
    }

    @Test
    void itGoesToWhoHasWaitedLongestWhateverTheProcess() throws Exception {
        final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        lock.lock();
        try (var threads = Executors.newFixedThreadPool(12)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                final int number = i;
                final long before = tickets();
                final SharedLock wanted = i % 3 == 0 ? lock : other;
                running.add(threads.submit(() -> {
                    wanted.lock();
                    order.add(number);
                    wanted.unlock();
                }));
                Eventually.holds("it is in line", () -> tickets() > before);
            }
            lock.unlock();
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), order);
        assertFalse(lock.isLocked());
    }

    @Test
    void whoArrivesDoesNotGetItBeforeWhoWaits() throws Exception {
        lock.lock();
        try (var threads = Executors.newSingleThreadExecutor()) {
            final long before = tickets();
            final Future<?> waiter = threads.submit(() -> {
                other.lock();
                assertFalse(lock.tryLock(), "it was given, not freed");
                other.unlock();
            });
            Eventually.holds("it is in line", () -> tickets() > before);
            lock.unlock();
            lock.lock(); // Behind the waiter, though this thread is awake and the other one is not.
            lock.unlock();
            waiter.get();
        }
    }

    @Test
    void whoGivesUpIsPassedOver() throws Exception {
        lock.lock();
        try (var threads = Executors.newFixedThreadPool(2)) {
            final Future<Boolean> hasty = threads.submit(() -> other.tryLock(60, TimeUnit.MILLISECONDS));
            Eventually.holds("it is in line", () -> tickets() > 0);
            final long before = tickets();
            final Future<Boolean> patient = threads.submit(() -> other.tryLock(1, TimeUnit.MINUTES));
            Eventually.holds("it is in line too", () -> tickets() > before);
            assertFalse(hasty.get());
            lock.unlock();
            assertTrue(patient.get());
        }
    }

    @Test
    void aClosedProcessGivesItsPlaceAndTheLockOn() throws Exception {
        lock.lock();
        try (var threads = Executors.newFixedThreadPool(2)) {
            final Future<?> closed = threads.submit(other::lock);
            Eventually.holds("it is in line", () -> tickets() > 0);
            final long before = tickets();
            final Future<Boolean> next = threads.submit(() -> lock.tryLock(1, TimeUnit.MINUTES));
            Eventually.holds("another is behind it", () -> tickets() > before);
            theirs.close();
            assertThrows(Exception.class, closed::get);
            lock.unlock();
            assertTrue(next.get());
        }
    }

    @Test
    void threadsOfTwoProcessesExcludeEachOther() throws Exception {
        final var counter = mine.longValue("counter");
        try (var threads = Executors.newFixedThreadPool(6)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                final SharedLock guard = i % 2 == 0 ? lock : other;
                running.add(threads.submit(() -> {
                    for (int n = 0; n < 500; n++) {
                        guard.lock();
                        counter.setRelease(counter.getAcquire() + 1);
                        guard.unlock();
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(3_000, counter.get());
        assertFalse(lock.isLocked());
    }

    @Test
    void fairnessIsThePropertyOfTheObject() {
        assertThrows(SegmentException.class, () -> theirs.lock("lock"));
    }

    @Test
    void conditionsAndHandlesKnowIt() throws Exception {
        final var condition = theirs.condition("changed", other);
        final SharedLock attached = (SharedLock) mine.attach("lock");
        attached.lock();
        assertTrue(lock.isHeldByCurrentThread());
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Boolean> waiter = threads.submit(() -> {
                other.lock();
                try {
                    return condition.await(1, TimeUnit.MINUTES);
                } finally {
                    other.unlock();
                }
            });
            Eventually.holds("it is in line", () -> tickets() > 0);
            attached.unlock();
            final var signalled = (dev.backplane.SharedCondition) mine.attach("changed");
            Eventually.holds("it waits", () -> {
                signalled.lock().lock();
                try {
                    signalled.signal();
                } finally {
                    signalled.lock().unlock();
                }
                return waiter.isDone();
            });
            assertTrue(waiter.get());
        }
    }
}
