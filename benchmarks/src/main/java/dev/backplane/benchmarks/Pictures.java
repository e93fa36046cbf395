package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which pictures some rows make.
final class Pictures {
    private static final double ALL = 100;
    private static final Map<String, Double> NANOS = Map.of("ns", 1.0, "µs", 1e3, "ms", 1e6);

    private Pictures() {}

    /// All pictures by file name: latencies and rates as bars, percentiles and scaling as curves.
    static Map<String, String> of(List<Row> rows, Map<String, Double> limits, String origin) {
        final Map<String, String> pictures = new LinkedHashMap<>();
        final List<Chart.Bar> times = times(rows);
        if (!times.isEmpty()) {
            final double[] values = DoubleStream.concat(
                            times.stream().mapToDouble(Chart.Bar::value),
                            limits.values().stream().mapToDouble(value -> value))
                    .toArray();
            final Scale scale = Scale.around("nanoseconds an operation, logarithmic: shorter is better", values);
            pictures.put("latency.svg", Chart.bars("What an operation takes", origin, scale, times, limits));
        }
        final List<Chart.Bar> rates = rates(rows);
        if (!rates.isEmpty()) {
            final Scale scale = Scale.around(
                    "millions a second, logarithmic: longer is better",
                    rates.stream().mapToDouble(Chart.Bar::value).toArray());
            pictures.put("throughput.svg", Chart.bars("How many go through", origin, scale, rates, Map.of()));
        }
        percentiles(rows, origin, pictures);
        scaling(rows, origin, pictures);
        return pictures;
    }

    /// What takes nanoseconds to milliseconds and is no point of a curve, the quickest first.
    private static List<Chart.Bar> times(List<Row> rows) {
        return bars(rows, row -> {
            final Double unit = NANOS.get(row.unit());
            return unit != null && !row.what().contains(", p99") ? unit : null;
        });
    }

    private static List<Chart.Bar> rates(List<Row> rows) {
        return bars(rows, row -> row.unit().equals("M/s") ? Double.valueOf(1) : null)
                .reversed();
    }

    /// What values are multiplied with, null if it is not for this picture.
    private interface Unit {
        @Nullable
        Double of(Row row);
    }

    private static List<Chart.Bar> bars(List<Row> rows, Unit unit) {
        final Map<String, Chart.Bar> bars = new LinkedHashMap<>();
        for (Row row : rows) {
            final Double factor = row.details().point() == null ? unit.of(row) : null;
            if (factor == null) {
                continue;
            }
            final String ours = row.what();
            bars.putIfAbsent(ours, new Chart.Bar(ours, true, row.ours() * factor, text(row.ours(), row)));
            final Double theirs = row.theirs();
            if (theirs != null) {
                final String name = row.rival() + " – " + about(row.what());
                // One figure that several rows stand beside is one bar.
                bars.putIfAbsent(row.rival() + theirs, new Chart.Bar(name, false, theirs * factor, text(theirs, row)));
            }
        }
        return bars.values().stream()
                .filter(bar -> bar.value() > 0)
                .sorted(Comparator.comparingDouble(Chart.Bar::value))
                .toList();
    }

    private static String text(double value, Row row) {
        return Row.number(value) + " " + row.unit();
    }

    /// What a rival is compared in: the words of a row after those that name our type.
    private static String about(String what) {
        final int space = what.indexOf(' ');
        return space < 0 ? what : what.substring(space + 1);
    }

    private static void percentiles(List<Row> rows, String origin, Map<String, String> pictures) {
        final Map<String, Map<String, Chart.Curve>> charts = new LinkedHashMap<>();
        for (Row row : rows) {
            final String chart = row.details().chart();
            if (chart != null) {
                row.details()
                        .percentiles()
                        .forEach((name, curve) -> charts.computeIfAbsent(chart, _ -> new LinkedHashMap<>())
                                .putIfAbsent(name, curve(name, curve, row.unit())));
            }
        }
        charts.forEach((title, curves) -> {
            final List<Chart.Curve> all = List.copyOf(curves.values());
            final double most = DoubleStream.of(coordinates(all, 0)).max().orElse(1);
            final Scale y = Scale.around("nanoseconds, logarithmic", coordinates(all, 1));
            pictures.put(file("percentiles", title), Chart.curves(title, origin, Scale.ofPercentiles(most), y, all));
        });
    }

    private static Chart.Curve curve(String name, Percentiles percentiles, String unit) {
        final double factor = NANOS.getOrDefault(unit, 1.0);
        final List<double[]> points = new ArrayList<>();
        for (Percentiles.Point point : percentiles.points()) {
            if (point.percent() < ALL) { // The largest value has no place on this axis.
                points.add(new double[] {ALL / (ALL - point.percent()), point.value() * factor});
            }
        }
        return new Chart.Curve(name, name.startsWith("Shared"), Chart.shown(points));
    }

    private static void scaling(List<Row> rows, String origin, Map<String, String> pictures) {
        final Map<String, Map<String, List<double[]>>> charts = new LinkedHashMap<>();
        final Map<String, Row> first = new LinkedHashMap<>();
        final Map<String, Boolean> ours = new LinkedHashMap<>();
        for (Row row : rows) {
            final Row.Point point = row.details().point();
            if (point == null) {
                continue;
            }
            first.putIfAbsent(point.chart(), row);
            final Map<String, List<double[]>> series =
                    charts.computeIfAbsent(point.chart(), _ -> new LinkedHashMap<>());
            add(series, point.series(), point.x(), row.ours());
            ours.put(point.series(), true);
            if (row.theirs() != null) {
                add(series, row.rival(), point.x(), row.theirs());
                ours.putIfAbsent(row.rival(), false);
            }
        }
        charts.forEach((title, series) -> {
            final List<Chart.Curve> curves = new ArrayList<>();
            series.forEach((name, points) ->
                    curves.add(new Chart.Curve(name, ours.getOrDefault(name, false), Chart.shown(points))));
            final Row row = first.get(title);
            final Row.Point point = row == null ? null : row.details().point();
            if (row != null && point != null) {
                final Scale x = Scale.at(point.axis() + ", logarithmic", coordinates(curves, 0));
                final Scale y = Scale.around(row.unit() + ", logarithmic", coordinates(curves, 1));
                pictures.put(file("scaling", title), Chart.curves(title, origin, x, y, curves));
            }
        });
    }

    private static void add(Map<String, List<double[]>> series, String name, double x, double y) {
        series.computeIfAbsent(name, _ -> new ArrayList<>()).add(new double[] {x, y});
    }

    private static double[] coordinates(List<Chart.Curve> curves, int offset) {
        return curves.stream()
                .flatMapToDouble(curve ->
                        IntStream.range(0, curve.points().length / 2).mapToDouble(i -> curve.points()[2 * i + offset]))
                .toArray();
    }

    private static String file(String kind, String title) {
        return kind + "-"
                + title.toLowerCase(Locale.ROOT)
                        .replace('µ', 'u')
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "") + ".svg";
    }
}
