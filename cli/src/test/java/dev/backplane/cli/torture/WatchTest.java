package dev.backplane.cli.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who stands still is told from who had no time, with a clock that the test moves.
final class WatchTest {
    private static final int SCENARIO = 0;
    private static final int SEATS = 3;
    private static final long STEP_MILLIS = 100;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private long nowNanos = Long.MAX_VALUE - LIMIT_NANOS; // Passes the end of the clock's range, as it may.
    private int lives;
    private Ledger ledger;
    private Watch watch;

    @BeforeEach
    void begin() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        watch = new Watch(ledger, List.of(SCENARIO), SEATS, LIMIT_NANOS, () -> nowNanos);
    }

    /// Another life takes the seat, which waits for others: no limit holds for that by itself.
    private void replace(int seat) {
        final Cell cell = ledger.cell(SCENARIO, seat);
        final int before = cell.read().life();
        if (before != 0) {
            ledger.condemn(before, nowNanos);
        }
        cell.mark(++lives, Phase.WAITING, 0);
    }

    private void pass(double seconds) {
        final long end = nowNanos + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        while (nowNanos - end < 0) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS);
            watch.tick();
        }
    }

    @Test
    void theSameTwoThatGetNothingDoneAreReported() {
        replace(0);
        replace(2);
        pass(4.9);
        assertEquals(List.of(), ledger.findings());
        pass(0.5);
        assertEquals(1, ledger.findingCount());
        assertTrue(ledger.findings().getFirst().contains("nobody got anything done for 5000 ms"));
    }

    @Test
    void oneAloneMayWaitForCompany() {
        replace(1);
        pass(20);
        assertEquals(List.of(), ledger.findings());
        assertFalse(watch.isAnybodyQuiet());
    }

    @Test
    void livesThatComeAndGoHadNoTime() {
        replace(0);
        for (int second = 0; second < 20; second++) {
            replace(1);
            replace(2);
            pass(1);
        }
        assertEquals(List.of(), ledger.findings());
    }

    @Test
    void whoGetsSomethingDoneIsNotReported() {
        replace(0);
        replace(1);
        for (int i = 0; i < 10; i++) {
            pass(4);
            ledger.cell(SCENARIO, 1).countOperation();
        }
        assertEquals(List.of(), ledger.findings());
    }

    @Test
    void aQuietPrimitiveAsksForNoMoreDeathsUntilSomethingIsDone() {
        replace(0);
        replace(1);
        pass(1);
        assertFalse(watch.isAnybodyQuiet());
        pass(1);
        assertTrue(watch.isAnybodyQuiet());
        ledger.cell(SCENARIO, 0).countOperation();
        pass(0.1);
        assertFalse(watch.isAnybodyQuiet());
    }

    @Test
    void aHostThatStoodStillGivesEverybodyTheLimitAnew() {
        replace(0);
        replace(1);
        pass(4.5);
        nowNanos += TimeUnit.SECONDS.toNanos(30);
        watch.tick();
        pass(4.5);
        assertEquals(List.of(), ledger.findings());
        assertEquals(30, TimeUnit.NANOSECONDS.toSeconds(ledger.stalledNanos()));
        pass(1);
        assertEquals(1, ledger.findingCount());
    }
}
