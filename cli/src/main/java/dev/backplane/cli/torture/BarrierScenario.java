package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedBarrier;
import java.io.IOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Barriers, a new one for each session, and several generations of it: nobody is released before all have
/// arrived and the action has run; of one generation, all that live return normally or none does; a party's death
/// breaks it; nothing else does.
final class BarrierScenario implements Scenario {
    private static final String PREFIX = "barrier-";
    private static final int MOST_PARTIES = 3;
    private static final int GENERATIONS = 4;

    /// Words of a session: life, arrivals and outcomes of each member; whether one aborted; actions.
    private static final int MEMBER_WORDS = 1 + 2 * GENERATIONS;

    private static final int ABORTED = MOST_PARTIES * MEMBER_WORDS;
    private static final int ACTIONS = ABORTED + 1;

    private static final int TRIPPED = 1;
    private static final int BROKEN = 2;

    /// In the first generation, a party that was killed before it ever arrived is not known to the barrier.
    private static final long FIRST_PATIENCE_NANOS = 500_000_000;

    private static final long LATE_NANOS = 3_000_000_000L;

    @Override
    public String name() {
        return "barrier";
    }

    @Override
    public Part join(Manager manager, Stage stage) {
        final Sessions sessions = new Sessions(manager, stage, PREFIX);
        return () -> sessions.act(session -> new Member(stage, session).play(manager));
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation)
            throws IOException, InterruptedException {
        final SharedBarrier barrier = manager.barrier(PREFIX + "audit", 1);
        try {
            if (barrier.await(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS) != 0) {
                violation.accept("the only party was not the last one");
            }
        } catch (BrokenBarrierException | TimeoutException e) {
            violation.accept("a new barrier of one party did not trip: " + e.getMessage());
        }
    }

    /// One life's part in one session.
    private static final class Member {
        private final Stage stage;
        private final Board board;
        private final long session;
        private final int parties;
        private int number;

        Member(Stage stage, long session) {
            this.stage = stage;
            this.board = stage.board();
            this.session = session;
            this.parties = session % 2 == 0 && stage.seats() >= MOST_PARTIES ? MOST_PARTIES : MOST_PARTIES - 1;
        }

        /// @return whether the session is over
        boolean play(Manager manager) throws IOException, InterruptedException {
            number = 0;
            while (number < parties && !board.compareAndSet(session, lifeOf(number), 0, stage.life())) {
                number++;
            }
            if (number == parties) {
                // Too late for it; the session is over if all its members are dead.
                return members().allMatch(this::isDead);
            }
            final SharedBarrier barrier =
                    manager.barrier(PREFIX + session, parties, () -> board.add(session, ACTIONS, 1));
            for (int generation = 0; generation < GENERATIONS; generation++) {
                if (!meet(barrier, generation)) {
                    leaveBroken(barrier);
                    return true;
                }
                stage.dwell();
            }
            return true;
        }

        private IntStream members() {
            return IntStream.range(0, parties);
        }

        private static int lifeOf(int member) {
            return member * MEMBER_WORDS;
        }

        private static int arrivalOf(int member, int generation) {
            return lifeOf(member) + 1 + generation;
        }

        private static int outcomeOf(int member, int generation) {
            return arrivalOf(member, generation) + GENERATIONS;
        }

        private boolean isDead(int member) {
            return stage.ledger().isCondemned((int) board.get(session, lifeOf(member)));
        }

        private void leaveBroken(SharedBarrier barrier) {
            board.set(session, ABORTED, 1);
            stage.mark(Phase.LEAVING);
            if (stage.chance(25)) {
                barrier.reset();
            } else {
                barrier.abort();
            }
        }

        /// @return whether the generation tripped
        private boolean meet(SharedBarrier barrier, int generation) throws InterruptedException {
            final long arrived = stage.mark(Phase.WAITING);
            board.set(session, arrivalOf(number, generation), arrived);
            final long stalled = stage.ledger().stalledNanos();
            int outcome = BROKEN;
            boolean timedOut = false;
            try {
                barrier.await(generation == 0 ? FIRST_PATIENCE_NANOS : Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS);
                outcome = TRIPPED;
            } catch (BrokenBarrierException _) {
                // Told below from a time-out.
            } catch (TimeoutException _) {
                timedOut = true;
            }
            final long now = stage.mark(Phase.LEAVING);
            stage.own().countOperation();
            judge(generation, outcome);
            if (timedOut && board.get(session, ABORTED) == 0) {
                judgeTimeout(generation, now - (stage.ledger().stalledNanos() - stalled));
            } else if (!timedOut && outcome == BROKEN) {
                judgeBroken(generation, arrived, now);
            }
            return outcome == TRIPPED;
        }

        /// Each writes its outcome first and looks at those of the others then.
        private void judge(int generation, int outcome) {
            board.set(session, outcomeOf(number, generation), outcome);
            final boolean agreed = members()
                    .mapToLong(member -> board.get(session, outcomeOf(member, generation)))
                    .allMatch(other -> other == 0 || other == outcome);
            if (!agreed) {
                stage.violation("generation " + generation + " of barrier " + session
                        + " tripped for some and was broken for others");
            }
            if (outcome == TRIPPED) {
                if (!members().allMatch(member -> board.get(session, arrivalOf(member, generation)) != 0)) {
                    stage.violation(
                            "generation " + generation + " of barrier " + session + " tripped before all had arrived");
                }
                if (board.get(session, ACTIONS) <= generation) {
                    stage.violation("generation " + generation + " of barrier " + session
                            + " tripped before its action had run");
                }
            }
        }

        private void judgeTimeout(int generation, long now) {
            final boolean allArrived = members().allMatch(member -> {
                final long arrived = board.get(session, arrivalOf(member, generation));
                return arrived != 0 && now - arrived > LATE_NANOS && !isDead(member);
            });
            final boolean deathMissed = generation > 0
                    && members().anyMatch(member -> {
                        final long death = stage.ledger().deathNanos((int) board.get(session, lifeOf(member)));
                        return death != 0 && now - death > LATE_NANOS;
                    });
            if (allArrived) {
                stage.violation("generation " + generation + " of barrier " + session
                        + " timed out, though all had arrived long ago");
            }
            if (deathMissed) {
                stage.violation("generation " + generation + " of barrier " + session
                        + " timed out: a party's death did not break it");
            }
        }

        private void judgeBroken(int generation, long arrived, long now) {
            final boolean death = members().anyMatch(this::isDead);
            final boolean impatience = members().anyMatch(member -> {
                final long other = board.get(session, arrivalOf(member, 0));
                return other != 0 && now - other >= FIRST_PATIENCE_NANOS;
            });
            if (!death
                    && !impatience
                    && board.get(session, ABORTED) == 0
                    && !stage.ledger().isStopped()) {
                stage.violation("generation " + generation + " of barrier " + session
                        + " was broken, though nobody died, gave up or aborted it");
            }
            if (generation > 0) {
                stage.measure(
                        arrived,
                        now,
                        reading -> members().anyMatch(member -> board.get(session, lifeOf(member)) == reading.life()));
            }
        }
    }
}
