package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLock;
import dev.backplane.SharedOnce;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Owners of locks, and runners of initialisers, that go away: who comes next, local or remote, is told.
@NullUnmarked
@SuppressWarnings("LockNotBeforeTry") // Tests of exactly that.
final class RemoteOwnersJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

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

    @Test
    void theDeathOfALocalOwnerIsToldAndCanBeRecovered() throws Exception {
        try (Jvm local = Jvm.fork(LocalOwnerMain.class, server.segment().toString())) {
            local.expect("locked");
            local.kill();
        }
        final SharedLock lock = manager.lock("lock");
        assertThrows(OwnerDiedException.class, lock::lock);
        assertFalse(lock.isHeldByCurrentThread());
        assertTrue(lock.recover());
        assertTrue(lock.isHeldByCurrentThread());
        lock.unlock();
        lock.lock();
        lock.unlock();
        try (Jvm local = Jvm.fork(LocalOwnerMain.class, server.segment().toString())) {
            local.expect("locked");
            local.kill();
        }
        final List<String> repairs = new ArrayList<>();
        final SharedLock repaired = manager.lock("lock", OwnerDeath.repairWith(() -> repairs.add("repaired")));
        repaired.lock();
        assertEquals(List.of("repaired"), repairs);
        repaired.unlock();
    }

    @Test
    void aThreadThatEndsAbandonsItsLock() throws Exception {
        final List<String> repairs = new ArrayList<>();
        final SharedLock lock = manager.lock("lock", OwnerDeath.repairWith(() -> repairs.add("repaired")));
        Thread.ofVirtual().start(lock::lock).join();
        lock.lock();
        assertEquals(List.of("repaired"), repairs);
        lock.unlock();
    }

    @Test
    void anOwnerMayAbandonItsLock() throws Exception {
        final SharedLock lock = manager.lock("lock");
        assertThrows(IllegalMonitorStateException.class, lock::abandon);
        lock.lock();
        lock.lock();
        lock.abandon();
        assertFalse(lock.isHeldByCurrentThread());
        assertThrows(OwnerDiedException.class, lock::lock);
        final SharedReadWriteLock readWrite = manager.readWriteLock("rw");
        assertThrows(IllegalMonitorStateException.class, readWrite::abandon);
        readWrite.writeLock().lock();
        readWrite.abandon();
        assertThrows(OwnerDiedException.class, readWrite.readLock()::lock);
    }

    @Test
    void anInitialiserRunsOnceWhateverProcessComesFirst() throws Exception {
        final SharedOnce once = manager.once("init");
        final List<String> runs = new ArrayList<>();
        assertFalse(once.isDone());
        assertThrows(
                IllegalArgumentException.class,
                () -> once.run(() -> {
                    throw new IllegalArgumentException("not yet");
                }));
        assertThrows(IllegalStateException.class, () -> once.run(() -> once.run(() -> runs.add("inner"))));
        assertFalse(once.isDone());
        try (Manager local = Manager.open(server.segment())) {
            final FutureTask<Object> other =
                    new FutureTask<>(() -> local.once("init").run(() -> runs.add("local")));
            assertTrue(once.run(() -> {
                Thread.ofPlatform().daemon().start(other);
                runs.add("remote");
            }));
            assertEquals(false, other.get(60, TimeUnit.SECONDS));
            assertTrue(local.once("init").isDone());
        }
        assertTrue(once.isDone());
        assertFalse(once.run(() -> runs.add("again")));
        assertEquals(List.of("remote"), runs);
    }

    @Test
    void theInitialiserOfAKilledClientIsRunByTheNext() throws Exception {
        final SharedOnce once = manager.once("init");
        try (Jvm client = server.client()) {
            ServerJvm.tell(client, "initialise init", "runs");
            final FutureTask<Object> next = new FutureTask<>(() -> once.run(() -> {}));
            Thread.ofVirtual().start(next);
            assertFalse(once.isDone());
            client.kill();
            assertEquals(true, next.get(60, TimeUnit.SECONDS));
        }
        assertTrue(once.isDone());
    }
}
