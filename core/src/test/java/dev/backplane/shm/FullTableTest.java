package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.Abandonment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A segment with as many participants as there can be, of which the first, a middle one and the last die.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Single waits are what is tested; victims do not unlock.
final class FullTableTest {
    private static final int ALL = 256;
    private static final List<Integer> VICTIMS = List.of(0, ALL / 2, ALL - 1);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final List<Manager> managers = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        Abandonment.assumeSeen();
        for (int slot = 0; slot < ALL; slot++) {
            managers.add(attach());
        }
        assertThrows(SegmentException.class, this::attach, "there is no room for another");
    }

    @AfterEach
    void close() throws IOException {
        for (Manager manager : managers) {
            manager.close();
        }
    }

    private Manager attach() throws IOException {
        return Manager.open(
                directory.resolve("segment"), SegmentOptions.defaults().withSize(1 << 20));
    }

    private void killVictims() {
        for (int victim : VICTIMS) {
            Abandonment.of(Scene.segment(managers.get(victim)));
        }
    }

    private List<Manager> survivors() {
        final List<Manager> survivors = new ArrayList<>(managers);
        VICTIMS.reversed().forEach(victim -> survivors.remove((int) victim));
        return survivors;
    }

    private static <T> FutureTask<T> started(Callable<T> task) {
        final FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    @Test
    void whatTheDeadHeldComesToTheOthersAndTheirSlotsToNewcomers() throws Exception {
        for (int victim : VICTIMS) {
            managers.get(victim).lock("lock " + victim, OwnerDeath.ignore()).lock();
        }
        for (Manager manager : managers) {
            manager.semaphore("semaphore", ALL).acquire();
            manager.readWriteLock("read-write lock").readLock().lock();
        }
        killVictims();
        final List<Manager> survivors = survivors();
        for (Manager manager : survivors) {
            for (int victim : VICTIMS) {
                final SharedLock lock = manager.lock("lock " + victim, OwnerDeath.ignore());
                lock.lock();
                lock.unlock();
            }
            manager.semaphore("semaphore", ALL).release();
            manager.readWriteLock("read-write lock").readLock().unlock();
        }
        final SharedSemaphore semaphore = survivors.getFirst().semaphore("semaphore", ALL);
        assertTrue(semaphore.tryAcquire(ALL, 1, TimeUnit.MINUTES));
        assertEquals(0, semaphore.availablePermits());
        final SharedReadWriteLock readWrite = survivors.getLast().readWriteLock("read-write lock");
        assertTrue(readWrite.writeLock().tryLock(1, TimeUnit.MINUTES));
        readWrite.writeLock().unlock();
        for (int newcomer = 0; newcomer < VICTIMS.size(); newcomer++) {
            managers.add(attach());
        }
    }

    @Test
    void allLearnThatSomeOfThemWillNotGoOn() throws Exception {
        final List<Manager> survivors = survivors();
        final SharedBarrier last = survivors.removeLast().barrier("barrier", ALL);
        final List<FutureTask<Integer>> dying = new ArrayList<>();
        for (int victim : VICTIMS) {
            final SharedBarrier barrier = managers.get(victim).barrier("barrier", ALL);
            dying.add(started(barrier::await));
        }
        final List<FutureTask<Integer>> waiting = new ArrayList<>();
        for (Manager manager : survivors) {
            final SharedBarrier barrier = manager.barrier("barrier", ALL);
            waiting.add(started(barrier::await));
        }
        Eventually.holds("all but one wait", () -> last.getNumberWaiting() == ALL - 1);
        killVictims();
        for (FutureTask<Integer> one : waiting) {
            assertInstanceOf(
                    BrokenBarrierException.class,
                    assertThrows(ExecutionException.class, one::get).getCause());
        }
        assertThrows(BrokenBarrierException.class, last::await);
        for (FutureTask<Integer> one : dying) {
            assertThrows(ExecutionException.class, one::get);
        }
    }

    @Test
    void asManySignalsAsLiveWaitersWakeThemAll() throws Exception {
        final List<Manager> survivors = survivors();
        final SharedCondition signaller = condition(survivors.removeLast());
        final List<FutureTask<Boolean>> dying = new ArrayList<>();
        for (int victim : VICTIMS) {
            final SharedCondition condition = condition(managers.get(victim));
            dying.add(started(() -> awaitSignal(condition)));
        }
        final List<FutureTask<Boolean>> waiting = new ArrayList<>();
        for (Manager manager : survivors) {
            final SharedCondition condition = condition(manager);
            waiting.add(started(() -> awaitSignal(condition)));
        }
        Eventually.holds("all but one wait", () -> waiters(signaller) == ALL - 1);
        killVictims();
        signaller.lock().lock();
        for (int i = 0; i < waiting.size(); i++) {
            signaller.signal(); // The dead have their turns too, and their signals go to others.
        }
        signaller.lock().unlock();
        for (FutureTask<Boolean> one : waiting) {
            assertTrue(one.get());
        }
        for (FutureTask<Boolean> one : dying) {
            assertThrows(ExecutionException.class, one::get);
        }
    }

    private static SharedCondition condition(Manager manager) throws IOException {
        return manager.condition("condition", manager.lock("lock", OwnerDeath.ignore()));
    }

    private static int waiters(SharedCondition condition) {
        return ConditionQueue.waiters(((SegmentCondition) condition).region().memory());
    }

    private static boolean awaitSignal(SharedCondition condition) throws InterruptedException {
        condition.lock().lock();
        try {
            return condition.await(1, TimeUnit.MINUTES);
        } finally {
            condition.lock().unlock();
        }
    }
}
