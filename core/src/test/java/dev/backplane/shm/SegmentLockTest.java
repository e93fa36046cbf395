package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("LockNotBeforeTry") // The lock itself is what is tested here.
@ParameterizedClass(name = "fair: {0}")
@ValueSource(booleans = {false, true})
final class SegmentLockTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Parameter
    boolean fair;

    private Manager manager;
    private SharedLock lock;

    private static LockOptions options(boolean fair) {
        return fair ? LockOptions.defaults().asFair() : LockOptions.defaults();
    }

    private SharedLock lock(OwnerDeath ownerDeath) throws IOException {
        return manager.lock("lock", options(fair).onOwnerDeath(ownerDeath));
    }

    private SharedLock again() throws IOException {
        return manager.lock("lock", options(fair));
    }

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("segment"));
        lock = again();
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    /// A JVM that takes the lock, says so, and waits to be told to let go.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            final SharedLock lock =
                    Manager.open(Path.of(arguments[0])).lock("lock", options(Boolean.parseBoolean(arguments[1])));
            lock.lock();
            System.out.println("held");
            if (System.in.read() >= 0) {
                lock.unlock();
                System.out.println("released");
            }
        }
    }

    /// A JVM that adds to a counter that only the lock protects.
    static final class Adder {
        private Adder() {}

        public static void main(String[] arguments) throws IOException {
            final Manager manager = Manager.open(Path.of(arguments[0]));
            final SharedLock lock = manager.lock("lock", options(Boolean.parseBoolean(arguments[1])));
            final SharedLong counter = manager.longValue("counter");
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                lock.lock();
                try {
                    counter.setRelease(counter.getAcquire() + 1);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private Jvm holder() {
        final Jvm holder = Jvm.fork(Holder.class, directory.resolve("segment").toString(), Boolean.toString(fair));
        holder.expect("held");
        return holder;
    }

    @Test
    void itIsReentrantAndKnowsItsHolder() {
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.tryLock());
        assertEquals(2, lock.holdCount());
        assertTrue(lock.isHeldByCurrentThread());
        assertEquals(ProcessHandle.current().pid(), lock.owner().orElseThrow().pid());
        lock.unlock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
        assertEquals(0, lock.holdCount());
        assertTrue(lock.owner().isEmpty());
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
    }

    @Test
    void threadsOfOneProcessExcludeEachOther() throws Exception {
        lock.lock();
        try (var threads = Executors.newSingleThreadExecutor()) {
            assertFalse(threads.submit(() -> lock.tryLock()).get());
            assertFalse(threads.submit(() -> lock.isHeldByCurrentThread()).get());
            assertFalse(threads.submit(() -> again().tryLock(60, TimeUnit.MILLISECONDS))
                    .get());
            final Future<?> stranger = threads.submit(lock::unlock);
            assertTrue(
                    assertThrows(ExecutionException.class, stranger::get).getCause()
                            instanceof IllegalMonitorStateException);
        }
        assertTrue(again().isHeldByCurrentThread());
        lock.unlock();
    }

    @Test
    void interruptedThreadsDoNotAcquireInterruptibly() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, lock::lockInterruptibly);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> lock.tryLock(1, TimeUnit.SECONDS));
        Thread.currentThread().interrupt();
        lock.lock();
        assertTrue(Thread.interrupted());
        lock.unlock();
    }

    @Test
    void processesExcludeEachOther() throws Exception {
        try (Jvm holder = holder()) {
            assertFalse(lock.tryLock());
            assertFalse(lock.tryLock(-1, TimeUnit.SECONDS));
            assertFalse(lock.tryLock(100, TimeUnit.MILLISECONDS));
            assertEquals(holder.pid(), lock.owner().orElseThrow().pid());
            holder.tell("release");
            holder.expect("released");
            assertTrue(lock.tryLock());
            lock.unlock();
        }
    }

    @Test
    void incrementsUnderTheLockAreExact() throws IOException {
        final int rounds = 20_000;
        final String path = directory.resolve("segment").toString();
        try (Jvm one = Jvm.fork(Adder.class, path, Boolean.toString(fair), Integer.toString(rounds));
                Jvm other = Jvm.fork(Adder.class, path, Boolean.toString(fair), Integer.toString(rounds))) {
            assertEquals(0, one.waitForExit(), () -> one.transcript().toString());
            assertEquals(0, other.waitForExit(), () -> other.transcript().toString());
        }
        assertEquals(2L * rounds, manager.longValue("counter").get());
    }

    @Test
    void theDeathOfTheHolderIsToldUntilSomeoneRecovers() {
        try (Jvm holder = holder()) {
            holder.kill();
        }
        assertThrows(OwnerDiedException.class, lock::lock);
        assertThrows(OwnerDiedException.class, lock::tryLock);
        assertFalse(lock.isLocked());
        assertTrue(lock.recover());
        assertTrue(lock.isHeldByCurrentThread());
        lock.unlock();
        lock.lock();
        assertFalse(lock.recover());
        lock.unlock();
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void anOwnerMayLeaveTheLockAsADeadOne() {
        assertThrows(IllegalMonitorStateException.class, lock::abandon);
        lock.lock();
        lock.lock();
        lock.abandon();
        assertFalse(lock.isHeldByCurrentThread());
        assertThrows(OwnerDiedException.class, lock::lock);
        assertTrue(lock.recover());
        assertEquals(1, lock.holdCount());
        lock.unlock();
        lock.lock();
        lock.unlock();
    }

    @Test
    void aWaiterIsToldOfTheDeathOfTheHolder() throws Exception {
        try (Jvm holder = holder();
                var threads = Executors.newSingleThreadExecutor()) {
            final Future<?> waiter = threads.submit(lock::lock);
            Eventually.holds("the waiter sleeps", () -> lock.toString().contains("contended"));
            holder.kill();
            assertTrue(assertThrows(ExecutionException.class, waiter::get).getCause() instanceof OwnerDiedException);
        }
    }

    @Test
    void aRecovererThatDiesLeavesTheLockAbandoned() {
        try (Jvm holder = holder()) {
            holder.kill();
        }
        try (Jvm recoverer =
                Jvm.fork(Recoverer.class, directory.resolve("segment").toString(), Boolean.toString(fair))) {
            recoverer.expect("recovering true");
            recoverer.kill();
        }
        assertThrows(OwnerDiedException.class, lock::lock);
        assertTrue(lock.recover());
        lock.unlock();
        lock.lock();
        lock.unlock();
    }

    /// A JVM that recovers the lock and never finishes.
    static final class Recoverer {
        private Recoverer() {}

        public static void main(String[] arguments) throws IOException {
            final SharedLock lock =
                    Manager.open(Path.of(arguments[0])).lock("lock", options(Boolean.parseBoolean(arguments[1])));
            System.out.println("recovering " + lock.recover());
            System.in.read();
        }
    }

    @Test
    void aRepairRunsUnderTheLockOnce() throws IOException {
        final AtomicInteger repairs = new AtomicInteger();
        final SharedLock repairing = lock(OwnerDeath.repairWith(() -> {
            assertTrue(lock.isHeldByCurrentThread());
            repairs.incrementAndGet();
        }));
        try (Jvm holder = holder()) {
            holder.kill();
        }
        repairing.lock();
        repairing.unlock();
        repairing.lock();
        repairing.unlock();
        assertEquals(1, repairs.get());
    }

    @Test
    void aRepairThatFailsLeavesTheLockAbandoned() throws IOException {
        final SharedLock failing = lock(OwnerDeath.repairWith(() -> {
            throw new IllegalArgumentException("cannot");
        }));
        try (Jvm holder = holder()) {
            holder.kill();
        }
        assertThrows(IllegalArgumentException.class, failing::lock);
        assertFalse(failing.isHeldByCurrentThread());
        assertThrows(OwnerDiedException.class, lock::lock);
        final SharedLock ignoring = lock(OwnerDeath.ignore());
        assertTrue(ignoring.tryLock());
        ignoring.unlock();
        lock.lock();
        lock.unlock();
    }

    @Test
    void everyHoldersDeathIsSurvivedAgainAndAgain() {
        for (int i = 0; i < 5; i++) {
            try (Jvm holder = holder()) {
                holder.kill();
            }
            assertTrue(lock.recover(), "death " + i);
            lock.unlock();
        }
        assertEquals(List.of("lock"), manager.names());
    }

    @Test
    void timesWithoutEndAndTimesThatAreUpAreTimesToo() throws Exception {
        assertTrue(lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS));
        try (var threads = Executors.newSingleThreadExecutor()) {
            assertFalse(threads.submit(() -> lock.tryLock(0, TimeUnit.SECONDS)).get());
            assertFalse(threads.submit(() -> lock.tryLock(Long.MIN_VALUE, TimeUnit.DAYS))
                    .get());
            assertFalse(threads.submit(() -> lock.tryLock(Duration.ofDays(-1))).get());
            assertFalse(
                    threads.submit(() -> lock.tryLock(Duration.ofMillis(60))).get());
            final Future<Boolean> patient = threads.submit(() -> lock.tryLock(Duration.ofSeconds(Long.MAX_VALUE)));
            Eventually.holds("the waiter sleeps", () -> lock.toString().contains("contended"));
            lock.unlock();
            assertTrue(patient.get());
        }
    }

    @Test
    void anInterruptedWaiterIsOutOfTheWay() throws Exception {
        lock.lock();
        final Thread interrupted =
                Thread.ofPlatform().start(() -> assertThrows(InterruptedException.class, lock::lockInterruptibly));
        Eventually.holds("the waiter sleeps", () -> lock.toString().contains("contended"));
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Boolean> next = threads.submit(() -> lock.tryLock(1, TimeUnit.MINUTES));
            interrupted.interrupt();
            interrupted.join();
            lock.unlock();
            assertTrue(next.get());
        }
    }

    @Test
    void closedManagersRefuseToLock() throws IOException {
        lock.lock();
        manager.close();
        assertThrows(IllegalStateException.class, lock::lock);
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
        try (Manager other = Manager.open(directory.resolve("segment"))) {
            assertThrows(
                    OwnerDiedException.class,
                    () -> other.lock("lock", options(fair)).lock());
        }
    }

    @Test
    void whoWaitsWhileItsManagerIsClosedDoesNotGetTheLock() throws Exception {
        try (Manager other = Manager.open(directory.resolve("segment"));
                var threads = Executors.newSingleThreadExecutor()) {
            final SharedLock theirs = other.lock("lock", options(fair));
            theirs.lock();
            final Future<?> waiter = threads.submit(lock::lock);
            Eventually.holds(
                    "the waiter has announced itself", () -> theirs.toString().contains("contended"));
            manager.close();
            theirs.unlock(); // Wakes the waiter before the end of its slice.
            final Throwable refusal =
                    assertThrows(ExecutionException.class, waiter::get).getCause();
            assertInstanceOf(IllegalStateException.class, refusal);
            assertTrue(theirs.tryLock(), "nobody else has it");
            theirs.unlock();
        }
    }
}
