package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Semaphores whose users die at each store: all permits come back, and not one more.
final class SemaphoreStepsTest {
    private static final int PERMITS = 4;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<SharedSemaphore> death(SemaphoreOptions options) {
        return DeathAtEachStore.with(directory, manager -> manager.semaphore("semaphore", options));
    }

    private DeathAtEachStore<SharedSemaphore> death() {
        return death(SemaphoreOptions.permits(PERMITS));
    }

    private static boolean someoneSleeps(Scene<SharedSemaphore> scene) {
        return Scene.read(scene.mine(), SemaphoreLayout.GATE) < 0;
    }

    private static void check(Scene<SharedSemaphore> scene) throws Exception {
        check(scene, PERMITS);
    }

    /// The survivors, who hold nothing, can have all the permits.
    private static void check(Scene<SharedSemaphore> scene, int permits) throws Exception {
        scene.untilNobodyWaits();
        assertTrue(scene.run(() -> scene.mine().tryAcquire(permits, 20, TimeUnit.SECONDS)), "all permits come back");
        assertEquals(0, scene.theirs().availablePermits(), "and not one more");
        assertFalse(scene.theirs().tryAcquire());
        assertEquals(permits, scene.mine().heldPermits());
        assertEquals(0, scene.theirs().heldPermits());
        scene.mine().release(permits);
        assertEquals(permits, scene.theirs().availablePermits());
        assertEquals(0, OwnerWord.ownerOf(Scene.read(scene.mine(), SemaphoreLayout.SECTION)));
    }

    /// Another one has died after so many of the four stores of an acquisition: before it, in the section three times,
    /// and as a holder.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void oneThatAcquiresAndReleases(int storesOfAnEarlierDeadOne) throws Exception {
        death().given(scene -> scene.dies(storesOfAnEarlierDeadOne, SharedSemaphore::acquire))
                .of(semaphore -> {
                    semaphore.acquire(2);
                    semaphore.release(2);
                })
                .leaves(SemaphoreStepsTest::check);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void oneThatLooks(int storesOfAnEarlierDeadOne) throws Exception {
        death().given(scene -> scene.dies(storesOfAnEarlierDeadOne, SharedSemaphore::acquire))
                .of(semaphore -> {
                    assertTrue(semaphore.availablePermits() >= PERMITS - 1);
                    assertEquals(0, semaphore.heldPermits());
                    assertFalse(semaphore.tryAcquire(PERMITS + 1));
                    assertTrue(semaphore.tryAcquire(PERMITS - 1));
                    assertTrue(semaphore.drainPermits() <= 1);
                })
                .leaves(SemaphoreStepsTest::check);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void oneThatReleasesAfterAnotherDiedReleasing(int storesOfAnEarlierDeadOne) throws Exception {
        death().first(semaphore -> semaphore.acquire(2))
                .given(scene -> scene.dies(4 + storesOfAnEarlierDeadOne, semaphore -> {
                    semaphore.acquire(2);
                    semaphore.release(2);
                }))
                .of(semaphore -> semaphore.release(2))
                .leaves(SemaphoreStepsTest::check);
    }

    @Test
    void oneThatReleasesWhatAnotherWaitsFor() throws Exception {
        death().first(semaphore -> semaphore.acquire(3))
                .given(scene -> {
                    scene.waits(() -> {
                        scene.mine().acquire(PERMITS);
                        scene.mine().release(PERMITS);
                        return true;
                    });
                    Eventually.holds("a survivor waits", () -> someoneSleeps(scene));
                })
                .of(semaphore -> semaphore.release(3))
                .leaves(SemaphoreStepsTest::check);
    }

    @Test
    void oneThatReleasesWhatOthersHave() throws Exception {
        death().given(scene -> {
                    scene.mine().acquire(2);
                    scene.theirs().acquire(2);
                })
                .of(semaphore -> semaphore.release(4))
                .leaves(scene -> {
                    final int mine = scene.mine().heldPermits();
                    final int theirs = scene.theirs().heldPermits();
                    assertEquals(PERMITS, scene.mine().availablePermits() + mine + theirs);
                    scene.mine().release(mine);
                    scene.theirs().release(theirs);
                    check(scene);
                });
    }

    @Test
    void oneThatReleasesMoreThanThereWere() throws Exception {
        death().lastWords(semaphore -> Scene.read(semaphore, SemaphoreLayout.TOTAL))
                .of(semaphore -> semaphore.release(3))
                .leaves(scene -> {
                    assertTrue(scene.lastWord() == PERMITS || scene.lastWord() == PERMITS + 3);
                    assertTrue(scene.lastWord() > PERMITS || !scene.completed());
                    check(scene, scene.lastWord());
                });
    }

    @Test
    void oneThatMayNotRelease() throws Exception {
        death(SemaphoreOptions.permits(PERMITS).asOwned())
                .given(scene -> scene.mine().acquire())
                .of(semaphore -> assertThrows(IllegalStateException.class, semaphore::release))
                .leaves(scene -> {
                    assertEquals(1, scene.mine().heldPermits());
                    scene.mine().release();
                    check(scene);
                });
    }

    @Test
    void oneThatWaits() throws Exception {
        death().given(scene -> scene.mine().acquire(PERMITS))
                .of(semaphore -> {
                    semaphore.acquire(2);
                    semaphore.release(2);
                })
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene));
                    scene.mine().release(PERMITS);
                })
                .leaves(SemaphoreStepsTest::check);
    }

    @Test
    void oneThatWaitsForAnEarlierDeadOne() throws Exception {
        death().given(scene -> scene.dies(4, semaphore -> semaphore.acquire(PERMITS)))
                .of(semaphore -> semaphore.acquire(2))
                .leaves(SemaphoreStepsTest::check);
    }

    private static void releaseAndCheck(Scene<SharedSemaphore> scene) throws Exception {
        scene.mine().release(PERMITS);
        check(scene);
    }

    @Test
    void oneThatGivesUpWaiting() throws Exception {
        death().given(scene -> scene.mine().acquire(PERMITS))
                .of(semaphore -> assertFalse(semaphore.tryAcquire(20, TimeUnit.MILLISECONDS)))
                .leaves(SemaphoreStepsTest::releaseAndCheck);
    }

    @Test
    void oneThatIsInterrupted() throws Exception {
        death().given(scene -> scene.mine().acquire(PERMITS))
                .of(semaphore -> assertThrows(InterruptedException.class, semaphore::acquire))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene));
                    scene.victimThread().interrupt();
                })
                .leaves(SemaphoreStepsTest::releaseAndCheck);
    }

    @Test
    void oneThatSleeps() throws Exception {
        death().given(scene -> scene.mine().acquire(PERMITS))
                .of(SharedSemaphore::acquireUninterruptibly)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene));
                    scene.killTheVictim();
                })
                .leavesWhenKilled(SemaphoreStepsTest::releaseAndCheck);
    }
}
