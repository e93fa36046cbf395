package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedOnce;
import java.io.IOException;
import java.util.function.Consumer;

/// Initialisers that run once, a new one for each session: one at a time, none after one that completed.
final class OnceScenario implements Scenario {
    private static final String PREFIX = "once-";

    /// Words of a session.
    private static final int RETURNED = 0;

    private static final int COMPLETED_LIFE = 1;

    @Override
    public String name() {
        return "once";
    }

    @Override
    public Part join(Manager manager, Stage stage) {
        final Sessions sessions = new Sessions(manager, stage, PREFIX);
        return () -> sessions.act(session -> play(manager, stage, stage.board(), session));
    }

    private static boolean play(Manager manager, Stage stage, Board board, long session) throws IOException {
        final SharedOnce once = manager.once(PREFIX + session);
        final long since = stage.mark(Phase.ENTERING);
        try {
            once.run(() -> initialise(stage, board, session, since));
        } catch (GivenUpException _) {
            return false;
        }
        stage.own().countOperation();
        board.set(session, RETURNED, 1);
        if (board.get(session, COMPLETED_LIFE) == 0) {
            stage.violation(once.name() + " returned before any initialiser had completed");
        }
        if (!once.isDone()) {
            stage.violation(once.name() + " returned and is not done");
        }
        return true;
    }

    private static void initialise(Stage stage, Board board, long session, long since) {
        final Exclusion exclusion = new Exclusion(stage);
        final long now = exclusion.entered(Phase.INSIDE);
        stage.measure(since, now, Cell.Reading::isIn);
        final int completed = (int) board.get(session, COMPLETED_LIFE);
        if (board.get(session, RETURNED) != 0
                || completed != 0 && !stage.ledger().isCondemned(completed)) {
            stage.violation(PREFIX + session + " is initialised again, after life " + completed + " had done it");
        }
        stage.dwell();
        exclusion.check();
        stage.mark(Phase.LEAVING);
        if (stage.chance(5)) {
            throw new GivenUpException();
        }
        board.set(session, COMPLETED_LIFE, stage.life());
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation) throws IOException {
        final Board board = ledger.board(scenario);
        final long session = board.session();
        if (Board.hasRoom(session)
                && board.get(session, RETURNED) != 0
                && !manager.once(PREFIX + session).isDone()) {
            violation.accept(PREFIX + session + " was done, and is not when all had ended");
        }
    }

    /// An initialiser that fails on purpose.
    private static final class GivenUpException extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1L;
    }
}
