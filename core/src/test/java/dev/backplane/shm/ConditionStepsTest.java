package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.OwnerDeath;
import dev.backplane.SharedCondition;
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
import org.junit.jupiter.params.provider.ValueSource;

/// Conditions whose users die at each store: no signal is lost among the living.
///
/// Signals go round: from the first survivor, whose slot is 0, past the second, at 1, to the victim, at 2.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Single waits are what is tested; victims do not unlock.
final class ConditionStepsTest {
    private static final int USED_UP = 1 << 30;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<SharedCondition> death() {
        return DeathAtEachStore.with(
                        directory, manager -> manager.condition("condition", manager.lock("lock", OwnerDeath.ignore())))
                .lastWords(ConditionStepsTest::given);
    }

    /// Who has been given a signal, as a bit for each slot, and whether the victim that got one has used it up, and has
    /// the lock.
    private static int given(SharedCondition condition) {
        int slots = 0;
        for (int slot = 0; slot < 3; slot++) {
            if (Scene.read(condition, ConditionLayout.SIGNALS, slot) > 0) {
                slots |= 1 << slot;
            }
        }
        final int last = Scene.read(condition, ConditionLayout.CURSOR);
        final int owner = OwnerWord.ownerOf(lockWord(condition));
        if (last == Scene.slotOf(condition)
                && (slots & 1 << last) == 0
                && owner != 0
                && OwnerWord.slotOf(owner) == last) {
            slots |= USED_UP;
        }
        return last > 0 ? slots | 1 << last : slots;
    }

    private static int lockWord(SharedCondition condition) {
        return Scene.read(condition.lock(), new IntField(LockLayout.WORD_OFFSET));
    }

    private static void waiter(Scene<SharedCondition> scene, SharedCondition condition) {
        scene.waits(() -> {
            condition.lock().lock();
            try {
                return condition.await(20, TimeUnit.SECONDS);
            } finally {
                condition.lock().unlock();
            }
        });
        final int slot = Scene.slotOf(condition);
        Eventually.holds("a survivor waits", () -> Scene.read(condition, ConditionLayout.WAITERS, slot) > 0);
    }

    private static void locked(Scene<SharedCondition> scene, SharedCondition condition, Runnable signal)
            throws Exception {
        scene.run(() -> {
            condition.lock().lock();
            signal.run();
            condition.lock().unlock();
            return null;
        });
    }

    /// No survivor waits any more, and nothing is left of the signals.
    private static void check(Scene<SharedCondition> scene) throws Exception {
        scene.survivor().sweepDead();
        for (int slot = 0; slot < 4; slot++) {
            for (IntField field : List.of(ConditionLayout.WAITERS, ConditionLayout.SIGNALS)) {
                assertEquals(0, Scene.read(scene.mine(), field, slot), () -> "at " + field);
            }
        }
        assertEquals(0, Scene.read(scene.mine(), ConditionLayout.PENDING));
        assertEquals(0, OwnerWord.ownerOf(Scene.read(scene.mine(), ConditionLayout.SECTION)));
        waiter(scene, scene.mine());
        locked(scene, scene.theirs(), scene.theirs()::signal);
        assertTrue(scene.waitedLast());
    }

    private static boolean theVictimWaits(Scene<SharedCondition> scene) {
        return Scene.read(scene.mine(), ConditionLayout.WAITERS, 2) > 0
                && !scene.theirs().lock().isLocked();
    }

    /// Another waiter has died in the section, or in its sleep.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 1_000})
    void oneThatWaitsAndIsSignalled(int storesOfAnEarlierDeadOne) throws Exception {
        death().given(scene -> {
                    scene.dies(storesOfAnEarlierDeadOne, condition -> {
                        condition.lock().lock();
                        condition.await(1, TimeUnit.MILLISECONDS);
                    });
                })
                .of(condition -> {
                    condition.lock().lock();
                    condition.await();
                })
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> theVictimWaits(scene));
                    waiter(scene, scene.mine());
                    locked(scene, scene.theirs(), scene.theirs()::signal);
                })
                .leaves(scene -> {
                    if ((scene.lastWord() & USED_UP) != 0) {
                        locked(scene, scene.theirs(), scene.theirs()::signal);
                    } else {
                        assertFalse(scene.completed());
                    }
                    assertTrue(scene.waited(0), "the signal is not lost");
                    check(scene);
                });
    }

    @Test
    void oneThatIsSignalledAndDoesNotGetTheLockAnyMore() throws Exception {
        death().of(condition -> {
                    condition.lock().lock();
                    condition.awaitUninterruptibly();
                })
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> theVictimWaits(scene));
                    waiter(scene, scene.mine());
                    locked(scene, scene.theirs(), () -> {
                        scene.theirs().signal();
                        scene.untilTheVictim(
                                "waits for the lock", () -> (lockWord(scene.theirs()) & OwnerWord.CONTENDED) != 0);
                        scene.killTheVictim();
                    });
                    assertTrue(scene.waitedLast(), "the signal goes to another");
                })
                .leavesWhenKilled(ConditionStepsTest::check);
    }

    @Test
    void oneThatSleeps() throws Exception {
        death().of(condition -> {
                    condition.lock().lock();
                    condition.await();
                })
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> theVictimWaits(scene));
                    scene.killTheVictim();
                })
                .leavesWhenKilled(ConditionStepsTest::check);
    }

    private static void twoWait(Scene<SharedCondition> scene) {
        waiter(scene, scene.mine());
        waiter(scene, scene.theirs());
    }

    /// Who was signalled goes on by itself; the others when they are signalled.
    private static void checkThoseWhoWait(Scene<SharedCondition> scene) throws Exception {
        final int waiters = scene.waiting();
        for (int slot = 0; slot < waiters; slot++) {
            if ((scene.lastWord() & 1 << slot) != 0) {
                assertTrue(scene.waited(slot), "it was signalled");
            }
        }
        locked(scene, scene.theirs(), scene.theirs()::signalAll);
        for (int slot = 0; slot < waiters; slot++) {
            assertTrue(scene.waited(slot));
        }
        check(scene);
    }

    @Test
    void oneThatSignals() throws Exception {
        death().given(ConditionStepsTest::twoWait)
                .of(condition -> {
                    condition.lock().lock();
                    condition.signal();
                    condition.lock().unlock();
                })
                .leaves(scene -> {
                    assertTrue((scene.lastWord() & 2) != 0 || !scene.completed(), "it was the second one's turn");
                    checkThoseWhoWait(scene);
                });
    }

    @Test
    void oneThatSignalsAll() throws Exception {
        death().given(ConditionStepsTest::twoWait)
                .of(condition -> {
                    condition.lock().lock();
                    condition.signalAll();
                    condition.lock().unlock();
                })
                .leaves(ConditionStepsTest::checkThoseWhoWait);
    }

    @Test
    void oneThatSignalsADeadOne() throws Exception {
        death().given(scene -> {
                    waiter(scene, scene.mine());
                    scene.dies(6, condition -> {
                        condition.lock().lock();
                        condition.await();
                    });
                })
                .of(condition -> {
                    condition.lock().lock();
                    condition.signal();
                    condition.lock().unlock();
                })
                .leaves(scene -> {
                    if (scene.completed()) {
                        assertTrue(scene.waited(0), "it goes to the living");
                    }
                    checkThoseWhoWait(scene);
                });
    }

    @Test
    void oneThatGivesUpWaiting() throws Exception {
        death().given(scene -> waiter(scene, scene.mine()))
                .of(condition -> {
                    condition.lock().lock();
                    assertFalse(condition.await(10, TimeUnit.MILLISECONDS));
                    condition.lock().unlock();
                })
                .leaves(ConditionStepsTest::signalAndCheck);
    }

    private static void signalAndCheck(Scene<SharedCondition> scene) throws Exception {
        locked(scene, scene.theirs(), scene.theirs()::signal);
        assertTrue(scene.waited(0), "one signal is enough");
        check(scene);
    }

    @Test
    void oneThatIsInterrupted() throws Exception {
        death().given(scene -> waiter(scene, scene.mine()))
                .of(condition -> {
                    condition.lock().lock();
                    assertThrows(InterruptedException.class, condition::await);
                    condition.lock().unlock();
                })
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> theVictimWaits(scene));
                    scene.victimThread().interrupt();
                })
                .leaves(ConditionStepsTest::signalAndCheck);
    }
}
