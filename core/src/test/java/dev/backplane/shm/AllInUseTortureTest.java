package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import dev.backplane.store.testing.Mortality.Operation;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// JVMs that are killed with kill -9 while they have one object of each kind in use, each thread in a role of its own.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Single waits are what is tested; victims do not unlock.
final class AllInUseTortureTest {
    private static final int KILLS = 3;
    private static final IntField LOCK_WORD = new IntField(LockLayout.WORD_OFFSET);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager;
    private Everything all;

    @BeforeEach
    void open() throws Exception {
        manager = attach();
        all = Everything.of(manager);
    }

    @AfterEach
    void close() throws Exception {
        manager.close();
    }

    private Manager attach() throws Exception {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private Jvm victim(String role, long stores) {
        return Jvm.builder()
                .mortal()
                .fork(Victim.class, directory.resolve("segment").toString(), role, Long.toString(stores));
    }

    private static <T> FutureTask<T> started(Callable<T> task) {
        final FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    /// Takes all its roles, and stays in them until it is killed.
    public static final class Victim {
        private final Everything all;

        private Victim(Everything all) {
            this.all = all;
        }

        /// Runs some roles.
        ///
        /// @param arguments the segment, what to do, and after how many stores to halt
        public static void main(String[] arguments) throws Exception {
            final Victim victim =
                    new Victim(Everything.of(Manager.open(Path.of(arguments[0]), SegmentOptions.defaults())));
            switch (arguments[1]) {
                case "hold" -> victim.hold();
                case "wait" -> victim.waitForAll();
                case "hammer" -> victim.hammer();
                case "halt" -> Life.halting(Long.parseLong(arguments[2])).cutsOff(victim.all::hold);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
            while (true) {
                LockSupport.park();
            }
        }

        private static void start(Operation role) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    role.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private void hold() {
            start(all::holdForEver);
            start(all::awaitSignal);
            start(all::awaitOthers);
            Eventually.holds("all is in use", all::allIsInUse);
            System.out.println("holding");
        }

        private void waitForAll() {
            start(all.lock()::lock);
            start(all.written().writeLock()::lock);
            start(all.written().readLock()::lock);
            start(() -> all.semaphore().acquire(2));
            start(all.event()::await);
            start(all.latch()::await);
            start(all::awaitSignal);
            System.out.println("waiting");
        }

        private void hammer() throws Exception {
            final SharedLong rounds = all.manager().longValue("rounds");
            final SharedLongArray pair = all.manager().longArray("pair", 2);
            start(() -> forEver(rounds, () -> {
                all.lock().lock();
                all.lock().unlock();
            }));
            start(() -> forEver(rounds, () -> {
                all.written().writeLock().lock();
                pair.set(0, pair.get(0) + 1);
                pair.set(1, pair.get(0));
                all.written().writeLock().unlock();
            }));
            start(() -> forEver(rounds, () -> {
                all.read().readLock().lock();
                all.read().readLock().unlock();
            }));
            start(() -> forEver(rounds, () -> {
                all.condition().lock().lock();
                all.condition().signal();
                all.condition().await(1, TimeUnit.MILLISECONDS);
                all.condition().signalAll();
                all.condition().lock().unlock();
            }));
            start(() -> forEver(rounds, () -> {
                try {
                    all.barrier().await(1, TimeUnit.MILLISECONDS);
                } catch (TimeoutException | BrokenBarrierException e) {
                    all.barrier().reset();
                }
            }));
            System.out.println("hammering");
        }

        private static void forEver(SharedLong rounds, Operation operation) throws Exception {
            while (true) {
                operation.run();
                rounds.getAndAdd(1);
            }
        }
    }

    @Test
    void whoeverWaitsForAKilledHolderGoesOn() throws Exception {
        try (Jvm victim = victim("hold", 0);
                Manager other = attach()) {
            victim.expect("holding");
            final Everything theirs = Everything.of(other);
            final List<FutureTask<Boolean>> refused = List.of(
                    started(() -> Scene.isRefused(all.lock())),
                    started(() -> Scene.isRefused(all.written().readLock())),
                    started(() -> Scene.isRefused(all.written().writeLock())));
            final FutureTask<Boolean> writer =
                    started(() -> Scene.isRefused(theirs.read().writeLock()));
            final FutureTask<Void> acquirer = started(() -> {
                theirs.semaphore().acquire(4);
                theirs.semaphore().release(4);
                return null;
            });
            final FutureTask<Integer> party = started(theirs.barrier()::await);
            final FutureTask<Boolean> initialiser = started(() -> all.once().run(() -> {
                throw new IllegalStateException("it comes to run its own");
            }));
            Eventually.holds("two are at the barrier", () -> all.barrier().getNumberWaiting() == 2);
            assertFalse(all.once().isDone());
            assertEquals(1, all.semaphore().availablePermits());
            victim.kill();
            for (FutureTask<Boolean> one : refused) {
                assertTrue(one.get(), "it is told that the owner died");
            }
            assertFalse(writer.get());
            acquirer.get();
            assertThrows(ExecutionException.class, party::get);
            assertTrue(all.barrier().isBroken());
            assertThrows(ExecutionException.class, initialiser::get);
            Eventually.holds(
                    "the dead one waits for no signal",
                    () -> ConditionQueue.waiters(
                                    ((SegmentObject) all.condition()).region().memory())
                            == 0);
            all.checkGivenBack();
        }
    }

    @Test
    void whatKilledWaitersWaitedForComesToOthers() throws Exception {
        all.hold();
        try (Jvm victim = victim("wait", 0);
                Manager other = attach()) {
            victim.expect("waiting");
            final Everything theirs = Everything.of(other);
            Eventually.holds(
                    "the others wait",
                    () -> Scene.read(all.written(), ReadWriteLayout.QUEUED) == 1
                            && Scene.read(all.written(), ReadWriteLayout.WAITING) == 1
                            && Scene.read(all.semaphore(), SemaphoreLayout.GATE) < 0
                            && Scene.read(all.latch(), LatchLayout.WORD) < 0
                            && (Scene.read(all.lock(), LOCK_WORD) & OwnerWord.CONTENDED) != 0);
            victim.kill();
            all.lock().unlock();
            all.written().writeLock().unlock();
            all.read().readLock().unlock();
            all.semaphore().release(3);
            assertTrue(theirs.lock().tryLock(1, TimeUnit.MINUTES));
            theirs.lock().unlock();
            assertTrue(theirs.written().writeLock().tryLock(1, TimeUnit.MINUTES));
            theirs.written().writeLock().unlock();
            assertTrue(theirs.written().readLock().tryLock(1, TimeUnit.MINUTES));
            theirs.written().readLock().unlock();
            Scene.segment(other).sweepDead();
            all.checkWhole();
        }
    }

    @Test
    void killsAtRandomMomentsLeaveTheOthersGoingOn() throws Exception {
        final SharedLong rounds = manager.longValue("rounds");
        for (int kill = 0; kill < KILLS; kill++) {
            final List<Jvm> victims = List.of(victim("hammer", 0), victim("hammer", 0));
            victims.forEach(victim -> victim.expect("hammering"));
            final long before = rounds.get();
            Eventually.holds("they go on", () -> rounds.get() > before + 1_000);
            victims.forEach(Jvm::kill);
            victims.forEach(Jvm::close);
            checkHammered();
        }
    }

    private void checkHammered() throws Exception {
        Scene.segment(manager).sweepDead();
        all.lock().recover();
        all.lock().unlock();
        if (all.written().recover()) {
            final SharedLongArray pair = manager.longArray("pair", 2);
            pair.set(1, pair.get(0));
        }
        all.written().writeLock().unlock();
        assertTrue(all.read().writeLock().tryLock(1, TimeUnit.MINUTES));
        all.read().writeLock().unlock();
        final FutureTask<Boolean> waiter = started(() -> {
            all.condition().lock().lock();
            try {
                return all.condition().await(1, TimeUnit.MINUTES);
            } finally {
                all.condition().lock().unlock();
            }
        });
        Eventually.holds("one waits", () -> Scene.read(all.condition(), ConditionLayout.WAITERS, 0) > 0);
        all.condition().lock().lock();
        all.condition().signal();
        all.condition().lock().unlock();
        assertTrue(waiter.get());
        all.barrier().reset();
        final List<FutureTask<Integer>> parties = new ArrayList<>();
        for (int party = 0; party < 3; party++) {
            parties.add(started(all.barrier()::await));
        }
        for (FutureTask<Integer> party : parties) {
            party.get();
        }
    }

    /// The stores are 1 of the lock, 3 and 4 of the read-write locks, 4 of the semaphore, 1 of the latch and 1 of the
    /// event.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 10, 11, 13})
    void aJvmThatHaltsBetweenTwoStoresLeavesNothingHalfDone(int stores) throws Exception {
        try (Jvm victim = victim("halt", stores)) {
            assertEquals(
                    Mortality.HALTED,
                    victim.waitForExit(),
                    () -> victim.transcript().toString());
        }
        assertThrows(OwnerDiedException.class, all.lock()::lock);
        assertEquals(stores >= 3, all.written().recover());
        all.written().writeLock().unlock();
        assertTrue(all.read().writeLock().tryLock(1, TimeUnit.MINUTES));
        all.read().writeLock().unlock();
        assertTrue(all.semaphore().tryAcquire(4, 1, TimeUnit.MINUTES));
        assertEquals(0, all.semaphore().availablePermits());
        all.semaphore().release(4);
        assertEquals(stores >= 13 ? 1 : 2, all.latch().getCount());
        assertFalse(all.event().isSet());
    }
}
