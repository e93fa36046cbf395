package dev.backplane.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A value of several rounds and how far it can be trusted; or why there is none.
///
/// @param value what is told
/// @param lowest round
/// @param highest round
/// @param spread half the width of an interval that has the median of all rounds that could be with a probability of
///     95 %, as a part of the value; not a number where one round cannot tell, or the value is not the median
/// @param rounds how many there were
/// @param absence why there is no value, null if there is one
record Figure(
        double value,
        double lowest,
        double highest,
        double spread,
        int rounds,
        @Nullable String absence) {
    /// Why, where what it needs is not installed.
    static final String NOT_HERE = "not on this machine";

    private static final double MOST_OUTSIDE = 0.05;
    private static final double ALL = 100;

    /// The value of one round.
    static Figure of(double value) {
        return new Figure(value, value, value, Double.NaN, 1, null);
    }

    /// No value.
    static Figure absent(String why) {
        return new Figure(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, why);
    }

    /// The highest of some rounds.
    static Figure worst(List<Double> rounds) {
        final double[] sorted = sorted(rounds);
        final double worst = sorted[sorted.length - 1];
        return new Figure(worst, sorted[0], worst, Double.NaN, sorted.length, null);
    }

    /// The median of some rounds.
    static Figure median(List<Double> rounds) {
        final double[] sorted = sorted(rounds);
        final int count = sorted.length;
        final double median = median(sorted);
        final int cut = outside(count);
        final double spread =
                count == 1 || median == 0 ? Double.NaN : (sorted[count - 1 - cut] - sorted[cut]) / 2 / Math.abs(median);
        return new Figure(median, sorted[0], sorted[count - 1], spread, count, null);
    }

    /// The middle of sorted values.
    static double median(double[] sorted) {
        final int count = sorted.length;
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    /// How many values at each end may be left out so that the others still have the median between them with a
    /// probability of 95 %: each is on either side of it as a coin falls. Of fewer than six, none.
    private static int outside(int count) {
        double probability = Math.pow(2, 1 - count); // That all are on one side.
        double outside = probability;
        int cut = 0;
        while (outside <= MOST_OUTSIDE) {
            cut++;
            probability *= (double) (count - cut + 1) / cut;
            outside += probability;
        }
        return Math.max(0, cut - 1);
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(value -> value).sorted().toArray();
    }

    /// Whether there is no value.
    boolean isAbsent() {
        return absence != null;
    }

    /// Whether it is there, but failed.
    boolean hasFailed() {
        return absence != null && !absence.equals(NOT_HERE);
    }

    /// The same in another unit.
    ///
    /// @param conversion which must keep what is more than another value more, or turn all of them round
    Figure in(DoubleUnaryOperator conversion) {
        if (isAbsent()) {
            return this;
        }
        final double one = conversion.applyAsDouble(lowest);
        final double other = conversion.applyAsDouble(highest);
        return new Figure(
                conversion.applyAsDouble(value), Math.min(one, other), Math.max(one, other), spread, rounds, null);
    }

    /// How far it can be trusted, as tables have it; empty where that is not known.
    String spreadText() {
        final double percent = spread * ALL;
        return Double.isFinite(percent)
                ? String.format(Locale.ROOT, percent < 10 ? " ± %.1f %%" : " ± %.0f %%", percent)
                : "";
    }
}
