package dev.backplane.cli.torture;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Where one life plays its part in one scenario: its cell, those of the others, and the board.
///
/// For one thread.
final class Stage {
    /// The longest wait of one that could go on. What is promised is much less; a longer one is stuck.
    static final long LIMIT_NANOS = 5_000_000_000L;

    private static final long LONGEST_DWELL_NANOS = 20_000;
    private static final long LONG_DWELL_NANOS = 3_000_000;
    private static final long SHORT_PAUSE_NANOS = 1_000_000;
    private static final long LONG_PAUSE_NANOS = 10_000_000;

    private final Ledger ledger;
    private final String name;
    private final int scenario;
    private final int seats;
    private final int seat;
    private final int life;
    private final Cell own;
    private final Random random;

    Stage(Ledger ledger, String name, int scenario, int seats, int seat, int life, Random random) {
        this.ledger = ledger;
        this.name = name;
        this.scenario = scenario;
        this.seats = seats;
        this.seat = seat;
        this.life = life;
        this.own = ledger.cell(scenario, seat);
        this.random = random;
    }

    Ledger ledger() {
        return ledger;
    }

    Board board() {
        return ledger.board(scenario);
    }

    Random random() {
        return random;
    }

    int seats() {
        return seats;
    }

    int seat() {
        return seat;
    }

    int life() {
        return life;
    }

    Cell own() {
        return own;
    }

    Cell cell(int otherSeat) {
        return ledger.cell(scenario, otherSeat);
    }

    /// Writes down a phase.
    ///
    /// @return now
    long mark(Phase phase) {
        return mark(phase, 0);
    }

    /// Writes down a phase and how much this life has.
    ///
    /// @return now
    long mark(Phase phase, int amount) {
        return own.mark(life, phase, amount);
    }

    /// Writes down that an operation is done.
    void done() {
        mark(Phase.OUTSIDE);
        own.countOperation();
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /// Writes down a violation, unless this life is condemned: the others go on without it, and so it may see what
    /// is as it should be, for them.
    void violation(String what) {
        if (ledger.isCondemned(life)) {
            return;
        }
        ledger.report(name + ": " + what + " (seat " + seat + ", life " + life + ", pid "
                + ProcessHandle.current().pid() + ")");
    }

    /// Stays for a moment, usually short.
    void dwell() {
        if (chance(15)) {
            LockSupport.parkNanos(1 + random.nextLong(LONG_DWELL_NANOS));
        } else {
            final long end = System.nanoTime() + random.nextLong(LONGEST_DWELL_NANOS);
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// Does nothing for a while, so that others come to the processor.
    void pause() {
        LockSupport.parkNanos(1 + random.nextLong(chance(70) ? SHORT_PAUSE_NANOS : LONG_PAUSE_NANOS));
    }

    /// Measures how long this life had to wait for what a dead one had held, if there is a dead one that had
    /// something, and this one is the first to get it.
    ///
    /// @param sinceNanos when this life began to wait
    /// @param nowNanos when it got it
    /// @param held whether what a dead one was last seen doing means that it held something
    void measure(long sinceNanos, long nowNanos, Predicate<Cell.Reading> held) {
        int victim = -1;
        int victimLife = 0;
        long latest = 0;
        for (int other = 0; other < seats; other++) {
            final Cell.Reading reading = cell(other).read();
            final long death = other == seat ? 0 : ledger.deathNanos(reading.life());
            if (death != 0 && held.test(reading) && (victim < 0 || death - latest > 0)) {
                victim = other;
                victimLife = reading.life();
                latest = death;
            }
        }
        if (victim < 0 || nowNanos - latest < 0) {
            return;
        }
        if (cell(victim).settle(victimLife)) {
            ledger.addSample(scenario, Math.min(nowNanos - latest, nowNanos - sinceNanos));
        }
    }
}
