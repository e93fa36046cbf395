package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// How latencies are spread: some percentiles of a histogram, as far as it has values beyond them.
public final class Percentiles {
    private static final double[] USUAL = {
        0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.995, 99.999
    };

    private static final double ALL = 100;

    /// A point of the curve.
    ///
    /// @param percent of all values, from 0 to 100
    /// @param value that so many are not above
    record Point(double percent, double value) {}

    private final List<Point> points;

    private Percentiles(List<Point> points) {
        this.points = List.copyOf(points);
    }

    /// Reads a histogram.
    ///
    /// @param histogram of at least one value
    /// @return its curve, to the largest value
    public static Percentiles of(Histogram histogram) {
        final List<Point> points = new ArrayList<>();
        for (double percent : USUAL) {
            if (Math.round(histogram.getTotalCount() * (ALL - percent)) >= ALL) {
                points.add(new Point(percent, histogram.getValueAtPercentile(percent)));
            }
        }
        points.add(new Point(ALL, histogram.getMaxValue()));
        return new Percentiles(points);
    }

    /// Reads what [#toString] wrote, in another JVM.
    ///
    /// @param text the points
    /// @return the same curve
    public static Percentiles parse(String text) {
        final List<Point> points = new ArrayList<>();
        for (String point : text.split(" ", -1)) {
            final int colon = point.indexOf(':');
            points.add(new Point(
                    Double.parseDouble(point.substring(0, colon)), Double.parseDouble(point.substring(colon + 1))));
        }
        return new Percentiles(points);
    }

    /// The curve in the middle of some.
    ///
    /// @param curves at least one
    /// @return the median at each point that all of them have
    static Percentiles median(List<Percentiles> curves) {
        return new Percentiles(curves.getFirst().points.stream()
                .map(Point::percent)
                .filter(percent -> curves.stream().allMatch(curve -> curve.has(percent)))
                .map(percent -> new Point(
                        percent,
                        Figure.median(curves.stream()
                                        .map(curve -> curve.at(percent))
                                        .toList())
                                .value()))
                .toList());
    }

    private boolean has(double percent) {
        return points.stream().anyMatch(point -> point.percent == percent);
    }

    /// All points in order.
    List<Point> points() {
        return points;
    }

    /// The value at one percentile; the largest one where the histogram has too few values to tell.
    double at(double percent) {
        return points.stream()
                .filter(point -> point.percent >= percent)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("percentile " + percent + " of " + this))
                .value;
    }

    @Override
    public String toString() {
        return points.stream().map(point -> point.percent + ":" + point.value).collect(Collectors.joining(" "));
    }
}
