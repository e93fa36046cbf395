package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Events, a new one for each session: nobody goes on before it is set, nobody waits when it has been.
final class EventScenario implements Scenario {
    private static final String PREFIX = "event-";

    /// Words of a session.
    private static final int COMERS = 0;

    private static final int BEGUN_NANOS = 1;
    private static final int DONE_NANOS = 2;

    private static final long SHORT_NANOS = 10_000_000;
    private static final long LATE_NANOS = 3_000_000_000L;

    @Override
    public String name() {
        return "event";
    }

    @Override
    public Part join(Manager manager, Stage stage) {
        final Sessions sessions = new Sessions(manager, stage, PREFIX);
        return () -> sessions.act(session -> play(manager, stage, stage.board(), session));
    }

    private static boolean play(Manager manager, Stage stage, Board board, long session)
            throws IOException, InterruptedException {
        final SharedEvent event = manager.event(PREFIX + session);
        final long comer = board.add(session, COMERS, 1);
        stage.mark(Phase.WAITING);
        // The first to come waits; every other one sets it, before or after a short wait: so one of them suffices.
        if (comer > 0 && (stage.chance(70) || !event.await(SHORT_NANOS, TimeUnit.NANOSECONDS))) {
            set(stage, board, session, event);
        }
        stage.mark(Phase.WAITING);
        final long stalled = stage.ledger().stalledNanos();
        final boolean went = event.await(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS);
        final long done = board.get(session, DONE_NANOS);
        if (went && board.get(session, BEGUN_NANOS) == 0) {
            stage.violation("a waiter for " + event.name() + " went on before anybody set it");
        }
        final long late = System.nanoTime() - done - (stage.ledger().stalledNanos() - stalled);
        if (!went && done != 0 && late > LATE_NANOS) {
            stage.violation("a waiter for " + event.name() + " is stuck: it was set "
                    + TimeUnit.NANOSECONDS.toMillis(late) + " ms ago");
        }
        if (went && !event.isSet()) {
            stage.violation(event.name() + " was waited for, nobody clears it, and it is not set");
        }
        stage.own().countOperation();
        return went;
    }

    private static void set(Stage stage, Board board, long session, SharedEvent event) {
        stage.mark(Phase.LEAVING);
        board.compareAndSet(session, BEGUN_NANOS, 0, System.nanoTime());
        event.set();
        board.compareAndSet(session, DONE_NANOS, 0, System.nanoTime());
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation) throws IOException {
        final Board board = ledger.board(scenario);
        final long session = board.session();
        if (Board.hasRoom(session)
                && board.get(session, DONE_NANOS) != 0
                && !manager.event(PREFIX + session).isSet()) {
            violation.accept(PREFIX + session + " was set, and is not when all had ended");
        }
    }
}
