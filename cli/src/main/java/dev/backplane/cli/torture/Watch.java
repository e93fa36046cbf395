package dev.backplane.cli.torture;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Looks from outside whether anybody is stuck: a wait that must end and does not, or a primitive that nobody gets
/// anything done with.
///
/// That nothing is done proves nothing while lives come and go: each may have had too little time. So it counts only
/// what the same two lives do not get done who were there all the time; and while a primitive is quiet,
/// [#isAnybodyQuiet()] asks the run to kill nobody, so that lives last long enough to be judged.
///
/// When the host itself stood still, everybody gets the limit anew.
final class Watch {
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int QUIET_PART = 4;

    /// What is known of one scenario from the last look.
    private static final class Progress {
        private final int[] lives;
        private final long[] sinceNanos;
        private long operations;
        private long quietSinceNanos;

        Progress(int seats, long nowNanos) {
            this.lives = new int[seats];
            this.sinceNanos = new long[seats];
            this.quietSinceNanos = nowNanos;
        }
    }

    private final Ledger ledger;
    private final List<Integer> scenarios;
    private final int seats;
    private final long limitNanos;
    private final LongSupplier clock;
    private final List<Progress> progress;
    private long lastLookNanos;
    private long lastTickNanos;
    private long graceEndNanos;
    private boolean quiet;

    /// Begins to look.
    ///
    /// @param ledger what the lives write down
    /// @param scenarios numbers of what they play
    /// @param seats how many lives there are at once
    /// @param limitNanos who waits longer is stuck
    /// @param clock as [System#nanoTime()], by which the lives write down times
    Watch(Ledger ledger, List<Integer> scenarios, int seats, long limitNanos, LongSupplier clock) {
        final long now = clock.getAsLong();
        this.ledger = ledger;
        this.scenarios = scenarios;
        this.seats = seats;
        this.limitNanos = limitNanos;
        this.clock = clock;
        this.progress = scenarios.stream().map(_ -> new Progress(seats, now)).toList();
        this.lastLookNanos = now;
        this.lastTickNanos = now;
        this.graceEndNanos = now;
    }

    /// To be called at least every few milliseconds: how late it is called tells when the host stood still.
    void tick() {
        final long now = clock.getAsLong();
        final long gap = now - lastTickNanos;
        lastTickNanos = now;
        if (gap > STALL_NANOS) {
            ledger.addStall(gap);
            graceEndNanos = now + limitNanos;
            progress.forEach(each -> each.quietSinceNanos = now);
        }
        if (now - lastLookNanos >= EVERY_NANOS) {
            lastLookNanos = now;
            quiet = false;
            for (int i = 0; i < scenarios.size(); i++) {
                lookAtProgress(scenarios.get(i), progress.get(i), now);
            }
            if (now - graceEndNanos >= 0) {
                scenarios.forEach(scenario -> lookAtWaits(scenario, now));
            }
        }
    }

    /// Whether there is a primitive with which nothing was done for a while, though two lives are there to do it.
    boolean isAnybodyQuiet() {
        return quiet;
    }

    private void lookAtProgress(int scenario, Progress seen, long now) {
        final long operations = operations(scenario);
        if (operations != seen.operations) {
            seen.operations = operations;
            seen.quietSinceNanos = now;
        }
        seeLives(scenario, seen, now);
        quiet |= now - seen.quietSinceNanos > limitNanos / QUIET_PART
                && IntStream.of(seen.lives).filter(life -> life != 0).count() >= 2;
        if (quietNanosOfTwo(seen, now) > limitNanos) {
            seen.quietSinceNanos = now;
            ledger.report(Scenarios.get(scenario).name() + ": nobody got anything done for "
                    + TimeUnit.NANOSECONDS.toMillis(limitNanos) + " ms, with the same two workers up or more");
        }
    }

    private void seeLives(int scenario, Progress seen, long now) {
        for (int seat = 0; seat < seats; seat++) {
            final int life = ledger.cell(scenario, seat).read().life();
            final int playing = ledger.isCondemned(life) ? 0 : life;
            if (playing != seen.lives[seat]) {
                seen.lives[seat] = playing;
                seen.sinceNanos[seat] = now;
            }
        }
    }

    /// For how long the same two lives, or more, have got nothing done.
    private static long quietNanosOfTwo(Progress seen, long now) {
        long longest = 0;
        long second = 0;
        for (int seat = 0; seat < seen.lives.length; seat++) {
            final long there = seen.lives[seat] == 0 ? 0 : now - seen.sinceNanos[seat];
            second = Math.max(second, Math.min(longest, there));
            longest = Math.max(longest, there);
        }
        return Math.min(second, now - seen.quietSinceNanos);
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
