package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class RowTest {
    @Test
    void aGoalIsAboutTheRatioToTheRival() {
        final Row row = new Row("lock", 12.8, "ns", "a mutex in C", 16.0, Row.Goal.atMost(0.8));
        assertEquals("| lock | 12.8 ns | a mutex in C: 16.0 ns | 0.80 × | ≤ 0.80 × | yes |", row.markdown());
        assertEquals(true, row.reached());
    }

    @Test
    void aGoalThatIsMissedSaysSo() {
        final Row row = new Row("queue", 33.8, "M/s", "Boost", 8.47, Row.Goal.atLeast(10));
        assertEquals("| queue | 33.8 M/s | Boost: 8.47 M/s | 3.99 × | ≥ 10.0 × | no |", row.markdown());
        assertEquals(false, row.reached());
    }

    @Test
    void aRivalThatIsNotInstalledIsARowThatSaysSo() {
        final Row row = new Row("queue", 33.8, "M/s", "Boost", null, Row.Goal.atLeast(10));
        assertEquals("| queue | 33.8 M/s | Boost: not on this machine | – | ≥ 10.0 × | ? |", row.markdown());
        assertNull(row.reached());
    }

    @Test
    void withoutARivalTheGoalIsAboutTheValue() {
        final Row row = new Row("killed", 58.4, "ms", "", null, Row.Goal.atMost(200));
        assertEquals("| killed | 58.4 ms | – | 58.4 ms | ≤ 200 ms | yes |", row.markdown());
    }

    @Test
    void aLimitIsNoGoal() {
        final Row row = new Row("queue", 20, "M/s", "JCTools in one JVM", 40.0, null);
        assertEquals("| queue | 20.0 M/s | JCTools in one JVM: 40.0 M/s | 0.50 × | – | – |", row.markdown());
        assertNull(row.reached());
    }

    @Test
    void aRowKeepsItsOwnNumberOfRounds() {
        final Row row = new Row("x", 1, "ns", "", null, null);
        assertEquals(7, row.rounds(7).rounds(3).details().rounds());
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
}
