package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectionLostException;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLock;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.TimedLock;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a client's own policy does after the death of an owner: as it does in memory.
@NullUnmarked
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // Tests of exactly that.
final class RemoteOwnerDeathJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final List<String> seen = new ArrayList<>();
    private ServerJvm server;
    private Manager manager;

    @BeforeEach
    void connect() throws Exception {
        server = new ServerJvm(directory);
        manager = server.connect();
    }

    @AfterEach
    void end() throws IOException {
        manager.close();
        server.close();
    }

    private void killAnOwner() {
        try (Jvm local = Jvm.fork(LocalOwnerMain.class, server.segment().toString())) {
            local.expect("locked");
            local.kill();
        }
    }

    private static void fail() {
        throw new IllegalArgumentException("not repaired");
    }

    @Test
    void aRepairThatFailsLeavesALockAsItWasFound() throws Exception {
        killAnOwner();
        final AtomicReference<SharedLock> again = new AtomicReference<>();
        final SharedLock failing = manager.lock("lock", OwnerDeath.repairWith(() -> {
            again.get().lock();
            fail();
        }));
        again.set(failing);
        assertThrows(IllegalArgumentException.class, failing::lock);
        assertFalse(failing.isHeldByCurrentThread());
        assertFalse(failing.isLocked());
        final SharedLock lock = manager.lock("lock");
        assertThrows(OwnerDiedException.class, lock::lock);
        assertTrue(lock.recover());
        lock.unlock();
        lock.lock();
        lock.unlock();
    }

    @Test
    void aRepairThatFailsLeavesEitherHalfAsItWasFound() throws Exception {
        final SharedReadWriteLock refusing = manager.readWriteLock("rw");
        final SharedReadWriteLock failing =
                manager.readWriteLock("rw", OwnerDeath.repairWith(RemoteOwnerDeathJvmTest::fail));
        refusing.writeLock().lock();
        refusing.abandon();
        for (TimedLock half : List.of(failing.writeLock(), failing.readLock())) {
            assertThrows(IllegalArgumentException.class, half::lock);
            assertThrows(IllegalArgumentException.class, half::tryLock);
            assertEquals(0, failing.getWriteHoldCount());
            assertEquals(0, failing.getReadHoldCount());
            assertEquals(0, failing.getReadLockCount());
            assertTrue(failing.writer().isEmpty());
            assertThrows(OwnerDiedException.class, refusing.readLock()::lock);
            assertThrows(OwnerDiedException.class, refusing.writeLock()::lock);
        }
        assertTrue(refusing.recover());
        refusing.writeLock().unlock();
        refusing.readLock().lock();
        refusing.readLock().unlock();
    }

    @Test
    void aReaderRepairsAsAWriter() throws Exception {
        final SharedReadWriteLock refusing = manager.readWriteLock("rw");
        final AtomicReference<SharedReadWriteLock> repaired = new AtomicReference<>();
        repaired.set(manager.readWriteLock("rw", OwnerDeath.repairWith(() -> {
            final SharedReadWriteLock lock = repaired.get();
            seen.add(lock.writer().isPresent() + " " + lock.getWriteHoldCount() + " " + lock.getReadLockCount());
        })));
        final SharedReadWriteLock lock = repaired.get();
        for (Callable<Boolean> acquire : List.<Callable<Boolean>>of(lock.readLock()::tryLock, () -> {
            lock.readLock().lock();
            return true;
        })) {
            refusing.writeLock().lock();
            refusing.abandon();
            seen.clear();
            assertTrue(acquire.call());
            assertEquals(List.of("true 1 0"), seen);
            assertEquals(1, lock.getReadHoldCount());
            assertEquals(0, lock.getWriteHoldCount());
            assertTrue(lock.writer().isEmpty());
            lock.readLock().unlock();
            assertEquals(0, lock.getReadLockCount());
        }
        refusing.writeLock().lock();
        refusing.writeLock().unlock();
    }

    @Test
    void aRepairForAReaderMayReadAndGoOnReading() throws Exception {
        final AtomicReference<SharedReadWriteLock> repaired = new AtomicReference<>();
        repaired.set(manager.readWriteLock(
                "rw", OwnerDeath.repairWith(() -> repaired.get().readLock().lock())));
        final SharedReadWriteLock lock = repaired.get();
        lock.writeLock().lock();
        lock.abandon();
        lock.readLock().lock();
        assertEquals(2, lock.getReadHoldCount());
        lock.readLock().unlock();
        assertEquals(1, lock.getReadLockCount());
        lock.readLock().unlock();
        assertEquals(0, lock.getReadLockCount());
        lock.writeLock().lock();
        lock.writeLock().unlock();
    }

    /// Waits on a condition, with the lock held twice, while an owner of the lock dies.
    private FutureTask<Object> whoWaits(SharedLock lock, Duration longest, Function<Callable<Boolean>, Object> then)
            throws Exception {
        final SharedCondition condition = manager.condition("changed", lock);
        final SharedEvent waits = manager.event("waits");
        final FutureTask<Object> waiter = RemoteCollectionsContract.inThread(() -> {
            lock.lock();
            lock.lock();
            waits.set();
            final Object result = then.apply(() -> condition.await(longest));
            lock.unlock();
            lock.unlock();
            return result;
        });
        waits.await();
        return waiter;
    }

    private static Object called(Callable<?> call) {
        try {
            return call.call();
        } catch (Exception e) {
            return e.getClass();
        }
    }

    @Test
    void whoWaitsIsToldOfAnOwnersDeathAndMayRecover() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final FutureTask<Object> waiter = whoWaits(lock, Duration.ofHours(1), await -> {
            seen.add(String.valueOf(called(await)));
            seen.add(lock.holdCount() + " " + lock.recover() + " " + lock.recover() + " " + lock.holdCount());
            lock.unlock();
            lock.unlock();
            return lock.holdCount();
        });
        killAnOwner();
        assertEquals(2, RemoteCollectionsContract.result(waiter));
        assertEquals(List.of(OwnerDiedException.class.toString(), "2 true false 4"), seen);
        lock.lock();
        assertFalse(lock.recover());
        lock.unlock();
        lock.unlock();
    }

    @Test
    void whoWaitsAndDoesNotRecoverLeavesTheLockAbandoned() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final FutureTask<Object> waiter = whoWaits(lock, Duration.ofHours(1), RemoteOwnerDeathJvmTest::called);
        lock.lock();
        lock.abandon();
        assertEquals(OwnerDiedException.class, RemoteCollectionsContract.result(waiter));
        assertThrows(OwnerDiedException.class, lock::lock);
    }

    @Test
    void whoWaitsRepairsByItsOwnPolicy() throws Exception {
        final AtomicReference<SharedLock> held = new AtomicReference<>();
        final SharedLock lock = manager.lock(
                "lock",
                OwnerDeath.repairWith(
                        () -> seen.add("repaired, held " + held.get().holdCount())));
        held.set(lock);
        final FutureTask<Object> waiter = whoWaits(lock, Duration.ofHours(1), RemoteOwnerDeathJvmTest::called);
        killAnOwner();
        assertEquals(true, RemoteCollectionsContract.result(waiter));
        assertEquals(List.of("repaired, held 2"), seen);
        final SharedLock refusing = manager.lock("lock");
        refusing.lock();
        refusing.unlock();
    }

    @Test
    void whoWaitsAndFailsToRepairHasTheLockAndLeavesItAbandoned() throws Exception {
        final SharedLock lock = manager.lock("lock", OwnerDeath.repairWith(RemoteOwnerDeathJvmTest::fail));
        final FutureTask<Object> waiter =
                whoWaits(lock, Duration.ofHours(1), await -> called(await) + " " + lock.holdCount());
        final SharedLock refusing = manager.lock("lock");
        refusing.lock();
        refusing.abandon();
        assertEquals(IllegalArgumentException.class + " 2", RemoteCollectionsContract.result(waiter));
        assertThrows(OwnerDiedException.class, refusing::lock);
    }

    @Test
    void whoWaitsMayIgnoreAnOwnersDeath() throws Exception {
        final SharedLock lock = manager.lock("lock", new LockOptions(true, OwnerDeath.ignore()));
        final FutureTask<Object> waiter = whoWaits(lock, Duration.ofHours(1), RemoteOwnerDeathJvmTest::called);
        lock.lock();
        lock.abandon();
        assertEquals(true, RemoteCollectionsContract.result(waiter));
    }

    /// Only a wait that is limited by the time for calls ends before the lock is free.
    @Test
    void aWaiterWaitsForItsLockHoweverLongOthersHaveIt() throws Exception {
        final Duration callTimeout = Duration.ofSeconds(2);
        try (Manager impatient = server.connect(ServerJvm.options().callTimeout(callTimeout));
                Manager local = Manager.open(server.segment())) {
            final Manager patient = manager;
            manager = impatient;
            final SharedLock lock = impatient.lock("lock");
            final FutureTask<Object> waiter = whoWaits(lock, Duration.ofHours(1), RemoteOwnerDeathJvmTest::called);
            manager = patient;
            final SharedLock held = local.lock("lock");
            held.lock(); // The waiter waits.
            final long begin = System.nanoTime();
            final long longEnough = callTimeout.plusMillis(500).toNanos();
            while (!waiter.isDone() && System.nanoTime() - begin < longEnough) {
                LockSupport.parkNanos(RemoteWait.SLICE_NANOS);
            }
            assertFalse(waiter.isDone());
            local.condition("changed", held).signal();
            held.unlock();
            assertEquals(true, RemoteCollectionsContract.result(waiter));
        }
    }

    @Test
    void aWaiterNoticesThatTheServerDiesWhileOthersHaveItsLock() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final FutureTask<Object> waiter =
                whoWaits(lock, Duration.ofHours(1), await -> seen.add(String.valueOf(called(await))));
        try (Manager local = Manager.open(server.segment())) {
            local.lock("lock").lock();
            server.jvm().kill();
            final ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> RemoteCollectionsContract.result(waiter));
            assertInstanceOf(ConnectionLostException.class, failure.getCause()); // Of its unlock().
            assertEquals(List.of(ConnectionLostException.class.toString()), seen);
            local.lock("lock").unlock();
        }
    }
}
