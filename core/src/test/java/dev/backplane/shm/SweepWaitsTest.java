package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.SharedLock;
import dev.backplane.SharedMap;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import dev.backplane.store.testing.Mortality.Operation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the dead held comes back whatever the living do, and whoever dies in giving it back.
@NullUnmarked
@SuppressWarnings("LockNotBeforeTry") // Victims do not unlock.
final class SweepWaitsTest extends TwoAttachments {
    private static final LockOptions FAIR = LockOptions.defaults().asFair().onOwnerDeath(OwnerDeath.refuse());

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static void abandon(Manager manager) {
        Abandonment.of(Scene.segment(manager));
    }

    /// Closing waits for a function of its own process, and nobody else for either.
    @Test
    void nobodyWaitsForAFunctionOfOneThatCloses() throws Exception {
        final Manager closing = open();
        final SharedMap<String, Long> map = closing.map("m", String.class, Long.class, 4);
        final CountDownLatch runs = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            final Future<Long> computed = threads.submit(() -> map.compute("key", (key, none) -> {
                runs.countDown();
                awaitQuietly(mayEnd);
                return 1L;
            }));
            try {
                runs.await();
                final Thread closer = new Thread(() -> closeQuietly(closing));
                closer.start();
                Eventually.holds("closing waits for the function", () -> isIn(closer, "giveBackOf"));
                final Manager dead = open();
                dead.semaphore("s", 1).acquire();
                abandon(dead);
                final Future<Boolean> acquired =
                        threads.submit(() -> mine.semaphore("s", 1).tryAcquire(1, TimeUnit.MINUTES));
                assertTrue(acquired.get(1, TimeUnit.MINUTES));
                mayEnd.countDown();
                closer.join();
            } finally {
                mayEnd.countDown();
            }
            assertEquals(1L, computed.get());
        }
    }

    private static boolean isIn(Thread thread, String method) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void closeQuietly(Manager manager) {
        try {
            manager.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Each attempt finds that the word has changed, as where others take and give back all the time.
    @Test
    void whoIsWokenAllTheTimeLooksForTheDeadAllTheSame() throws Exception {
        final Region region = ((SegmentObject) mine.longValue("word")).region();
        final WaitWord word = new WaitWord(region.segment(), region.memory(), 0);
        for (boolean announced : new boolean[] {false, true}) {
            final AtomicBoolean looked = new AtomicBoolean();
            final BooleanSupplier attempt = () -> {
                word.increment();
                return looked.get();
            };
            final Runnable idle = () -> looked.set(true);
            assertTrue(
                    announced
                            ? word.awaitAnnounced(attempt, idle, Waiting.byDefault(), WaitLoop.FOREVER, true)
                            : word.await(attempt, idle, Waiting.byDefault(), WaitLoop.FOREVER, true));
        }
    }

    private static Future<Boolean> waits(ExecutorService threads, SharedLock lock, Life life) {
        final Future<Boolean> waiting = threads.submit(() -> {
            final boolean[] refused = new boolean[1];
            return !life.cutsOff(() -> refused[0] = Scene.isRefused(lock)) && refused[0];
        });
        final Region region = ((SegmentLock) lock).region();
        final long gate = PerSlot.intAt(OwnerWord.slotOf(region.segment().self()));
        // Not before it sleeps: killed in the section, it would keep from there those who wait for its death here.
        Eventually.holds(
                "it sleeps in line",
                () -> WaitWord.isAnnounced(FairLockLayout.GATES.getAcquire(region.memory(), gate)));
        return waiting;
    }

    /// Gives a lock to one that waits and is killed before it finds out; then kills the sweeper that gives it on.
    ///
    /// @return whether it was killed before it had done so
    private static boolean givesOnWhatTheDeadGot(Lock held, Life waiter, Manager victim, Manager sweeper, int stores)
            throws Exception {
        waiter.end();
        held.unlock();
        abandon(victim);
        final boolean cut = Life.of(stores).cutsOff(() -> Scene.segment(sweeper).sweepDeadUnlessOthersDo());
        abandon(sweeper);
        return cut;
    }

    /// A lock was given to one that is killed before it finds out, and so is who gives it on.
    @Test
    void aFairLockThatNobodyHeldAtADeathIsNotSaidToBeAbandoned() throws Exception {
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            final String name = "lock " + stores;
            final Manager victim = open();
            final Manager sweeper = open();
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                final Lock held = mine.lock(name, FAIR);
                held.lock();
                final Life life = Life.endless();
                final Future<Boolean> killed = waits(threads, victim.lock(name, FAIR), life);
                final Future<Boolean> next = waits(threads, theirs.lock(name, FAIR), Life.endless());
                sweeper.lock(name, FAIR);
                cut = givesOnWhatTheDeadGot(held, life, victim, sweeper, stores);
                final int most = stores;
                assertFalse(next.get(1, TimeUnit.MINUTES), () -> "after " + most + " stores of the sweeper's");
                assertFalse(killed.get(1, TimeUnit.MINUTES));
            }
            mine.remove(name);
        }
    }

    /// Who abandons a lock may be killed when it has begun to give it to another thread of its own process.
    @Test
    void aFairLockIsSaidToBeAbandonedWhereverItsOwnerIsKilledThatSaysSo() throws Exception {
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            final String name = "lock " + stores;
            final Manager victim = open();
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                final SharedLock held = victim.lock(name, FAIR);
                held.lock();
                final Life other = Life.endless();
                final Future<Boolean> waiting = waits(threads, held, other);
                other.end();
                cut = Life.of(stores).cutsOff(held::abandon);
                abandon(victim);
                final int most = stores;
                assertTrue(Scene.isRefused(mine.lock(name, FAIR)), () -> "after " + most + " stores");
                assertFalse(waiting.get(1, TimeUnit.MINUTES));
            }
            mine.remove(name);
        }
    }

    /// A sweep that freed a lock was cut off then; who has got the lock since is killed, and swept first.
    @Test
    void aFairLockIsSaidToBeAbandonedByOneWhoGotItFromASweepThatWasCutOff() throws Exception {
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            final String name = "lock " + stores;
            final Manager heir = open();
            final Manager victim = open();
            final Manager sweeper = open();
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                final Lock inherited = heir.lock(name, FAIR);
                final Lock held = mine.lock(name, FAIR);
                held.lock();
                final Life life = Life.endless();
                final Future<Boolean> killed = waits(threads, victim.lock(name, FAIR), life);
                sweeper.lock(name, FAIR);
                cut = givesOnWhatTheDeadGot(held, life, victim, sweeper, stores);
                final int most = stores;
                inherited.lock();
                abandon(heir);
                assertTrue(Scene.isRefused(held), () -> "after " + most + " stores of the sweeper's");
                assertFalse(killed.get(1, TimeUnit.MINUTES));
            }
            mine.remove(name);
        }
    }

    /// How often the calling thread sleeps in an operation.
    private static long waitsIn(Operation operation) throws Exception {
        final Life life = Life.endless();
        assertFalse(life.cutsOff(operation));
        return life.waits();
    }

    @Test
    void aSweepDoesNotWaitForOthersWhoAreDead() throws Exception {
        final Manager first = open();
        final Manager inSection = open();
        final Manager inCatalog = open();
        first.semaphore("s", 1);
        final SharedSemaphore semaphore = inSection.semaphore("s", 1);
        assertTrue(Mortality.diesBefore(1, semaphore::acquire));
        assertTrue(Mortality.diesBefore(1, () -> inCatalog.semaphore("s", 1)));
        for (Manager dead : List.of(first, inSection, inCatalog)) {
            abandon(dead);
        }
        assertEquals(0, waitsIn(() -> assertEquals(3, Scene.segment(mine).sweepDead())));
    }

    /// The one wait is that for the section: who has had that from a dead one sleeps for nothing else of that one's.
    @Test
    void whoWaitedForADeadOnesSectionDoesNotWaitForItsPermitToo() throws Exception {
        final Manager doomed = open();
        final SharedSemaphore held = doomed.semaphore("s", 1);
        held.acquire();
        assertTrue(Mortality.diesBefore(1, held::release));
        abandon(doomed);
        final SharedSemaphore wanted = mine.semaphore("s", 1);
        assertEquals(1, waitsIn(() -> assertTrue(wanted.tryAcquire(1, TimeUnit.MINUTES))));
    }

    @Test
    void whoWaitedForADeadOnesSectionDoesNotWaitForItsFairLockToo() throws Exception {
        final Manager doomed = open();
        final Lock held = doomed.lock("lock", FAIR);
        held.lock();
        final FutureTask<Boolean> other = new FutureTask<>(() -> Mortality.diesBefore(1, held::tryLock));
        Thread.ofPlatform().start(other);
        assertTrue(other.get());
        abandon(doomed);
        final Lock wanted = mine.lock("lock", FAIR);
        assertEquals(1, waitsIn(() -> assertTrue(Scene.isRefused(wanted))));
    }
}
