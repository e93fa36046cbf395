package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.pickle.PythonException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Locks, conditions and semaphores of a manager, for clients, while threads of the JVM use them too.
@NullUnmarked
final class NamedLocksTest {
    private static final long SECONDS = 60;
    /// Longer than a call waits unwatched.
    private static final long LONGER_NANOS = 20_000_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final TestCaller caller = new TestCaller();
    private final NamedAccounts accounts = new NamedAccounts();
    private Manager manager;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    /// In a thread of its own, as every client's calls.
    private static <T> FutureTask<T> inOneThread(Callable<T> calls) {
        final FutureTask<T> task = new FutureTask<>(calls);
        Thread.ofVirtual().start(task);
        return task;
    }

    /// The signal comes when the waiter has waited for long, from who had the lock all the while.
    @Test
    void aSignalReachesAClientHoweverLongItHasWaited() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final SharedCondition condition = manager.condition("condition", lock);
        final SharedEvent waits = manager.event("waits");
        final Referent referent = NamedLocks.condition(condition);
        final FutureTask<@Nullable Object> waiter = inOneThread(() -> {
            caller.call(referent, "acquire");
            waits.set();
            final Object told = caller.call(referent, "wait", SECONDS);
            caller.call(referent, "release");
            return told;
        });
        assertTrue(waits.await(SECONDS, TimeUnit.SECONDS));
        lock.lock(); // The waiter waits.
        try {
            final long begin = System.nanoTime();
            while (System.nanoTime() - begin < LONGER_NANOS) {
                LockSupport.parkNanos(LONGER_NANOS);
            }
            condition.signalAll();
        } finally {
            lock.unlock();
        }
        assertEquals(true, waiter.get(2 * SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void aClientsLockIsTheJvmsAndIsFreeWhenTheClientIsGone() throws Exception {
        final SharedLock lock = manager.lock("lock");
        final Referent referent = NamedLocks.lock(lock);
        final FutureTask<Boolean> client = inOneThread(() -> {
            assertEquals(true, caller.call(referent, "acquire"));
            assertEquals(true, caller.call(referent, "acquire", false));
            final boolean another = inOneThread(lock::tryLock).get(SECONDS, TimeUnit.SECONDS);
            caller.releaseAll();
            return another;
        });
        assertEquals(false, client.get(SECONDS, TimeUnit.SECONDS));
        assertTrue(lock.tryLock());
        assertEquals(
                "builtins.ValueError",
                caller.refused(referent, "acquire", false, 1).type());
        lock.unlock();
        assertEquals(
                "builtins.RuntimeError", caller.refused(referent, "release").type());
    }

    @Test
    void permitsOfAClientComeBackOnce() throws Exception {
        final SharedSemaphore semaphore = manager.semaphore("semaphore", 2);
        final Referent referent = NamedLocks.semaphore(NamedPermits.of(semaphore, accounts));
        assertEquals(true, caller.call(referent, "acquire"));
        assertEquals(true, caller.call(referent, "acquire"));
        semaphore.release(); // One of the client's, by a thread of the JVM.
        caller.releaseAll();
        assertEquals(2, semaphore.availablePermits());
        caller.releaseAll();
        assertEquals(2L, caller.call(referent, "get_value"));
        assertEquals(
                "builtins.ValueError", caller.refused(referent, "release", 0).type());
        assertEquals(true, caller.call(referent, "acquire", List.of(), Map.of("blocking", false)));
    }

    /// The first of a JVM's two accounts cannot be settled, since its permit was released by another.
    @Test
    void eachAccountOfAClientIsSettledByItself() throws Exception {
        final SharedSemaphore first =
                manager.semaphore("first", SemaphoreOptions.permits(1).asBounded());
        final SharedSemaphore second = manager.semaphore("second", 1);
        final Referent client = client();
        for (SharedSemaphore semaphore : List.of(first, second)) {
            final boolean bounded = semaphore.equals(first);
            final Object opened = caller.call(client, "open", "semaphore", semaphore.name(), 1, bounded, true);
            assertEquals(true, caller.call((Referent) opened, "acquire", 1, 0));
        }
        first.release();
        caller.releaseAll();
        assertEquals(1, first.availablePermits());
        assertEquals(1, second.availablePermits());
    }

    @Test
    void aPermitThatAnotherClientReleasedDoesNotComeBackAgain() throws Exception {
        final SharedSemaphore semaphore = manager.semaphore("permits", 2);
        final TestCaller other = new TestCaller();
        final Referent a = opened(client(), caller);
        final Referent b = opened(client(other), other);
        assertEquals(true, caller.call(a, "acquire", 1, 0));
        other.call(b, "release", 1);
        assertEquals(0L, caller.call(a, "heldPermits"));
        caller.releaseAll();
        assertEquals(2, semaphore.availablePermits());
        other.releaseAll();
        assertEquals(2, semaphore.availablePermits());
    }

    /// One of the two was released by a thread that is no client's: who ends first has none to give back.
    @Test
    void aPermitThatTheJvmReleasedDoesNotComeBackAgain() throws Exception {
        final SharedSemaphore semaphore = manager.semaphore("permits", 2);
        final TestCaller other = new TestCaller();
        final Referent a = opened(client(), caller);
        final Referent b = NamedLocks.semaphore(NamedPermits.of(semaphore, accounts));
        assertEquals(true, caller.call(a, "acquire", 1, 0));
        assertEquals(true, other.call(b, "acquire"));
        semaphore.release();
        caller.releaseAll();
        assertEquals(1, semaphore.availablePermits());
        other.call(b, "release");
        assertEquals(2, semaphore.availablePermits());
        other.releaseAll();
        assertEquals(2, semaphore.availablePermits());
    }

    /// As soon as a permit is acquired, another client ends whose account has one that the JVM has released.
    private SharedSemaphore settlingWhenAcquired(SharedSemaphore semaphore, List<Thread> settling) {
        final TestCaller other = new TestCaller();
        final NamedPermits permits = NamedPermits.of(semaphore, accounts);
        assertTrue(permits.tryAcquire(other, 1));
        semaphore.release();
        return (SharedSemaphore) Proxy.newProxyInstance(
                NamedLocksTest.class.getClassLoader(), new Class<?>[] {SharedSemaphore.class}, (_, method, args) -> {
                    final Object result = method.invoke(semaphore, args);
                    if (method.getName().equals("tryAcquire")
                            || method.getName().equals("drainPermits")) {
                        final Thread thread = Thread.ofPlatform().daemon().start(() -> permits.settle(other));
                        settling.add(thread);
                        Eventually.holds(
                                "it is done, or cannot begin",
                                () -> thread.getState() == Thread.State.TERMINATED
                                        || thread.getState() == Thread.State.BLOCKED);
                    }
                    return result;
                });
    }

    @Test
    void aPermitThatIsJustAcquiredIsNotGivenBackForAnother() throws Exception {
        final SharedSemaphore semaphore = manager.semaphore("permits", 2);
        final List<Thread> settling = new ArrayList<>();
        assertEquals(
                true,
                caller.call(
                        NamedLocks.semaphore(NamedPermits.of(settlingWhenAcquired(semaphore, settling), accounts)),
                        "acquire"));
        settling.removeFirst().join();
        assertEquals(1, semaphore.availablePermits());
        final JvmLease lease = new JvmLease();
        lease.begin(caller);
        for (String method : List.of("acquire", "drainPermits")) {
            semaphore.release(semaphore.heldPermits());
            final JvmSemaphore opened = new JvmSemaphore(
                    NamedPermits.of(settlingWhenAcquired(semaphore, settling), accounts), false, lease);
            final Object[] args = method.equals("acquire") ? new Object[] {2, 0} : new Object[0];
            caller.call(opened, method, args);
            settling.removeFirst().join();
            assertEquals(0, semaphore.availablePermits(), method);
            caller.call(opened, "release", 2);
        }
    }

    @Test
    void aClientsPermitsAreItsOwnHoweverOftenItGetsTheSemaphore() throws Exception {
        final SharedSemaphore semaphore = manager.semaphore("permits", 2);
        final TestCaller other = new TestCaller();
        assertEquals(true, other.call(NamedLocks.semaphore(NamedPermits.of(semaphore, accounts)), "acquire"));
        assertEquals(true, caller.call(NamedLocks.semaphore(NamedPermits.of(semaphore, accounts)), "acquire"));
        caller.call(NamedLocks.semaphore(NamedPermits.of(semaphore, accounts)), "release");
        caller.releaseAll();
        assertEquals(1, semaphore.availablePermits());
        other.releaseAll();
        assertEquals(2, semaphore.availablePermits());
    }

    @Test
    void aPermitThatItsOwnerOnlyMayReleaseIsItsOwnHoweverOftenItOpensTheSemaphore() throws Exception {
        manager.semaphore("owned", SemaphoreOptions.permits(1).asOwned());
        final Referent client = client();
        final Object first = caller.call(client, "open", "semaphore", "owned", 1, true, false);
        final Object second = caller.call(client, "open", "semaphore", "owned", 1, true, false);
        assertEquals(true, caller.call((Referent) first, "acquire", 1, 0));
        assertEquals(1L, caller.call((Referent) second, "heldPermits"));
        caller.call((Referent) second, "release", 1);
        assertThrows(PythonException.class, () -> caller.call((Referent) first, "release", 1));
        caller.releaseAll();
    }

    private static Referent opened(Referent client, TestCaller by) throws Exception {
        return (Referent) by.call(client, "open", "semaphore", "permits", 2, false, true);
    }

    /// The opened objects of a client that is a JVM, and the lease that it has.
    private Referent client() throws Exception {
        return client(caller);
    }

    private Referent client(TestCaller of) throws Exception {
        final Registry registry = new Registry();
        JvmClient.addTo(registry, manager, accounts);
        final Referent client = registry.create(JvmClient.TYPE_ID, new Arguments("create", List.of(), Map.of()));
        of.call(client, "lease");
        return client;
    }

    @Test
    void aClientThatIsGoneWhileItWaitsForASignalDoesNotHaveTheLock() throws Exception {
        final Referent client = client();
        final Referent lock = (Referent) caller.call(client, "open", "lock", "lock", false);
        final Referent condition = (Referent) caller.call(client, "open", "condition", "changed", false, "lock");
        final CountDownLatch locked = new CountDownLatch(1);
        final FutureTask<Object> waiter = new FutureTask<>(() -> {
            caller.call(lock, "acquire", 0L, false);
            locked.countDown();
            try {
                return caller.call(condition, "await", Caller.FOREVER);
            } finally {
                caller.releaseAll();
            }
        });
        final Thread thread = Thread.ofVirtual().start(waiter);
        locked.await();
        final SharedLock same = manager.lock("lock");
        assertTrue(same.tryLock(SECONDS, TimeUnit.SECONDS)); // It waits, therefore.
        same.unlock();
        thread.interrupt();
        assertThrows(ExecutionException.class, () -> waiter.get(SECONDS, TimeUnit.SECONDS));
        assertTrue(same.tryLock());
        same.unlock();
    }

    @Test
    void aLockIsOneObjectWithoutACopy() throws Exception {
        final Referent referent = NamedLocks.lock(manager.lock("lock"));
        assertEquals(
                "builtins.TypeError",
                assertThrows(PythonException.class, referent::value).type());
        assertEquals(referent.identity(), NamedLocks.lock(manager.lock("lock")).identity());
    }
}
