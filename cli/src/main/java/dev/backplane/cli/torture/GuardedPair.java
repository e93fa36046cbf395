package dev.backplane.cli.torture;

/// Two words that are equal whenever nobody is in the section that guards them: what one sees of the other's
/// stores shows whether exclusion, visibility and the news of an owner's death are right.
///
/// They differ where a life was killed between the two stores, and then the next one must have been told.
final class GuardedPair {
    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final Stage stage;
    private final Board board;

    GuardedPair(Stage stage) {
        this.stage = stage;
        this.board = stage.board();
    }

    /// Inside, alone or with others that only look.
    ///
    /// @param told whether this life was told that an owner had died
    void check(boolean told) {
        final long first = board.get(FIRST);
        final long second = board.get(SECOND);
        if (first != second && !told) {
            stage.violation("nobody told of an owner's death, but what it guarded is half changed: " + first + " and "
                    + second);
        }
    }

    /// Inside, alone.
    void repair() {
        board.set(SECOND, board.get(FIRST));
    }

    /// Inside, alone: changes both.
    void change() {
        board.set(FIRST, board.get(FIRST) + 1);
        stage.dwell();
        board.set(SECOND, board.get(SECOND) + 1);
    }
}
