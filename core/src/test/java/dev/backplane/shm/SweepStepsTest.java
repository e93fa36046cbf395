package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedCondition;
import dev.backplane.store.Abandonment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Those who attach, and those who give back what the dead held or what they hold themselves, die at each store of
/// doing so.
@SuppressWarnings("WaitNotInLoop") // Single waits are what is tested.
final class SweepStepsTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final Map<Path, Manager> newcomers = new ConcurrentHashMap<>();

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<Everything> death() {
        return DeathAtEachStore.with(directory, Everything::of);
    }

    /// One dies that has everything in use, and has got a signal for which a survivor waits too.
    private void oneDiesThatHasAllInUse(Scene<Everything> scene) throws Exception {
        scene.dies(
                List.of(Everything::holdForEver, Everything::awaitSignal, Everything::awaitOthers),
                scene.mine()::allIsInUse,
                kill -> {
                    waiter(scene);
                    scene.run(() -> {
                        scene.theirs().signalInVain(kill);
                        return null;
                    });
                });
    }

    private static void waiter(Scene<Everything> scene) {
        final SharedCondition condition = scene.mine().condition();
        scene.waits(() -> {
            condition.lock().lock();
            try {
                return condition.await(20, TimeUnit.SECONDS);
            } finally {
                condition.lock().unlock();
            }
        });
        Eventually.holds("a survivor waits", () -> Scene.read(condition, ConditionLayout.WAITERS, 0) > 0);
    }

    private void check(Scene<Everything> scene) throws Exception {
        abandonNewcomer(scene);
        assertTrue(scene.waitedLast(), "it gets the dead one's signal");
        scene.survivor().sweepDead();
        assertTrue(scene.theirs().barrier().isBroken());
        checkGivenBack(scene);
    }

    private static void checkGivenBack(Scene<Everything> scene) throws Exception {
        scene.run(() -> {
            scene.mine().checkGivenBack();
            return null;
        });
    }

    @Test
    void oneThatSweeps() throws Exception {
        death().given(this::oneDiesThatHasAllInUse)
                .of(all -> Scene.segment(all.manager()).sweepDead())
                .leaves(this::check);
    }

    @Test
    void oneThatSweepsTwoAndHoldsSomethingItself() throws Exception {
        death().first(all -> all.semaphore().acquire())
                .given(scene -> {
                    scene.dies(4, all -> all.read().readLock().lock());
                    oneDiesThatHasAllInUse(scene);
                })
                .of(all -> {
                    Scene.segment(all.manager()).sweepDead();
                    all.semaphore().acquire(3);
                })
                .leaves(this::check);
    }

    @Test
    void oneThatCloses() throws Exception {
        death().first(Everything::hold).of(all -> all.manager().close()).leaves(scene -> {
            scene.survivor().sweepDead();
            checkGivenBack(scene);
        });
    }

    /// A newcomer sweeps the dead as it attaches. Where the table has four slots it is full: the newcomer becomes the
    /// dead one, gives back what that one held, and only then is itself.
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void oneThatAttaches(int slots) throws Exception {
        death().participants(slots)
                .given(this::oneDiesThatHasAllInUse)
                .of(this::comeAndGo)
                .leaves(this::check);
    }

    private void comeAndGo(Everything all) throws Exception {
        final Path path = Scene.segment(all.manager()).path();
        final Manager newcomer = Manager.open(path, SegmentOptions.defaults());
        newcomers.put(path, newcomer);
        newcomer.event("newcomer's event").set();
        newcomer.remove("newcomer's event");
        newcomer.close();
    }

    private void abandonNewcomer(Scene<Everything> scene) {
        final @Nullable Manager newcomer = newcomers.get(scene.path());
        if (newcomer != null) {
            Abandonment.of(Scene.segment(newcomer));
        }
    }

    /// In which object's section the dead one died, half way through its change.
    enum Inside {
        SEMAPHORE,
        READ_WRITE_LOCK,
        BARRIER,
        CONDITION;

        void die(Scene<Everything> scene) throws Exception {
            switch (this) {
                case SEMAPHORE -> scene.dies(2, all -> all.semaphore().acquire());
                case READ_WRITE_LOCK ->
                    scene.dies(2, all -> all.read().readLock().lock());
                case BARRIER -> scene.dies(2, Everything::awaitOthers);
                case CONDITION -> scene.dies(3, Everything::awaitSignal);
            }
        }
    }

    /// The newcomer has the identity of one that is inside a section, and does not wait for itself.
    @ParameterizedTest
    @EnumSource
    void oneThatTakesTheSlotOfOneThatDiedInASection(Inside inside) throws Exception {
        death().participants(4).given(inside::die).of(this::comeAndGo).leaves(scene -> {
            abandonNewcomer(scene);
            scene.survivor().sweepDead();
            scene.run(() -> {
                scene.theirs().checkFree();
                return null;
            });
        });
    }

    /// The dead one had arrived before, and will not again.
    @Test
    void oneThatTakesTheSlotOfAParty() throws Exception {
        death().participants(4)
                .given(scene -> {
                    scene.dies(
                            List.of(Everything::awaitOthers),
                            () -> scene.mine().barrier().getNumberWaiting() == 1,
                            kill -> {
                                scene.waits(() -> trips(scene.mine()));
                                scene.waits(() -> trips(scene.theirs()));
                                assertFalse(scene.waited(0), "the party is not dead yet");
                                assertTrue(scene.waited(1) && scene.waited(2));
                                kill.run();
                            });
                    scene.waits(() -> trips(scene.mine()));
                })
                .of(this::comeAndGo)
                .leaves(scene -> {
                    abandonNewcomer(scene);
                    assertFalse(scene.waited(3), "a party is missing");
                });
    }

    private static boolean trips(Everything all) throws Exception {
        try {
            all.barrier().await(20, TimeUnit.SECONDS);
            return true;
        } catch (BrokenBarrierException e) {
            return false;
        }
    }
}
