package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedLatch;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Latches, a new one for each session: each countdown counts once, nobody goes on before the last, nobody waits
/// after it.
final class LatchScenario implements Scenario {
    private static final String PREFIX = "latch-";
    private static final int COUNT = 3;

    /// Words of a session.
    private static final int COMERS = 0;

    private static final int BEGUN = 1;
    private static final int DONE = 2;
    private static final int DONE_NANOS = 3;

    private static final long SHORT_NANOS = 5_000_000;
    private static final long LATE_NANOS = 3_000_000_000L;

    @Override
    public String name() {
        return "latch";
    }

    @Override
    public Part join(Manager manager, Stage stage) {
        final Sessions sessions = new Sessions(manager, stage, PREFIX);
        return () -> sessions.act(session -> play(manager, stage, stage.board(), session));
    }

    private static boolean play(Manager manager, Stage stage, Board board, long session)
            throws IOException, InterruptedException {
        final SharedLatch latch = manager.latch(PREFIX + session, COUNT);
        final long comer = board.add(session, COMERS, 1);
        checkCount(stage, board, session, latch);
        // The first to come waits; every other one counts until all is counted: so one of them suffices.
        if (comer > 0) {
            do {
                countDown(stage, board, session, latch);
                stage.mark(Phase.WAITING);
            } while (!latch.await(stage.chance(50) ? 0 : SHORT_NANOS, TimeUnit.NANOSECONDS));
        }
        stage.mark(Phase.WAITING);
        final long stalled = stage.ledger().stalledNanos();
        final boolean went = latch.await(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS);
        final long done = board.get(session, DONE_NANOS);
        final long late = System.nanoTime() - done - (stage.ledger().stalledNanos() - stalled);
        if (!went && done != 0 && late > LATE_NANOS) {
            stage.violation("a waiter for " + latch.name() + " is stuck: it was counted down to zero "
                    + TimeUnit.NANOSECONDS.toMillis(late) + " ms ago");
        }
        if (went && board.get(session, BEGUN) < COUNT) {
            stage.violation("a waiter for " + latch.name() + " went on after " + board.get(session, BEGUN) + " of "
                    + COUNT + " countdowns");
        }
        checkCount(stage, board, session, latch);
        stage.own().countOperation();
        return went;
    }

    private static void countDown(Stage stage, Board board, long session, SharedLatch latch) {
        stage.mark(Phase.LEAVING);
        board.add(session, BEGUN, 1);
        latch.countDown();
        if (board.add(session, DONE, 1) + 1 == COUNT) {
            board.set(session, DONE_NANOS, System.nanoTime());
        }
    }

    /// What was done before the count was read must show in it; what was begun after it, cannot.
    private static void checkCount(Stage stage, Board board, long session, SharedLatch latch) {
        final long most = COUNT - board.get(session, DONE);
        final long count = latch.getCount();
        final long least = COUNT - board.get(session, BEGUN);
        if (count > Math.max(0, most) || count < Math.max(0, least)) {
            stage.violation(
                    latch.name() + " is " + count + ", must be " + Math.max(0, least) + " to " + Math.max(0, most));
        }
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation) throws IOException {
        final Board board = ledger.board(scenario);
        final long session = board.session();
        if (!Board.hasRoom(session)) {
            return;
        }
        final long count = manager.latch(PREFIX + session, COUNT).getCount();
        final long least = Math.max(0, COUNT - board.get(session, BEGUN));
        final long most = Math.max(0, COUNT - board.get(session, DONE));
        if (count < least || count > most) {
            violation.accept(
                    PREFIX + session + " is " + count + " when all had ended, must be " + least + " to " + most);
        }
    }
}
