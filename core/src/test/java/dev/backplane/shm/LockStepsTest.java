package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Locks whose users die at each store: the next owner is told exactly if the dead one owned the lock.
@SuppressWarnings("LockNotBeforeTry") // Victims do not unlock.
@ParameterizedClass(name = "fair: {0}")
@ValueSource(booleans = {false, true})
final class LockStepsTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Parameter
    boolean fair;

    private LockOptions options(OwnerDeath ownerDeath) {
        final LockOptions options = LockOptions.defaults().onOwnerDeath(ownerDeath);
        return fair ? options.asFair() : options;
    }

    /// In what state the victim finds the lock.
    enum Before {
        FREE,
        /// One who holds it is dead, and nobody has noticed.
        HELD_BY_A_DEAD_ONE,
        /// One who held it is dead and swept.
        ABANDONED;

        void prepare(Scene<SharedLock> scene) throws Exception {
            if (this != FREE) {
                scene.dies(1, Scene::isRefused);
            }
            if (this == ABANDONED) {
                assertEquals(1, scene.survivor().sweepDead());
            }
        }
    }

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    /// The word as it is; of one that was given to a waiter who has not found out, as if nobody had it.
    private static int word(SharedLock lock) {
        final Region region = ((SegmentLock) lock).region();
        final int word = new RobustWord(region.segment(), region.memory(), LockLayout.WORD_OFFSET).word();
        final boolean given = region.type() == ObjectType.FAIR_LOCK.code()
                && OwnerWord.ownerOf(word) != 0
                && FairWord.grantedSlot(region.memory()) >= 0;
        return given ? word & ~OwnerWord.ownerOf(word) : word;
    }

    private DeathAtEachStore<SharedLock> death() {
        return DeathAtEachStore.with(directory, manager -> manager.lock("lock", options(OwnerDeath.refuse())))
                .lastWords(LockStepsTest::word);
    }

    private static boolean isContended(Scene<SharedLock> scene) {
        return (word(scene.mine()) & OwnerWord.CONTENDED) != 0;
    }

    private static void sleepingWaiter(Scene<SharedLock> scene) {
        scene.waits(() -> Scene.isRefused(scene.mine()));
        Eventually.holds("a survivor waits", () -> isContended(scene));
    }

    /// Whether an owner was dead when the victim was.
    private static boolean isAbandoned(Scene<SharedLock> scene) {
        final int owner = OwnerWord.ownerOf(scene.lastWord());
        return (scene.lastWord() & OwnerWord.OWNER_DIED) != 0
                || owner != 0
                        && OwnerWord.slotOf(owner) != Scene.slotOf(scene.mine())
                        && OwnerWord.slotOf(owner) != Scene.slotOf(scene.theirs());
    }

    /// The survivors are refused the lock if an owner had died, and not otherwise, until one recovers it.
    private static void check(Scene<SharedLock> scene) throws Exception {
        scene.untilNobodyWaits();
        final boolean abandoned = isAbandoned(scene);
        assertEquals(abandoned, scene.run(() -> Scene.isRefused(scene.mine())));
        assertEquals(abandoned, scene.run(() -> Scene.isRefused(scene.theirs())), "everybody is told");
        assertEquals(abandoned, scene.run(() -> {
            final boolean recovered = scene.theirs().recover();
            scene.theirs().unlock();
            return recovered;
        }));
        assertFalse(scene.run(() -> Scene.isRefused(scene.mine())), "it is as new");
        assertEquals(0, OwnerWord.ownerOf(word(scene.mine())));
    }

    @ParameterizedTest
    @EnumSource
    void oneThatLocksAndUnlocks(Before before) throws Exception {
        death().given(before::prepare).of(Scene::isRefused).leaves(LockStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsSweptBeforeAnybodyAsks(Before before) throws Exception {
        death().given(before::prepare).of(Scene::isRefused).leaves(scene -> {
            scene.survivor().sweepDead();
            check(scene);
        });
    }

    @ParameterizedTest
    @EnumSource
    void oneThatTries(Before before) throws Exception {
        death().given(before::prepare)
                .of(lock -> {
                    try {
                        assertTrue(lock.tryLock());
                        lock.unlock();
                        assertTrue(lock.tryLock(1, TimeUnit.MINUTES));
                    } catch (OwnerDiedException e) {
                        assertThrows(OwnerDiedException.class, lock::lockInterruptibly);
                    }
                })
                .leaves(LockStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatRecovers(Before before) throws Exception {
        death().given(before::prepare)
                .of(lock -> {
                    assertEquals(before != Before.FREE, lock.recover());
                    lock.unlock();
                })
                .leaves(LockStepsTest::check);
    }

    @ParameterizedTest
    @EnumSource
    void oneThatRepairs(Before before) throws Exception {
        DeathAtEachStore.with(directory, manager -> {
                    final SharedLong repairs = manager.longValue("repairs");
                    return manager.lock("lock", options(OwnerDeath.repairWith(() -> repairs.getAndAdd(1))));
                })
                .lastWords(LockStepsTest::word)
                .given(before::prepare)
                .of(Scene::isRefused)
                .leaves(scene -> {
                    assertFalse(scene.run(() -> Scene.isRefused(scene.mine())), "every process repairs");
                    assertEquals(0, word(scene.mine()));
                });
    }

    @Test
    void oneThatUnlocksWhileOthersWait() throws Exception {
        death().first(SharedLock::lock)
                .given(scene -> {
                    sleepingWaiter(scene);
                    scene.waits(() -> Scene.isRefused(scene.theirs()));
                })
                .of(SharedLock::unlock)
                .leaves(LockStepsTest::check);
    }

    @Test
    void oneThatUnlocksIsFollowedByTheOneThatWaits() throws Exception {
        death().first(SharedLock::lock)
                .given(LockStepsTest::sleepingWaiter)
                .of(SharedLock::unlock)
                .leaves(scene -> {
                    assertEquals(isAbandoned(scene), scene.waited(0));
                    check(scene);
                });
    }

    @Test
    void oneThatWaits() throws Exception {
        death().given(scene -> scene.mine().lock())
                .of(Scene::isRefused)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> isContended(scene));
                    scene.waits(() -> Scene.isRefused(scene.theirs()));
                    scene.mine().unlock();
                })
                .leaves(LockStepsTest::check);
    }

    @Test
    void oneThatGivesUpWaiting() throws Exception {
        death().given(scene -> scene.mine().lock())
                .of(lock -> assertFalse(lock.tryLock(20, TimeUnit.MILLISECONDS)))
                .leaves(LockStepsTest::unlockAndCheck);
    }

    private static void unlockAndCheck(Scene<SharedLock> scene) throws Exception {
        assertFalse(isAbandoned(scene));
        scene.mine().unlock();
        check(scene);
    }

    @Test
    void oneThatIsInterrupted() throws Exception {
        death().given(scene -> scene.mine().lock())
                .of(lock -> assertThrows(InterruptedException.class, lock::lockInterruptibly))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> isContended(scene));
                    scene.victimThread().interrupt();
                })
                .leaves(LockStepsTest::unlockAndCheck);
    }

    @Test
    void oneThatSleeps() throws Exception {
        death().given(scene -> scene.mine().lock())
                .of(SharedLock::lock)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> isContended(scene));
                    scene.killTheVictim();
                })
                .leavesWhenKilled(LockStepsTest::unlockAndCheck);
    }
}
