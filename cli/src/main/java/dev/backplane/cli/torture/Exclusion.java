package dev.backplane.cli.torture;

/// Judges that one who is inside is alone, and that those who share are without one who is.
///
/// Each writes down that it is in *after* it got in, and that it leaves *before* it does; so who is written down
/// as in, and alive, is in. Both write first and look then, so of two that are in at once, one sees the other.
/// A dead one stays written down: it is excused if it was condemned before the other got in, and only then.
final class Exclusion {
    private final Stage stage;
    private Phase as = Phase.OUTSIDE;
    private long enteredNanos;

    Exclusion(Stage stage) {
        this.stage = stage;
    }

    /// This life has got in.
    ///
    /// @param phase [Phase#INSIDE] or [Phase#SHARING]
    /// @return when
    long entered(Phase phase) {
        as = phase;
        enteredNanos = System.nanoTime();
        stage.mark(phase, 1);
        check();
        return enteredNanos;
    }

    /// Looks again, before this life leaves.
    void check() {
        for (int other = 0; other < stage.seats(); other++) {
            if (other != stage.seat()) {
                check(other);
            }
        }
    }

    private void check(int other) {
        final Cell.Reading reading = stage.cell(other).read();
        final boolean conflict =
                reading.phase() == Phase.INSIDE || reading.phase() == Phase.SHARING && as == Phase.INSIDE;
        if (conflict && stage.ledger().livedAfter(reading.life(), enteredNanos)) {
            stage.violation("two at once: this one " + as + ", and seat " + other + ", life " + reading.life() + ", "
                    + reading.phase());
        }
    }
}
