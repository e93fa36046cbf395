package dev.backplane.cli.torture;

/// Judges that there are never more holders than permits.
///
/// Each writes down permits after it acquired and before it releases them. All cells are read twice: if nothing
/// changed in between, there was a moment at which they all had these values, and whoever was not condemned
/// after it did hold that many then.
final class Holders {
    private final Stage stage;
    private final int permits;

    Holders(Stage stage, int permits) {
        this.stage = stage;
        this.permits = permits;
    }

    void check() {
        final long[] words = new long[stage.seats()];
        int sum = 0;
        for (int seat = 0; seat < words.length; seat++) {
            words[seat] = stage.cell(seat).read().word();
        }
        for (int seat = 0; seat < words.length; seat++) {
            final Cell.Reading reading = stage.cell(seat).read();
            if (reading.word() != words[seat]) {
                return; // No such moment; there will be others.
            }
        }
        for (long word : words) {
            final Cell.Reading reading = new Cell.Reading(word);
            if (!stage.ledger().isCondemned(reading.life())) {
                sum += reading.amount();
            }
        }
        if (sum > permits) {
            stage.violation(sum + " permits are held at once, and there are " + permits);
        }
    }
}
