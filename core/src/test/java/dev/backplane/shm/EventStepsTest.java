package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLong;
import dev.backplane.SharedOnce;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Events, latches and onces whose users die at each store.
final class EventStepsTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void deathsMustBeSeen() {
        Abandonment.assumeSeen();
    }

    private DeathAtEachStore<SharedEvent> eventDeath() {
        return DeathAtEachStore.with(directory, manager -> manager.event("event"))
                .lastWords(event -> Scene.read(event, EventLayout.WORD));
    }

    private static boolean someoneSleeps(SharedEvent event) {
        return Scene.read(event, EventLayout.WORD) < 0;
    }

    private static void checkEvent(Scene<SharedEvent> scene) throws Exception {
        assertEquals(SegmentEvent.isSet(scene.lastWord()), scene.theirs().isSet(), "it stays as it was last stored");
        scene.theirs().set();
        assertTrue(scene.mine().isSet());
        scene.mine().clear();
        scene.waits(() -> scene.mine().await(20, TimeUnit.SECONDS));
        Eventually.holds("a survivor waits", () -> someoneSleeps(scene.mine()));
        scene.theirs().set();
        assertTrue(scene.waitedLast());
    }

    @Test
    void oneThatSetsAnEventThatOthersWaitFor() throws Exception {
        eventDeath()
                .given(scene -> {
                    scene.waits(() -> scene.mine().await(20, TimeUnit.SECONDS));
                    Eventually.holds("a survivor waits", () -> someoneSleeps(scene.mine()));
                })
                .of(event -> {
                    event.set();
                    event.clear();
                })
                .leaves(scene -> {
                    if (scene.lastWord() << 1 == 0) { // Never set, not even for an instant.
                        scene.theirs().set();
                        scene.theirs().clear();
                    }
                    assertTrue(scene.waited(0));
                    assertTrue(scene.lastWord() << 1 != 0 || !scene.completed());
                });
    }

    @Test
    void oneThatClearsAnEvent() throws Exception {
        eventDeath()
                .first(SharedEvent::set)
                .of(event -> {
                    event.clear();
                    event.set();
                })
                .leaves(EventStepsTest::checkEvent);
    }

    @Test
    void oneThatWaitsForAnEvent() throws Exception {
        eventDeath()
                .of(SharedEvent::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene.mine()));
                    scene.mine().set();
                })
                .leaves(scene -> {
                    assertTrue(scene.mine().isSet());
                    scene.mine().clear();
                    assertFalse(scene.theirs().await(1, TimeUnit.MILLISECONDS));
                });
    }

    @Test
    void oneThatGivesUpWaitingForAnEvent() throws Exception {
        eventDeath()
                .of(event -> {
                    assertFalse(event.await(20, TimeUnit.MILLISECONDS));
                    event.set();
                })
                .leaves(EventStepsTest::checkEvent);
    }

    @Test
    void oneThatIsInterruptedWaitingForAnEvent() throws Exception {
        eventDeath()
                .of(event -> assertThrows(InterruptedException.class, event::await))
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene.mine()));
                    scene.victimThread().interrupt();
                })
                .leaves(EventStepsTest::checkEvent);
    }

    @Test
    void oneThatSleepsUntilAnEvent() throws Exception {
        eventDeath()
                .of(SharedEvent::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene.mine()));
                    scene.killTheVictim();
                })
                .leavesWhenKilled(EventStepsTest::checkEvent);
    }

    private DeathAtEachStore<SharedLatch> latchDeath() {
        return DeathAtEachStore.with(directory, manager -> manager.latch("latch", 2))
                .lastWords(latch -> Scene.read(latch, LatchLayout.WORD) & Integer.MAX_VALUE);
    }

    private static boolean someoneSleeps(SharedLatch latch) {
        return Scene.read(latch, LatchLayout.WORD) < 0;
    }

    @Test
    void oneThatCountsDownALatch() throws Exception {
        latchDeath()
                .given(scene -> {
                    scene.waits(() -> scene.mine().await(20, TimeUnit.SECONDS));
                    Eventually.holds("a survivor waits", () -> someoneSleeps(scene.mine()));
                })
                .of(latch -> {
                    latch.countDown();
                    latch.countDown();
                })
                .leaves(scene -> {
                    assertEquals(scene.lastWord(), scene.theirs().getCount());
                    assertTrue(scene.lastWord() == 0 || !scene.completed());
                    for (int left = scene.lastWord(); left > 0; left--) {
                        scene.theirs().countDown();
                    }
                    assertTrue(scene.waited(0));
                });
    }

    @Test
    void oneThatWaitsForALatch() throws Exception {
        latchDeath()
                .of(SharedLatch::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene.mine()));
                    scene.mine().countDown();
                    scene.theirs().countDown();
                })
                .leaves(scene -> assertTrue(scene.mine().await(0, TimeUnit.SECONDS)));
    }

    @Test
    void oneThatSleepsUntilALatchIsZero() throws Exception {
        latchDeath()
                .of(SharedLatch::await)
                .meanwhile(scene -> {
                    scene.untilTheVictim("waits", () -> someoneSleeps(scene.mine()));
                    scene.killTheVictim();
                })
                .leavesWhenKilled(scene -> {
                    assertEquals(2, scene.mine().getCount());
                    scene.mine().countDown();
                    scene.theirs().countDown();
                    assertTrue(scene.mine().await(0, TimeUnit.SECONDS));
                });
    }

    /// A once, and how often its initialisers began and were done.
    private record Counted(SharedOnce once, SharedLong begun, SharedLong done) {
        static Counted of(Manager manager) throws IOException {
            return new Counted(manager.once("once"), manager.longValue("begun"), manager.longValue("done"));
        }

        void initialise() {
            begun.getAndAdd(1);
            done.getAndAdd(1);
        }

        boolean run() {
            return once.run(this::initialise);
        }

        boolean someoneWaits() {
            return (Scene.read(once, OnceLayout.WORD) & OwnerWord.CONTENDED) != 0;
        }
    }

    private DeathAtEachStore<Counted> onceDeath() {
        return DeathAtEachStore.with(directory, Counted::of)
                .lastWords(counted -> Scene.read(counted.once(), OnceLayout.DONE));
    }

    @Test
    void oneThatInitialises() throws Exception {
        onceDeath().given(scene -> scene.dies(1, Counted::run)).of(Counted::run).leaves(scene -> {
            assertEquals(scene.lastWord() == 0, scene.run(scene.mine()::run));
            assertFalse(scene.run(scene.theirs()::run));
            assertTrue(scene.theirs().once().isDone());
            assertTrue(scene.mine().done().get() >= 1);
        });
    }

    @Test
    void oneThatInitialisesWhileAnotherWaits() throws Exception {
        onceDeath()
                .of(counted -> counted.once().run(() -> {
                    counted.initialise();
                    Eventually.holds("a survivor waits", counted::someoneWaits);
                }))
                .meanwhile(scene -> {
                    scene.untilTheVictim("runs", () -> scene.mine().begun().get() > 0);
                    scene.waits(scene.mine()::run);
                })
                .leaves(scene -> {
                    assertEquals(scene.lastWord() == 0, scene.waited(0), "it runs its own, or none");
                    assertFalse(scene.run(scene.theirs()::run));
                });
    }

    @Test
    void oneThatWaitsForAnInitialiser() throws Exception {
        onceDeath()
                .given(scene -> {
                    scene.waits(() -> scene.mine().once().run(() -> {
                        scene.mine().initialise();
                        scene.untilTheVictim("waits", scene.mine()::someoneWaits);
                    }));
                    Eventually.holds(
                            "a survivor runs", () -> scene.mine().begun().get() > 0);
                })
                .of(counted -> assertFalse(counted.run()))
                .leaves(scene -> {
                    assertFalse(scene.run(scene.theirs()::run));
                    assertEquals(1, scene.mine().done().get());
                });
    }
}
