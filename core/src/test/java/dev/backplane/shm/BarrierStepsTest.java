package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SharedBarrier;
import dev.backplane.SharedLong;
import dev.backplane.shm.DeathAtEachStore.Act;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Barriers of three parties of which one dies at each store: it trips or breaks for all survivors alike.
final class BarrierStepsTest {
    private static final int HAD_ARRIVED = 1;
    private static final int TRIPPED = 2;
    private static final int BROKEN = 4;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<SharedBarrier> death() {
        return death(() -> {});
    }

    private DeathAtEachStore<SharedBarrier> death(Runnable action) {
        return DeathAtEachStore.with(directory, manager -> {
                    final SharedLong actions = manager.longValue("actions");
                    return manager.barrier("barrier", 3, () -> {
                        actions.getAndAdd(1);
                        action.run();
                    });
                })
                .lastWords(BarrierStepsTest::outcome);
    }

    /// How the first generation stands, and whether the victim has arrived.
    private static int outcome(SharedBarrier barrier) {
        final Region region = ((SegmentBarrier) barrier).region();
        final long arrival = BarrierLayout.ARRIVALS.getVolatile(region.memory(), PerSlot.longAt(Scene.slotOf(barrier)));
        final int outcome = switch (new BarrierState(region).outcome(1)) {
            case CURRENT -> 0;
            case TRIPPED -> TRIPPED;
            case BROKEN -> BROKEN;
        };
        return outcome | (arrival != 0 ? HAD_ARRIVED : 0);
    }

    private static boolean hadTripped(Scene<SharedBarrier> scene) {
        return (scene.lastWord() & TRIPPED) != 0;
    }

    /// Whether it was still open how the first generation would end.
    private static boolean wasCurrent(Scene<SharedBarrier> scene) {
        return (scene.lastWord() & (TRIPPED | BROKEN)) == 0;
    }

    private static boolean hadArrived(Scene<SharedBarrier> scene) {
        return (scene.lastWord() & HAD_ARRIVED) != 0;
    }

    /// A survivor arrives, and comes to know whether the barrier tripped.
    private static void arrive(Scene<SharedBarrier> scene, SharedBarrier barrier) {
        scene.waits(() -> {
            try {
                barrier.await(20, TimeUnit.SECONDS);
                return true;
            } catch (BrokenBarrierException e) {
                return false;
            }
        });
    }

    private static void oneWaits(Scene<SharedBarrier> scene) {
        arrive(scene, scene.mine());
        Eventually.holds("a survivor waits", () -> scene.mine().getNumberWaiting() > 0);
    }

    private static void bothArrive(Scene<SharedBarrier> scene) {
        arrive(scene, scene.mine());
        arrive(scene, scene.theirs());
    }

    private static void bothWait(Scene<SharedBarrier> scene) {
        bothArrive(scene);
        Eventually.holds("the survivors wait", () -> scene.mine().getNumberWaiting() == 2);
    }

    /// Both survivors learn the same: what was decided when the victim died; if nothing was, that it broke by that, or
    /// that it tripped when they came before anybody had noticed.
    private static void checkBoth(Scene<SharedBarrier> scene) throws Exception {
        if (!hadArrived(scene)) {
            arrive(scene, scene.mine());
            assertTrue(scene.waitedLast(), "nobody knew of the dead one");
        }
        final boolean trips = scene.waited(0);
        assertEquals(trips, scene.waited(1));
        assertTrue(trips || wasCurrent(scene) && hadArrived(scene));
        assertTrue(hadTripped(scene) || !scene.completed());
        check(scene);
    }

    /// The dead one is gone, and the barrier as new after a reset.
    private static void check(Scene<SharedBarrier> scene) throws Exception {
        scene.survivor().sweepDead();
        scene.theirs().reset();
        assertFalse(scene.mine().isBroken());
        arrive(scene, scene.mine());
        arrive(scene, scene.mine());
        arrive(scene, scene.theirs());
        for (int last = 1; last <= 3; last++) {
            assertTrue(scene.waited(scene.waiting() - last));
        }
        assertEquals(0, OwnerWord.ownerOf(Scene.read(scene.mine(), BarrierLayout.SECTION)));
    }

    @Test
    void oneThatArrivesLast() throws Exception {
        death().given(BarrierStepsTest::bothWait).of(SharedBarrier::await).leaves(scene -> {
            if (hadArrived(scene) && wasCurrent(scene)) {
                assertFalse(scene.waited(0), "there is nobody to trip it");
            }
            checkBoth(scene);
        });
    }

    @Test
    void oneThatArrivesFirst() throws Exception {
        death().of(SharedBarrier::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> scene.mine().getNumberWaiting() > 0);
                    bothArrive(scene);
                })
                .leaves(BarrierStepsTest::checkBoth);
    }

    @Test
    void oneThatArrivesSecond() throws Exception {
        death().given(BarrierStepsTest::oneWaits)
                .of(SharedBarrier::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> scene.mine().getNumberWaiting() > 1);
                    arrive(scene, scene.theirs());
                })
                .leaves(BarrierStepsTest::checkBoth);
    }

    /// The earlier one has arrived, and died in the section or after it.
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void oneThatArrivesAfterADeadOne(int storesOfAnEarlierDeadOne) throws Exception {
        death().given(scene -> scene.dies(storesOfAnEarlierDeadOne, SharedBarrier::await))
                .of(barrier -> {
                    try {
                        barrier.await();
                    } catch (BrokenBarrierException e) {
                        assertTrue(barrier.isBroken());
                    }
                })
                .meanwhile(BarrierStepsTest::bothArrive)
                .leaves(scene -> {
                    // Tripped with the dead one's arrival, or broken by its death.
                    final boolean first = scene.waited(0);
                    final boolean second = scene.waited(1);
                    if (first || second) {
                        assertTrue((outcome(scene.theirs()) & TRIPPED) != 0);
                    }
                    check(scene);
                });
    }

    @Test
    void oneThatSleeps() throws Exception {
        death().given(BarrierStepsTest::oneWaits)
                .of(SharedBarrier::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> scene.mine().getNumberWaiting() > 1);
                    scene.killTheVictim();
                })
                .leavesWhenKilled(scene -> {
                    assertFalse(scene.waited(0));
                    arrive(scene, scene.theirs());
                    assertFalse(scene.waited(1));
                    check(scene);
                });
    }

    @Test
    void oneThatRunsTheAction() throws Exception {
        final CountDownLatch acting = new CountDownLatch(1);
        final CountDownLatch never = new CountDownLatch(1);
        death(() -> {
                    acting.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .given(BarrierStepsTest::bothWait)
                .of(SharedBarrier::await)
                .meanwhile(scene -> {
                    acting.await();
                    scene.killTheVictim();
                    scene.victimThread().interrupt();
                })
                .leavesWhenKilled(scene -> {
                    never.countDown();
                    assertFalse(scene.waited(0));
                    assertFalse(scene.waited(1));
                    check(scene);
                });
    }

    /// One waits, who is told of the break, be it by the victim, by its death, or by a reset that follows.
    private void breaks(Act<SharedBarrier> operation) throws Exception {
        death(() -> {
                    throw new IllegalArgumentException("the action fails");
                })
                .given(BarrierStepsTest::oneWaits)
                .of(operation)
                .leaves(scene -> {
                    if (wasCurrent(scene) && !hadArrived(scene)) {
                        assertFalse(scene.completed());
                        scene.theirs().reset();
                    }
                    assertFalse(scene.waited(0));
                    scene.survivor().sweepDead();
                    assertEquals(0, OwnerWord.ownerOf(Scene.read(scene.mine(), BarrierLayout.SECTION)));
                });
    }

    @Test
    void oneThatGivesUpWaiting() throws Exception {
        breaks(barrier -> assertThrows(TimeoutException.class, () -> barrier.await(10, TimeUnit.MILLISECONDS)));
    }

    @Test
    void oneThatIsInterrupted() throws Exception {
        breaks(barrier -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, barrier::await);
        });
    }

    @Test
    void oneThatAborts() throws Exception {
        breaks(SharedBarrier::abort);
    }

    @Test
    void oneThatResets() throws Exception {
        breaks(SharedBarrier::reset);
    }

    @Test
    void oneWhoseActionFails() throws Exception {
        death(() -> {
                    throw new IllegalArgumentException("the action fails");
                })
                .given(BarrierStepsTest::bothWait)
                .of(barrier -> assertThrows(IllegalArgumentException.class, barrier::await))
                .leaves(scene -> {
                    if (!hadArrived(scene)) {
                        scene.theirs().reset();
                    }
                    assertFalse(scene.waited(0));
                    assertFalse(scene.waited(1));
                });
    }
}
