package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Conditions: producers and consumers of a bounded buffer, of which only the counts are kept.
///
/// No item is lost or doubled, and no signal: who waits although there has been something for it for long, and
/// nobody else took it, was not signalled. A life that dies in the lock before it signals is made good by the
/// next owner, who is told of it and signals all.
final class ConditionScenario implements Scenario {
    private static final String LOCK = "buffer";
    private static final String NOT_EMPTY = "buffer-not-empty";
    private static final String NOT_FULL = "buffer-not-full";

    /// Words of the board.
    private static final int COUNT = 0;

    private static final int PRODUCED = 1;
    private static final int CONSUMED = 2;
    private static final int CHANGED_NANOS = 3;
    private static final int SIGNALS_NOT_EMPTY = 4;
    private static final int SIGNALS_NOT_FULL = 5;

    /// Signals go to the waiting processes in turn; of so many for each worker, every one that waits gets some, even
    /// if several went to dead ones first.
    private static final int SIGNALS_FOR_EACH = 3;

    private static final long CAPACITY = 4;
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final long LONG_NANOS = 1_500_000_000;

    @Override
    public String name() {
        return "condition";
    }

    @Override
    public Part join(Manager manager, Stage stage) throws IOException {
        return new Player(manager, stage);
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation)
            throws IOException, InterruptedException {
        final SharedLock lock = manager.lock(LOCK, OwnerDeath.ignore());
        if (!lock.tryLock(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            violation.accept("the lock is still held when all had ended: " + lock);
            return;
        }
        // Nobody waits: a signal goes nowhere, and must not fail.
        manager.condition(NOT_EMPTY, lock).signal();
        manager.condition(NOT_FULL, lock).signalAll();
        lock.unlock();
    }

    /// One life's part.
    private static final class Player implements Part {
        private final Stage stage;
        private final Board board;
        private final Exclusion exclusion;
        private final SharedLock lock;
        private final SharedCondition notEmpty;
        private final SharedCondition notFull;
        private boolean producer;

        Player(Manager manager, Stage stage) throws IOException {
            this.stage = stage;
            this.board = stage.board();
            this.exclusion = new Exclusion(stage);
            this.lock = manager.lock(LOCK, OwnerDeath.refuse());
            this.notEmpty = manager.condition(NOT_EMPTY, lock);
            this.notFull = manager.condition(NOT_FULL, lock);
        }

        @Override
        public void act() throws InterruptedException {
            producer = stage.chance(50);
            final long since = stage.mark(Phase.ENTERING);
            boolean told = false;
            try {
                lock.lock();
            } catch (OwnerDiedException _) {
                told = lock.recover();
            }
            try {
                final long entered = inside(told);
                if (told) {
                    stage.measure(since, entered, Cell.Reading::isIn);
                }
                if (isBlocked() && !othersCome()) {
                    producer = !producer;
                }
                boolean went = true;
                while (went && isBlocked()) {
                    went = await();
                }
                if (!isBlocked()) {
                    transfer();
                }
                exclusion.check();
            } finally {
                leave();
            }
            stage.done();
            stage.pause();
        }

        /// As often as it is held: whoever recovers the lock after a wait holds it once more.
        private void leave() {
            stage.mark(Phase.LEAVING);
            while (lock.isHeldByCurrentThread()) {
                lock.unlock();
            }
        }

        /// Whether somebody alive does not wait. All who decide so hold the lock, so not all can come to wait.
        private boolean othersCome() {
            for (int seat = 0; seat < stage.seats(); seat++) {
                final Cell.Reading reading = stage.cell(seat).read();
                if (seat != stage.seat()
                        && reading.life() != 0
                        && reading.phase() != Phase.WAITING
                        && !stage.ledger().isCondemned(reading.life())) {
                    return true;
                }
            }
            return false;
        }

        private boolean isBlocked() {
            return board.get(COUNT) == (producer ? CAPACITY : 0);
        }

        /// The lock is held, perhaps anew.
        ///
        /// @return since when
        private long inside(boolean told) {
            final long now = exclusion.entered(Phase.INSIDE);
            final long expected = board.get(PRODUCED) - board.get(CONSUMED);
            if (told) {
                board.set(COUNT, expected);
                board.set(CHANGED_NANOS, now);
                notEmpty.signalAll();
                notFull.signalAll();
            } else if (board.get(COUNT) != expected) {
                stage.violation("the buffer has " + board.get(COUNT) + " items, of " + board.get(PRODUCED)
                        + " produced and " + board.get(CONSUMED) + " consumed");
            }
            if (expected < 0 || expected > CAPACITY) {
                stage.violation("the buffer has " + expected + " items, 0 to " + CAPACITY + " are possible");
            }
            return now;
        }

        /// @return false if the time was up
        @SuppressWarnings("WaitNotInLoop") // The caller loops.
        private boolean await() throws InterruptedException {
            exclusion.check();
            stage.mark(Phase.WAITING);
            final long stalled = stage.ledger().stalledNanos();
            final int count = producer ? SIGNALS_NOT_FULL : SIGNALS_NOT_EMPTY;
            final long signalsBefore = board.get(count);
            boolean told = false;
            boolean signalled = true;
            try {
                signalled = (producer ? notFull : notEmpty).await(WAIT);
            } catch (OwnerDiedException _) {
                told = lock.recover();
            }
            inside(told); // Not measured: it may have come for a signal, long after the death.
            final long quiet = System.nanoTime()
                    - board.get(CHANGED_NANOS)
                    - (stage.ledger().stalledNanos() - stalled);
            if (!signalled && !told && !isBlocked() && quiet > LONG_NANOS) {
                stage.violation("a signal is lost: a " + (producer ? "producer" : "consumer") + " waited for "
                        + WAIT.toMillis() + " ms, and for the last " + TimeUnit.NANOSECONDS.toMillis(quiet)
                        + " of them there were " + board.get(COUNT) + " items of " + CAPACITY);
            }
            final long signals = board.get(count) - signalsBefore;
            if (!signalled && !told && signals > (long) SIGNALS_FOR_EACH * stage.seats()) {
                stage.violation("signals are lost: a " + (producer ? "producer" : "consumer") + " waited for "
                        + WAIT.toMillis() + " ms and got none of " + signals);
            }
            return signalled;
        }

        private void transfer() {
            if (producer) {
                board.set(PRODUCED, board.get(PRODUCED) + 1);
                stage.dwell();
                board.set(COUNT, board.get(COUNT) + 1);
                board.set(CHANGED_NANOS, System.nanoTime());
                board.set(SIGNALS_NOT_EMPTY, board.get(SIGNALS_NOT_EMPTY) + 1);
                notEmpty.signal();
            } else {
                board.set(CONSUMED, board.get(CONSUMED) + 1);
                stage.dwell();
                board.set(COUNT, board.get(COUNT) - 1);
                board.set(CHANGED_NANOS, System.nanoTime());
                board.set(SIGNALS_NOT_FULL, board.get(SIGNALS_NOT_FULL) + 1);
                notFull.signal();
            }
        }
    }
}
