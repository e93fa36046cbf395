package dev.backplane.cli.torture;

/// The words that the lives of one scenario share: some for all of the run, and a record for each session, which
/// is never used again, so that nobody who is late for one can disturb another.
final class Board {
    private static final int SESSION = LedgerLayout.BOARD_WORDS - 1;
    private static final int REMOVED = LedgerLayout.BOARD_WORDS - 2;

    private final Ledger ledger;
    private final long base;

    Board(Ledger ledger, long base) {
        this.ledger = ledger;
        this.base = base;
    }

    long get(int word) {
        return ledger.load(base + LedgerLayout.boardWord(word));
    }

    void set(int word, long value) {
        ledger.store(base + LedgerLayout.boardWord(word), value);
    }

    /// The session that is on.
    long session() {
        return get(SESSION);
    }

    /// Ends a session, if nobody did before.
    ///
    /// @return whether this call did
    boolean advance(long session) {
        return ledger.compareAndSet(base + LedgerLayout.boardWord(SESSION), session, session + 1);
    }

    /// Takes it upon the caller to remove the object of a session that is over.
    ///
    /// @param before sessions from here on are still in use
    /// @return the session, -1 if there is none left
    long claimRemoval(long before) {
        while (true) {
            final long next = get(REMOVED);
            if (next >= before) {
                return -1;
            }
            if (ledger.compareAndSet(base + LedgerLayout.boardWord(REMOVED), next, next + 1)) {
                return next;
            }
        }
    }

    /// Whether there is a record for a session.
    static boolean hasRoom(long session) {
        return session < LedgerLayout.MOST_SESSIONS;
    }

    long get(long session, int word) {
        return ledger.load(base + LedgerLayout.sessionWord(session, word));
    }

    void set(long session, int word, long value) {
        ledger.store(base + LedgerLayout.sessionWord(session, word), value);
    }

    /// Adds to a word.
    ///
    /// @return the value before
    long add(long session, int word, long delta) {
        return ledger.add(base + LedgerLayout.sessionWord(session, word), delta);
    }

    boolean compareAndSet(long session, int word, long expected, long value) {
        return ledger.compareAndSet(base + LedgerLayout.sessionWord(session, word), expected, value);
    }
}
