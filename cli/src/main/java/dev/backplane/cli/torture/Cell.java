package dev.backplane.cli.torture;

/// What one seat does in one scenario, as written down by the life in it.
///
/// Phase, amount and life are one word that never has the same value twice, so that two equal readings tell that
/// nothing happened in between.
final class Cell {
    /// One reading.
    ///
    /// @param word as it is in the cell
    record Reading(long word) {
        int life() {
            return (int) (word >>> 48);
        }

        Phase phase() {
            return Phase.of((int) (word & 0xFF));
        }

        /// Whether it was in alone, or on its way out.
        boolean isIn() {
            return phase() == Phase.INSIDE || phase() == Phase.LEAVING;
        }

        /// How many of what is counted it has.
        int amount() {
            return (int) (word >>> 8 & 0xFF);
        }
    }

    private final Ledger ledger;
    private final long base;

    Cell(Ledger ledger, long base) {
        this.ledger = ledger;
        this.base = base;
    }

    Reading read() {
        return new Reading(ledger.load(base + LedgerLayout.CELL_WORD));
    }

    /// When the phase began.
    long sinceNanos() {
        return ledger.load(base + LedgerLayout.CELL_SINCE);
    }

    /// By the life in the seat only.
    ///
    /// @return now
    long mark(int life, Phase phase, int amount) {
        final long before = ledger.load(base + LedgerLayout.CELL_WORD);
        final long step = (before >>> 16) + 1 & 0xFFFF_FFFFL;
        final long now = System.nanoTime();
        ledger.store(base + LedgerLayout.CELL_SINCE, now);
        ledger.store(
                base + LedgerLayout.CELL_WORD, (long) life << 48 | step << 16 | (long) amount << 8 | phase.number());
        return now;
    }

    /// Counts an operation that was done. By the life in the seat only.
    void countOperation() {
        ledger.store(base + LedgerLayout.CELL_OPERATIONS, operations() + 1);
    }

    /// What all lives in this seat have done.
    long operations() {
        return ledger.load(base + LedgerLayout.CELL_OPERATIONS);
    }

    /// Counts an operation that is about to be done. By the life in the seat only.
    void countBegun() {
        ledger.store(base + LedgerLayout.CELL_BEGUN, begun() + 1);
    }

    /// What all lives in this seat have begun.
    long begun() {
        return ledger.load(base + LedgerLayout.CELL_BEGUN);
    }

    /// Writes down in which session this life is. By the life in the seat only.
    void announce(int life, long session) {
        ledger.store(base + LedgerLayout.CELL_SESSION, (long) life << 48 | session + 1);
    }

    /// Writes down that this life is in no session. By the life in the seat only.
    void announceNone() {
        ledger.store(base + LedgerLayout.CELL_SESSION, 0);
    }

    /// The session in which somebody alive may be in this seat.
    ///
    /// @return [Long#MAX_VALUE] if it is in none
    long session() {
        final long announced = ledger.load(base + LedgerLayout.CELL_SESSION);
        return announced == 0 || ledger.isCondemned((int) (announced >>> 48))
                ? Long.MAX_VALUE
                : (announced & 0xFFFF_FFFF_FFFFL) - 1;
    }

    /// Claims to be the first who got what a dead life had held.
    ///
    /// @return whether nobody was before
    boolean settle(int life) {
        final long settled = ledger.load(base + LedgerLayout.CELL_SETTLED);
        return settled < life && ledger.compareAndSet(base + LedgerLayout.CELL_SETTLED, settled, life);
    }
}
