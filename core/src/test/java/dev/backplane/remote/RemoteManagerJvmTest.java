package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.ConnectionLostException;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.QueueOptions;
import dev.backplane.QueueShutDownException;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedMap;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.codec.Codecs;
import dev.backplane.connection.AuthenticationException;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A remote manager of a server of this library in another JVM.
@NullUnmarked
@SuppressWarnings("LockNotBeforeTry") // Tests of exactly that.
final class RemoteManagerJvmTest extends RemoteManagerContract {
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

    @Override
    Manager manager() {
        return manager;
    }

    @Test
    void clientsAndALocalJvmShareNamedObjects() throws Exception {
        try (Manager local = Manager.open(server.segment());
                Jvm client = server.client()) {
            final SharedQueue<String> mine = manager.queue("orders", 10);
            final SharedQueue<String> theirs = local.queue("orders", 10);
            theirs.put("from the local JVM");
            assertEquals("from the local JVM", mine.take());
            mine.put("two");
            ServerJvm.tell(client, "put orders three", "done");
            assertEquals(List.of("two", "three"), new ArrayList<>(theirs));
            assertEquals("two", mine.peek());
            assertTrue(mine.contains("three"));
            assertTrue(mine.remove("three"));
            final Iterator<String> each = mine.iterator();
            assertEquals("two", each.next());
            each.remove();
            assertTrue(theirs.isEmpty());
            local.queue("orders", 10).put("again");
            ServerJvm.tell(client, "take orders", "again");

            final SharedLock lock = manager.lock("lock");
            final SharedLock same = local.lock("lock");
            lock.lock();
            assertFalse(same.tryLock());
            assertTrue(same.isLocked());
            lock.unlock();
            same.lock();
            assertFalse(lock.tryLock());
            assertEquals(
                    ProcessHandle.current().pid(), lock.owner().orElseThrow().pid());
            same.unlock();

            final SharedMap<String, Long> map = manager.map("map", String.class, Long.class, 10);
            ServerJvm.tell(client, "count map a", "1");
            map.merge("a", 1L, Long::sum);
            local.map("map", String.class, Long.class, 10).merge("a", 1L, Long::sum);
            ServerJvm.tell(client, "count map a", "4");
            assertEquals(4L, map.get("a"));
        }
    }

    @Test
    void aKilledClientGivesBackWhatItHad() throws Exception {
        final SharedQueue<String> queue =
                manager.queue("tasks", QueueOptions.<String>capacity(10).asJoinable());
        queue.put("task");
        final SharedLock lock = manager.lock("lock");
        final SharedReadWriteLock readWrite = manager.readWriteLock("rw");
        final SharedSemaphore semaphore = manager.semaphore("s", 3);
        try (Jvm client = server.client()) {
            ServerJvm.tell(client, "lock lock", "done");
            ServerJvm.tell(client, "write rw", "done");
            ServerJvm.tell(client, "acquire s", "done");
            ServerJvm.tell(client, "takeOne tasks", "task");
            ServerJvm.tell(client, "hang barrier", "waits");
            assertFalse(lock.tryLock());
            assertFalse(readWrite.readLock().tryLock());
            assertEquals(1, semaphore.availablePermits());
            assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
            final SharedBarrier barrier = manager.barrier("barrier", 2);
            Eventually.holds("its thread waits", () -> barrier.getNumberWaiting() == 1);
            client.kill();
        }
        assertThrows(OwnerDiedException.class, lock::lock);
        try (Manager local = Manager.open(server.segment())) {
            assertThrows(OwnerDiedException.class, local.lock("lock")::lock);
            assertTrue(local.lock("lock").recover());
            local.lock("lock").unlock();
        }
        lock.lock();
        lock.unlock();
        assertThrows(OwnerDiedException.class, readWrite.readLock()::lock);
        assertTrue(readWrite.recover());
        readWrite.writeLock().unlock();
        readWrite.readLock().lock();
        readWrite.readLock().unlock();
        semaphore.acquire(3);
        queue.join();
        Eventually.holds("the barrier is broken", () -> {
            try {
                return manager.barrier("barrier", 2).isBroken();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aKilledServerEndsCallsUnderWayAndDoesNotHang() throws Exception {
        final SharedQueue<String> queue = manager.queue("q", 10);
        final SharedLock lock = manager.lock("lock");
        lock.lock();
        final SharedLong number = manager.longValue("n");
        final List<FutureTask<Object>> waiters = new ArrayList<>();
        waiters.add(new FutureTask<>(() -> queue.take()));
        waiters.add(new FutureTask<>(() -> manager.barrier("b", 2).await()));
        waiters.add(new FutureTask<>(() -> {
            lock.lock();
            return null;
        }));
        for (FutureTask<Object> waiter : waiters) {
            waiting(number::get, waiter);
        }
        Eventually.holds("one is at the barrier", () -> {
            try {
                return manager.barrier("b", 2).getNumberWaiting() == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        server.jvm().kill();
        for (FutureTask<Object> waiter : waiters) {
            final ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
            assertInstanceOf(ConnectionLostException.class, failure.getCause());
        }
        assertThrows(ConnectionLostException.class, queue::size);
        assertThrows(ConnectionLostException.class, lock::unlock);
        assertFalse(lock.isHeldByCurrentThread());
    }

    @Test
    void namedObjectsAreOpenedAgainWhenTheServerWasStartedAnew() throws Exception {
        final SharedLong number = manager.longValue("n");
        final SharedSemaphore semaphore = manager.semaphore("s", 3);
        semaphore.acquire();
        number.set(5);
        server.jvm().kill();
        assertThrows(ConnectionLostException.class, number::get);
        server.start("unix:" + directory.resolve("second"));
        java.nio.file.Files.deleteIfExists(directory.resolve("socket"));
        java.nio.file.Files.createSymbolicLink(directory.resolve("socket"), directory.resolve("second"));
        assertEquals(5, number.get());
        semaphore.acquire();
        assertEquals(1, semaphore.heldPermits());
    }

    @Test
    void aFrozenServerIsGivenUpAfterTheTimeForCalls() throws Exception {
        final SharedLong number = manager.longValue("n");
        number.set(1);
        // Connecting and opening are calls too, which a busy machine must have the time for.
        try (Manager impatient = server.connect(ServerJvm.options().callTimeout(Duration.ofSeconds(2)))) {
            final SharedLong same = impatient.longValue("n");
            server.jvm().stop();
            assertThrows(ConnectionLostException.class, same::get);
            server.jvm().resume();
            assertEquals(1, number.get());
        }
    }

    @Test
    void aLongElementForAFrozenServerIsGivenUp() throws Exception {
        final int length = 10 << 20;
        final QueueOptions<byte[]> options = QueueOptions.of(3, Codecs.of(byte[].class));
        final SharedQueue<byte[]> queue = manager.queue("long", options);
        queue.put(new byte[length]);
        try (Manager impatient = server.connect(ServerJvm.options().callTimeout(Duration.ofSeconds(2)))) {
            final SharedQueue<byte[]> same = impatient.queue("long", options);
            server.jvm().stop();
            assertThrows(ConnectionLostException.class, () -> same.put(new byte[length]));
            server.jvm().resume();
            assertEquals(length, queue.take().length);
        }
    }

    @Test
    void aWaitAtAFrozenServerEndsToo() throws Exception {
        try (Manager impatient = server.connect(ServerJvm.options().callTimeout(Duration.ofSeconds(2)))) {
            final SharedBarrier barrier = impatient.barrier("b", 2);
            final FutureTask<Object> waiter = inThread(() -> barrier.await(Duration.ofSeconds(5)));
            Eventually.holds("it waits", () -> barrier.getNumberWaiting() == 1);
            server.jvm().stop();
            final ExecutionException failure = assertThrows(ExecutionException.class, () -> result(waiter));
            assertInstanceOf(ConnectionLostException.class, failure.getCause());
            server.jvm().resume();
        }
    }

    @Test
    void whoHasAnotherKeyIsNotLetIn() {
        assertThrows(
                AuthenticationException.class,
                () -> Manager.connect(server.address(), "another".getBytes(StandardCharsets.UTF_8)));
        final ConnectOptions options = ConnectOptions.authkey("the password".getBytes(StandardCharsets.UTF_8));
        assertFalse(options.toString().contains("password"));
    }

    @Test
    void readersShareAndWritersDoNot() throws Exception {
        final SharedReadWriteLock lock = manager.readWriteLock("rw");
        lock.readLock().lock();
        final FutureTask<Object> reader = new FutureTask<>(() -> lock.readLock().tryLock());
        Thread.ofPlatform().start(reader);
        assertEquals(true, reader.get(60, TimeUnit.SECONDS));
        assertThrows(IllegalMonitorStateException.class, () -> lock.writeLock().lock());
        assertEquals(1, lock.getReadHoldCount());
        lock.readLock().unlock();
        lock.writeLock().lock();
        assertTrue(lock.isWriteLockedByCurrentThread());
        assertTrue(lock.writer().isPresent());
        lock.writeLock().unlock();
        assertThrows(UnsupportedOperationException.class, () -> lock.readLock().newCondition());
    }

    @Test
    void aShutDownQueueEndsForItsTakers() throws Exception {
        final SharedQueue<String> queue = manager.queue("q", 10);
        queue.put("last");
        queue.shutdown();
        assertTrue(queue.isShutdown());
        assertThrows(QueueShutDownException.class, () -> queue.put("more"));
        assertEquals("last", queue.take());
        assertThrows(QueueShutDownException.class, queue::take);
        assertNull(queue.poll());
        assertNull(queue.poll(1, TimeUnit.HOURS));
    }

    @Test
    void interruptsInTheMidstOfLongMessagesLoseNothing() throws Exception {
        final int length = 3 << 20;
        final int rounds = 30;
        final SharedQueue<byte[]> queue = manager.queue("q", QueueOptions.of(rounds, Codecs.of(byte[].class)));
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger interrupts = new AtomicInteger();
        final FutureTask<Object> taker = new FutureTask<>(() -> {
            while (taken.get() < rounds) {
                try {
                    assertEquals(length, queue.take().length);
                    taken.incrementAndGet();
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
            return null;
        });
        final Thread thread = Thread.ofPlatform().daemon().start(taker);
        final FutureTask<Object> putter = new FutureTask<>(() -> {
            int put = 0;
            while (put < rounds) {
                try {
                    queue.put(new byte[length]);
                    put++;
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
            return null;
        });
        final Thread other = Thread.ofPlatform().daemon().start(putter);
        while (thread.isAlive()) {
            thread.interrupt();
            other.interrupt();
            thread.join(2);
        }
        taker.get();
        putter.get();
        assertEquals(rounds, taken.get());
        assertTrue(interrupts.get() > 0);
        assertEquals(0, queue.size());
    }

    @Test
    void anObjectIsAttachedByItsName() throws Exception {
        manager.intArray("ints", 4).set(3, 9);
        assertEquals(9, ((SharedIntArray) manager.attach("ints")).get(3));
        manager.event("event").set();
        assertTrue(((dev.backplane.SharedEvent) manager.attach("event")).isSet());
        for (boolean fair : new boolean[] {false, true}) {
            final LockOptions options = new LockOptions(fair, OwnerDeath.refuse());
            final SharedLock lock = manager.lock("lock " + fair, options);
            lock.lock();
            final SharedLock same = assertInstanceOf(SharedLock.class, manager.attach("lock " + fair));
            assertEquals(fair, same.isFair());
            assertTrue(same.isHeldByCurrentThread());
            same.unlock();
            assertFalse(lock.isLocked());
        }
        try (Manager local = Manager.open(server.segment())) {
            final SemaphoreOptions options = SemaphoreOptions.permits(7).asOwned();
            local.semaphore("semaphore", options).acquire(2);
            final SharedSemaphore semaphore = assertInstanceOf(SharedSemaphore.class, manager.attach("semaphore"));
            assertEquals(options, semaphore.options());
            assertEquals(options, ((SharedSemaphore) local.attach("semaphore")).options());
            assertEquals(5, semaphore.availablePermits());
            semaphore.acquire();
            assertEquals(1, semaphore.heldPermits());
            local.readWriteLock("rw").writeLock().lock();
            final SharedReadWriteLock readWrite = assertInstanceOf(SharedReadWriteLock.class, manager.attach("rw"));
            assertFalse(readWrite.readLock().tryLock());
            local.readWriteLock("rw").writeLock().unlock();
            assertTrue(readWrite.readLock().tryLock());
            readWrite.readLock().unlock();
            local.once("once").run(() -> {});
            assertInstanceOf(SharedOnce.class, manager.attach("once")).run(() -> {
                throw new AssertionError("it has run");
            });
        }
        assertThrows(java.util.NoSuchElementException.class, () -> manager.attach("nothing"));
    }

    @Test
    void aConditionOfALockHasItsOwnName() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final var condition = lock.newCondition();
        lock.lock();
        condition.signal();
        lock.unlock();
        assertTrue(manager.names().contains(condition.name()));
    }

    @Test
    void aBrokenBarrierIsBrokenForTheOthers() throws Exception {
        final FutureTask<Object> waiter =
                new FutureTask<>(() -> manager.barrier("b", 2).await());
        Thread.ofVirtual().start(waiter);
        Eventually.holds("one waits", () -> {
            try {
                return manager.barrier("b", 2).getNumberWaiting() == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        manager.barrier("b", 2).abort();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
        assertInstanceOf(BrokenBarrierException.class, failure.getCause());
    }
}
