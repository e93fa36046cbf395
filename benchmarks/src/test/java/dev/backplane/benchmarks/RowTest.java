package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowTest {
    private static Row row(
            String what, double ours, String unit, String rival, double theirs, Row.@Nullable Goal goal) {
        return new Row(what, Figure.of(ours), unit, rival, Figure.of(theirs), goal);
    }

    @Test
    void aGoalIsAboutTheRatioToTheRival() {
        final Row row = row("lock", 12.8, "ns", "a mutex in C", 16.0, Row.Goal.atMost(0.8));
        assertEquals("| lock | 12.8 ns | a mutex in C: 16.0 ns | 0.80 × | ≤ 0.80 × | yes |", row.markdown());
        assertEquals(true, row.reached());
    }

    @Test
    void aGoalThatIsMissedSaysSo() {
        final Row row = row("queue", 33.8, "M/s", "Boost", 8.47, Row.Goal.atLeast(10));
        assertEquals("| queue | 33.8 M/s | Boost: 8.47 M/s | 3.99 × | ≥ 10.0 × | no |", row.markdown());
        assertEquals(false, row.reached());
    }

    @Test
    void aRivalThatIsNotInstalledIsARowThatSaysSo() {
        final Row row =
                new Row("queue", Figure.of(33.8), "M/s", "Boost", Figure.absent(Figure.NOT_HERE), Row.Goal.atLeast(10));
        assertEquals("| queue | 33.8 M/s | Boost: not on this machine | – | ≥ 10.0 × | ? |", row.markdown());
        assertNull(row.reached());
    }

    @Test
    void withoutARivalTheGoalIsAboutTheValue() {
        final Row row = new Row("killed", Figure.of(58.4), "ms", Row.Goal.atMost(200));
        assertEquals("| killed | 58.4 ms | – | 58.4 ms | ≤ 200 ms | yes |", row.markdown());
    }

    @Test
    void aLimitIsNoGoal() {
        final Row row = row("queue", 20, "M/s", "JCTools in one JVM", 40.0, null);
        assertEquals("| queue | 20.0 M/s | JCTools in one JVM: 40.0 M/s | 0.50 × | – | – |", row.markdown());
        assertNull(row.reached());
    }

    @Test
    void aRivalThatFailsIsARowThatSaysHow() {
        final AbsentException failure = AbsentException.failed("\n  error: | 3 \nand more", "");
        final Row row = new Row("x", Figure.of(1), "ns", "C", Figure.absent(failure.reason()), Row.Goal.atMost(1));
        assertEquals("| x | 1.00 ns | C: failed: error: / 3 | – | ≤ 1.00 × | ? |", row.markdown());
        assertNull(row.reached());
        assertTrue(row.hasRivalFailed());
        assertEquals(
                "failed: C ended with 1",
                AbsentException.failed("\n", "C ended with 1").reason());
    }

    @Test
    void severalRoundsAreTheirMedianAndHowFarItCanBeTrusted() {
        final Figure ours = Figure.median(List.of(9.0, 10.0, 11.0));
        final Figure theirs = Figure.median(List.of(21.0, 20.0, 20.0));
        final Row row = new Row("x", ours, "ns", "C", theirs, Row.Goal.atMost(0.5));
        assertEquals("| x | 10.0 ns ± 10 % | C: 20.0 ns ± 2.5 % | 0.50 × | ≤ 0.50 × | yes |", row.markdown());
    }

    @Test
    void percentilesSurviveTheirTextAndEndWithTheLargest() {
        final Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            histogram.recordValue(i);
        }
        final Percentiles percentiles =
                Percentiles.parse(Percentiles.of(histogram).toString());
        assertEquals(500, percentiles.at(50));
        assertEquals(999, percentiles.at(99.9));
        assertEquals(1000, percentiles.at(99.999)); // Of a thousand values none tells more than the largest.
        assertEquals(100, percentiles.points().getLast().percent());
    }

    @Test
    void theMiddleOfSeveralCurvesHasThePointsThatAllOfThemHave() {
        final Percentiles middle = Percentiles.median(List.of(
                Percentiles.parse("50.0:1.0 99.0:10.0 100.0:100.0"),
                Percentiles.parse("50.0:3.0 99.0:30.0 100.0:300.0"),
                Percentiles.parse("50.0:2.0 100.0:200.0")));
        assertEquals("50.0:2.0 100.0:200.0", middle.toString());
    }
}
