package dev.backplane.cli.torture;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/// Looks from outside whether anybody is stuck: a wait that must end and does not, or a primitive that nobody gets
/// anything done with.
///
/// When the host itself stood still, everybody gets the limit anew.
final class Watch {
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Ledger ledger;
    private final List<Integer> scenarios;
    private final int seats;
    private final long limitNanos;
    private final long[] operations;
    private final long[] quietNanos;
    private long lastLookNanos = System.nanoTime();
    private long lastTickNanos = lastLookNanos;
    private long graceEndNanos = lastLookNanos;

    Watch(Ledger ledger, List<Integer> scenarios, int seats, long limitNanos) {
        this.ledger = ledger;
        this.scenarios = scenarios;
        this.seats = seats;
        this.limitNanos = limitNanos;
        this.operations = new long[scenarios.size()];
        this.quietNanos = new long[scenarios.size()];
    }

    /// To be called at least every few milliseconds: how late it is called tells when the host stood still.
    ///
    /// @param players how many lives play a scenario
    void tick(IntUnaryOperator players) {
        final long now = System.nanoTime();
        final long gap = now - lastTickNanos;
        lastTickNanos = now;
        if (gap > STALL_NANOS) {
            ledger.addStall(gap);
            graceEndNanos = now + limitNanos;
        }
        if (now - lastLookNanos >= EVERY_NANOS) {
            final long passed = gap > STALL_NANOS ? 0 : now - lastLookNanos;
            lastLookNanos = now;
            for (int i = 0; i < operations.length; i++) {
                lookAtProgress(i, players.applyAsInt(scenarios.get(i)) > 1 ? passed : 0);
            }
            if (now - graceEndNanos >= 0) {
                scenarios.forEach(scenario -> lookAtWaits(scenario, now));
            }
        }
    }

    private void lookAtProgress(int index, long passedNanos) {
        final int scenario = scenarios.get(index);
        final long now = operations(scenario);
        quietNanos[index] = now == operations[index] ? quietNanos[index] + passedNanos : 0;
        operations[index] = now;
        if (quietNanos[index] > limitNanos) {
            quietNanos[index] = 0;
            ledger.report(Scenarios.get(scenario).name() + ": nobody got anything done for "
                    + TimeUnit.NANOSECONDS.toMillis(limitNanos) + " ms, with two workers up or more");
        }
    }

    /// All that was done with one primitive.
    long operations(int scenario) {
        long sum = 0;
        for (int seat = 0; seat < LedgerLayout.MOST_SEATS; seat++) {
            sum += ledger.cell(scenario, seat).operations();
        }
        return sum;
    }

    private void lookAtWaits(int scenario, long now) {
        for (int seat = 0; seat < seats; seat++) {
            final Cell cell = ledger.cell(scenario, seat);
            final Cell.Reading before = cell.read();
            final long waited = now - cell.sinceNanos();
            if (before.phase() == Phase.ENTERING
                    && waited > limitNanos
                    && cell.read().equals(before)
                    && !ledger.isCondemned(before.life())) {
                ledger.report(Scenarios.get(scenario).name() + ": seat " + seat + ", life " + before.life()
                        + ", has waited for " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms and is stuck");
            }
        }
    }
}
