package dev.backplane.cli.torture;

import dev.backplane.Manager;
import java.io.IOException;

/// Sessions of one scenario: in each, lives meet at an object of its own, which is removed when nobody alive is in
/// the session any more.
final class Sessions {
    /// What a life does in a session.
    @FunctionalInterface
    interface Play {
        /// Plays.
        ///
        /// @param session its number
        /// @return whether the session is over
        /// @throws IOException if an object cannot be attached
        /// @throws InterruptedException if interrupted
        boolean play(long session) throws IOException, InterruptedException;
    }

    private final Manager manager;
    private final Stage stage;
    private final Board board;
    private final String prefix;

    Sessions(Manager manager, Stage stage, String prefix) {
        this.manager = manager;
        this.stage = stage;
        this.board = stage.board();
        this.prefix = prefix;
    }

    /// Takes part in the session that is on.
    void act(Play play) throws IOException, InterruptedException {
        final long session = enter();
        try {
            if (Board.hasRoom(session) && play.play(session) && board.advance(session)) {
                removeOver(session);
            }
        } finally {
            stage.own().announceNone();
        }
        stage.mark(Phase.OUTSIDE);
        stage.pause();
    }

    /// Once a session is announced and still on, nobody removes its object: who does has seen a later one.
    private long enter() {
        while (true) {
            final long session = board.session();
            stage.own().announce(stage.life(), session);
            if (board.session() == session) {
                return session;
            }
        }
    }

    private void removeOver(long session) throws IOException {
        long oldest = session;
        for (int seat = 0; seat < stage.seats(); seat++) {
            oldest = Math.min(oldest, stage.cell(seat).session());
        }
        for (long over = board.claimRemoval(oldest); over >= 0; over = board.claimRemoval(oldest)) {
            manager.remove(prefix + over);
        }
    }
}
