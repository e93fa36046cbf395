package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.OwnerDeath;
import dev.backplane.SharedLong;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.store.Abandonment;
import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Read-write locks whose users die at each store: survivors read and write, and are told exactly if a writer died.
@SuppressWarnings("LockNotBeforeTry") // Victims do not unlock.
final class ReadWriteStepsTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// In what state the victim finds the lock: who died with it before, not swept yet.
    enum Before {
        NOBODY(0),
        A_READER(4),
        A_READER_IN_THE_SECTION(2),
        A_WRITER(3),
        A_WRITER_IN_THE_SECTION(2);

        private final int stores;

        Before(int stores) {
            this.stores = stores;
        }

        void prepare(Scene<SharedReadWriteLock> scene) throws Exception {
            if (this == A_READER || this == A_READER_IN_THE_SECTION) {
                scene.dies(stores, lock -> lock.readLock().lock());
            } else if (this != NOBODY) {
                scene.dies(stores, lock -> lock.writeLock().lock());
            }
        }
    }

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<SharedReadWriteLock> death() {
        return DeathAtEachStore.with(directory, manager -> manager.readWriteLock("lock"))
                .lastWords(lock -> Scene.read(lock, ReadWriteLayout.WRITER));
    }

    private static int queued(Scene<SharedReadWriteLock> scene) {
        return Scene.read(scene.mine(), ReadWriteLayout.QUEUED);
    }

    private static int waiting(Scene<SharedReadWriteLock> scene) {
        return Scene.read(scene.mine(), ReadWriteLayout.WAITING);
    }

    private static void waitingWriter(Scene<SharedReadWriteLock> scene) {
        scene.waits(() -> Scene.isRefused(scene.mine().writeLock()));
        Eventually.holds("a survivor waits to write", () -> queued(scene) > 0);
    }

    private static void waitingReader(Scene<SharedReadWriteLock> scene) {
        scene.waits(() -> Scene.isRefused(scene.theirs().readLock()));
        Eventually.holds("a survivor waits to read", () -> waiting(scene) > 0);
    }

    /// Whether a writer was dead when the victim was.
    private static boolean isAbandoned(Scene<SharedReadWriteLock> scene) {
        final int owner = OwnerWord.ownerOf(scene.lastWord());
        return (scene.lastWord() & OwnerWord.OWNER_DIED) != 0
                || owner != 0
                        && OwnerWord.slotOf(owner) != Scene.slotOf(scene.mine())
                        && OwnerWord.slotOf(owner) != Scene.slotOf(scene.theirs());
    }

    /// The survivors are refused if a writer had died, and not otherwise, until one recovers the lock; then they read
    /// together, and each writes.
    private static void check(Scene<SharedReadWriteLock> scene) throws Exception {
        scene.untilNobodyWaits();
        final boolean abandoned = isAbandoned(scene);
        assertEquals(abandoned, scene.run(() -> Scene.isRefused(scene.mine().readLock())));
        assertEquals(abandoned, scene.run(() -> Scene.isRefused(scene.theirs().writeLock())), "everybody is told");
        assertEquals(abandoned, scene.run(() -> {
            final boolean recovered = scene.theirs().recover();
            scene.theirs().writeLock().unlock();
            return recovered;
        }));
        scene.mine().readLock().lock();
        assertFalse(scene.run(() -> Scene.isRefused(scene.theirs().readLock())));
        assertEquals(1, scene.theirs().getReadLockCount());
        scene.mine().readLock().unlock();
        assertFalse(scene.run(() -> Scene.isRefused(scene.mine().writeLock())));
        assertFalse(scene.run(() -> Scene.isRefused(scene.theirs().writeLock())));
        checkCounts(scene);
    }

    private static void checkCounts(Scene<SharedReadWriteLock> scene) throws Exception {
        scene.survivor().sweepDead();
        for (IntField sum : List.of(
                ReadWriteLayout.WRITER,
                ReadWriteLayout.READING,
                ReadWriteLayout.QUEUED,
                ReadWriteLayout.WAITING,
                ReadWriteLayout.PASSING)) {
            assertEquals(0, Scene.read(scene.mine(), sum), () -> "at " + sum);
        }
        assertEquals(0, OwnerWord.ownerOf(Scene.read(scene.mine(), ReadWriteLayout.SECTION)));
    }

    @ParameterizedTest
    @EnumSource
    void oneThatReads(Before before) throws Exception {
        death().given(before::prepare)
                .of(lock -> Scene.isRefused(lock.readLock()))
                .leaves(ReadWriteStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatWrites(Before before) throws Exception {
        death().given(before::prepare)
                .of(lock -> Scene.isRefused(lock.writeLock()))
                .leaves(ReadWriteStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatRecovers(Before before) throws Exception {
        death().given(before::prepare)
                .of(lock -> {
                    final boolean writerDied = before == Before.A_WRITER || before == Before.A_WRITER_IN_THE_SECTION;
                    assertEquals(writerDied, lock.recover());
                    lock.writeLock().unlock();
                })
                .leaves(ReadWriteStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatRepairs(Before before) throws Exception {
        DeathAtEachStore.with(directory, manager -> {
                    final SharedLong repairs = manager.longValue("repairs");
                    return manager.readWriteLock("lock", OwnerDeath.repairWith(() -> repairs.getAndAdd(1)));
                })
                .given(before::prepare)
                .of(lock -> Scene.isRefused(lock.readLock()))
                .leaves(scene -> {
                    assertFalse(scene.run(() -> Scene.isRefused(scene.mine().readLock())), "every process repairs");
                    assertFalse(scene.run(() -> Scene.isRefused(scene.theirs().writeLock())));
                    checkCounts(scene);
                });
    }

    @Test
    void oneThatTries() throws Exception {
        death().of(lock -> {
                    assertTrue(lock.readLock().tryLock());
                    lock.readLock().unlock();
                    assertTrue(lock.writeLock().tryLock());
                    lock.writeLock().unlock();
                    assertTrue(lock.writeLock().tryLock(1, TimeUnit.MINUTES));
                    lock.writeLock().unlock();
                    assertTrue(lock.readLock().tryLock(1, TimeUnit.MINUTES));
                })
                .leaves(ReadWriteStepsTest::check);
    }

    @Test
    void oneThatWritesAndReadsOn() throws Exception {
        death().of(lock -> {
                    lock.writeLock().lock();
                    lock.readLock().lock();
                    lock.writeLock().unlock();
                    lock.readLock().unlock();
                })
                .leaves(ReadWriteStepsTest::check);
    }

    @Test
    void oneThatEndsReadingWhileOthersWait() throws Exception {
        death().first(lock -> lock.readLock().lock())
                .given(scene -> {
                    waitingWriter(scene);
                    waitingReader(scene);
                })
                .of(lock -> lock.readLock().unlock())
                .leaves(ReadWriteStepsTest::check);
    }

    @Test
    void oneThatEndsWritingWhileOthersWait() throws Exception {
        death().first(lock -> lock.writeLock().lock())
                .given(scene -> {
                    waitingWriter(scene);
                    waitingReader(scene);
                })
                .of(lock -> lock.writeLock().unlock())
                .leaves(scene -> {
                    assertEquals(isAbandoned(scene), scene.waited(0));
                    assertEquals(isAbandoned(scene), scene.waited(1));
                    check(scene);
                });
    }

    @Test
    void oneThatWaitsToRead() throws Exception {
        death().given(scene -> scene.mine().writeLock().lock())
                .of(lock -> Scene.isRefused(lock.readLock()))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> waiting(scene) > 0);
                    scene.waits(() -> Scene.isRefused(scene.theirs().writeLock()));
                    scene.mine().writeLock().unlock();
                })
                .leaves(ReadWriteStepsTest::check);
    }

    @Test
    void oneThatWaitsToWrite() throws Exception {
        death().given(scene -> scene.mine().readLock().lock())
                .of(lock -> Scene.isRefused(lock.writeLock()))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> queued(scene) > 0);
                    scene.waits(() -> Scene.isRefused(scene.theirs().readLock()));
                    scene.mine().readLock().unlock();
                })
                .leaves(ReadWriteStepsTest::check);
    }

    private static void endReadingAndCheck(Scene<SharedReadWriteLock> scene) throws Exception {
        assertFalse(scene.run(() -> Scene.isRefused(scene.theirs().readLock())), "no writer is in the way");
        scene.mine().readLock().unlock();
        check(scene);
    }

    private static void endWritingAndCheck(Scene<SharedReadWriteLock> scene) throws Exception {
        assertFalse(isAbandoned(scene));
        scene.mine().writeLock().unlock();
        check(scene);
    }

    @Test
    void oneThatGivesUpWaitingToWrite() throws Exception {
        death().given(scene -> scene.mine().readLock().lock())
                .of(lock -> assertFalse(lock.writeLock().tryLock(60, TimeUnit.MILLISECONDS)))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> queued(scene) > 0);
                    scene.waits(() -> Scene.isRefused(scene.theirs().readLock()));
                })
                .leaves(ReadWriteStepsTest::endReadingAndCheck);
    }

    @Test
    void oneThatGivesUpWaitingToRead() throws Exception {
        death().given(scene -> scene.mine().writeLock().lock())
                .of(lock -> assertFalse(lock.readLock().tryLock(20, TimeUnit.MILLISECONDS)))
                .leaves(ReadWriteStepsTest::endWritingAndCheck);
    }

    @Test
    void oneThatIsInterruptedWaitingToWrite() throws Exception {
        death().given(scene -> scene.mine().readLock().lock())
                .of(lock -> assertThrows(InterruptedException.class, lock.writeLock()::lockInterruptibly))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> queued(scene) > 0);
                    scene.victimThread().interrupt();
                })
                .leaves(ReadWriteStepsTest::endReadingAndCheck);
    }

    @Test
    void oneThatIsInterruptedWaitingToRead() throws Exception {
        death().given(scene -> scene.mine().writeLock().lock())
                .of(lock -> assertThrows(InterruptedException.class, lock.readLock()::lockInterruptibly))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> waiting(scene) > 0);
                    scene.victimThread().interrupt();
                })
                .leaves(ReadWriteStepsTest::endWritingAndCheck);
    }

    @Test
    void oneThatSleepsUntilItMayWrite() throws Exception {
        death().given(scene -> scene.mine().readLock().lock())
                .of(lock -> lock.writeLock().lock())
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> queued(scene) > 0);
                    scene.killTheVictim();
                })
                .leavesWhenKilled(ReadWriteStepsTest::endReadingAndCheck);
    }

    @Test
    void oneThatSleepsUntilItMayRead() throws Exception {
        death().given(scene -> scene.mine().writeLock().lock())
                .of(lock -> lock.readLock().lock())
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> waiting(scene) > 0);
                    scene.killTheVictim();
                })
                .leavesWhenKilled(ReadWriteStepsTest::endWritingAndCheck);
    }
}
