package dev.backplane.cli.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The oracle finds what is broken, and blames nothing that is not.
final class OracleTest {
    private static final int SEATS = 3;
    private static final int ACTS = 60;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Ledger ledger;

    @BeforeEach
    void openLedger() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
    }

    private Stage stage(int scenario, int seat) {
        return new Stage(ledger, Scenarios.get(scenario).name(), scenario, SEATS, seat, seat + 1, new Random(seat));
    }

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("lock", SharedLock.class),
                Arguments.of("fair-lock", SharedLock.class),
                Arguments.of("rwlock", SharedReadWriteLock.class),
                Arguments.of("semaphore", SharedSemaphore.class),
                Arguments.of("owned-semaphore", SharedSemaphore.class),
                Arguments.of("condition", SharedLock.class),
                Arguments.of("condition", SharedCondition.class),
                Arguments.of("event", SharedEvent.class),
                Arguments.of("barrier", SharedBarrier.class),
                Arguments.of("latch", SharedLatch.class),
                Arguments.of("once", SharedOnce.class),
                Arguments.of("atomic", SharedLong.class),
                Arguments.of("queue", SharedQueue.class));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsBrokenIsFound(String name, Class<?> type) throws Exception {
        final int scenario = Scenarios.numbers(List.of(name)).getFirst();
        final List<Thread> threads = new ArrayList<>();
        try (Manager manager = open()) {
            final Manager broken = BrokenManager.of(manager, type);
            for (int seat = 0; seat < SEATS; seat++) {
                final Stage stage = stage(scenario, seat);
                threads.add(Thread.ofPlatform().start(() -> play(broken, stage, scenario)));
            }
            Eventually.holds("a broken " + name + " is found", () -> ledger.findingCount() > 0);
            leave(threads);
        }
        assertTrue(
                ledger.findings().stream().anyMatch(finding -> finding.startsWith(name + ": ")),
                () -> ledger.findings().toString());
    }

    @Test
    void whatWorksIsNotBlamed() throws Exception {
        final List<Integer> scenarios = Scenarios.numbers(List.of());
        final List<Thread> threads = new ArrayList<>();
        final List<Manager> managers = new ArrayList<>();
        for (int seat = 0; seat < SEATS; seat++) {
            final Manager manager = open();
            managers.add(manager);
            for (int scenario : scenarios) {
                final Stage stage = stage(scenario, seat);
                threads.add(Thread.ofPlatform().start(() -> play(manager, stage, scenario)));
            }
        }
        final Watch watch = new Watch(ledger, scenarios, SEATS, Stage.LIMIT_NANOS, System::nanoTime);
        Eventually.holds(
                "everything is used",
                () -> ledger.findingCount() > 0
                        || scenarios.stream().allMatch(scenario -> watch.operations(scenario) > ACTS));
        leave(threads);
        for (Manager manager : managers) {
            manager.close();
        }
        try (Manager manager = open()) {
            for (int scenario : scenarios) {
                Scenarios.get(scenario).audit(manager, ledger, scenario, ledger::report);
            }
        }
        assertEquals(List.of(), ledger.findings());
    }

    /// As workers do: who is interrupted is excused.
    private void leave(List<Thread> threads) throws InterruptedException {
        for (int life = 1; life <= SEATS; life++) {
            ledger.condemn(life, System.nanoTime());
        }
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private void play(Manager manager, Stage stage, int scenario) {
        try {
            final Scenario.Part part = Scenarios.get(scenario).join(manager, stage);
            while (ledger.findingCount() == 0 && !ledger.isCondemned(stage.life())) {
                part.act();
            }
        } catch (InterruptedException _) {
            return; // That was enough.
        } catch (IOException | RuntimeException e) {
            stage.violation("unexpected " + e);
        }
    }

    @Test
    void theDeadAreExcusedIfTheyDiedBeforeTheOtherGotIn() {
        new Exclusion(stage(0, 0)).entered(Phase.INSIDE);
        ledger.condemn(1, System.nanoTime());
        new Exclusion(stage(0, 1)).entered(Phase.INSIDE);
        assertEquals(List.of(), ledger.findings());
    }

    @Test
    void theDeadAreNotExcusedForTheirLives() {
        new Exclusion(stage(0, 0)).entered(Phase.INSIDE);
        final Exclusion other = new Exclusion(stage(0, 1));
        ledger.condemn(1, System.nanoTime() + 1_000_000_000);
        other.entered(Phase.INSIDE);
        assertEquals(1, ledger.findingCount());
    }

    @Test
    void readersBearEachOtherAndNoWriter() {
        new Exclusion(stage(0, 0)).entered(Phase.SHARING);
        final Exclusion second = new Exclusion(stage(0, 1));
        second.entered(Phase.SHARING);
        assertEquals(0, ledger.findingCount());
        new Exclusion(stage(0, 2)).entered(Phase.INSIDE);
        assertEquals(2, ledger.findingCount(), "the writer sees two readers");
        second.check();
        assertEquals(3, ledger.findingCount(), "and a reader the writer");
    }

    @Test
    void permitsOfTheDeadDoNotCount() {
        stage(0, 0).mark(Phase.SHARING, 2);
        stage(0, 1).mark(Phase.SHARING, 2);
        new Holders(stage(0, 2), 4).check();
        assertEquals(0, ledger.findingCount());
        new Holders(stage(0, 2), 3).check();
        assertEquals(1, ledger.findingCount());
        ledger.condemn(2, System.nanoTime());
        new Holders(stage(0, 2), 3).check();
        assertEquals(1, ledger.findingCount());
    }

    @Test
    void halfChangedIsAViolationUnlessTold() {
        final Stage stage = stage(0, 0);
        stage.board().set(0, 1);
        final GuardedPair pair = new GuardedPair(stage);
        pair.check(true);
        assertEquals(0, ledger.findingCount());
        pair.check(false);
        assertEquals(1, ledger.findingCount());
        pair.repair();
        pair.check(false);
        assertEquals(1, ledger.findingCount());
    }

    @Test
    void whoWaitsTooLongAndIsAliveIsFound() {
        final Watch watch = new Watch(ledger, List.of(0), SEATS, 1_000_000, System::nanoTime);
        stage(0, 0).mark(Phase.ENTERING);
        stage(0, 1).mark(Phase.WAITING);
        stage(0, 2).mark(Phase.ENTERING);
        ledger.condemn(3, System.nanoTime());
        Eventually.holds("the stuck one is found", () -> {
            watch.tick();
            return stuck().findAny().isPresent();
        });
        assertTrue(
                stuck().allMatch(finding -> finding.contains("seat 0, life 1")),
                () -> ledger.findings().toString());
    }

    /// Findings about who waits, not those about all that is not done.
    private Stream<String> stuck() {
        return ledger.findings().stream().filter(finding -> finding.contains("is stuck"));
    }
}
