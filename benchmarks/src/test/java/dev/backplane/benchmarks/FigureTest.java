package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class FigureTest {
    private static List<Double> rounds(double... values) {
        return DoubleStream.of(values).boxed().toList();
    }

    @Test
    void theValueIsTheMedianAndTheIntervalOfFewRoundsIsAllOfThem() {
        final Figure odd = Figure.median(rounds(30, 10, 20));
        assertEquals(20, odd.value());
        assertEquals(10, odd.lowest());
        assertEquals(30, odd.highest());
        assertEquals(3, odd.rounds());
        assertEquals(0.5, odd.spread());
        assertEquals(15, Figure.median(rounds(10, 20)).value());
        assertTrue(Double.isNaN(Figure.of(1).spread()));
        assertEquals("", Figure.of(1).spreadText());
    }

    /// The places that tables of the sign test have for 95 %.
    @Test
    void ofManyRoundsTheFarthestAreLeftOut() {
        assertEquals(2.5 / 3.5, Figure.median(rounds(1, 2, 3, 4, 5, 6)).spread());
        final double[] nine = {100, 2, 3, 4, 5, 6, 7, 8, -100};
        assertEquals(3.0 / 5, Figure.median(rounds(nine)).spread());
        final double[] fifteen = DoubleStream.iterate(1, x -> x + 1).limit(15).toArray();
        assertEquals(4.0 / 8, Figure.median(rounds(fifteen)).spread());
    }

    @Test
    void theIntervalHasTheMedianAsOftenAsItSays() {
        final SplittableRandom random = new SplittableRandom(1);
        int inside = 0;
        final int times = 2_000;
        for (int i = 0; i < times; i++) {
            final double[] values = random.doubles(12).map(x -> 1 + x).toArray();
            Arrays.sort(values);
            inside += values[2] <= 1.5 && 1.5 <= values[9] ? 1 : 0;
            final double half = (values[9] - values[2]) / 2;
            final Figure figure = Figure.median(rounds(values));
            assertEquals(half / figure.value(), figure.spread(), 1e-9);
        }
        assertTrue(inside >= 0.95 * times, inside + " of " + times);
    }

    @Test
    void inAnotherUnitTheLowestStaysTheLowest() {
        final Figure rate = Figure.median(rounds(1, 2, 4)).in(nanos -> 8 / nanos);
        assertEquals(4, rate.value());
        assertEquals(2, rate.lowest());
        assertEquals(8, rate.highest());
        assertEquals("gone", Figure.absent("gone").in(x -> x).absence());
    }

    @Test
    void theWorstIsTheHighestAndClaimsNoInterval() {
        final Figure worst = Figure.worst(rounds(3, 9, 1));
        assertEquals(9, worst.value());
        assertEquals(1, worst.lowest());
        assertEquals("", worst.spreadText());
    }

    @Test
    void whatIsAbsentHasFailedUnlessItIsNotHere() {
        assertTrue(Figure.absent("failed: x").hasFailed());
        assertFalse(Figure.absent(AbsentException.notHere().reason()).hasFailed());
        assertFalse(Figure.of(1).hasFailed());
    }
}
