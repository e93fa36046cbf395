package dev.backplane.benchmarks;

import dev.backplane.benchmarks.jmh.ArrayBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Curves: more processes, longer messages, longer arrays. Each point is a row, without a goal.
final class ScalingGroup implements Group {
    private static final int[] ELEMENTS = {100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int MOST_ROUNDS = 5;
    private static final double ARRAY_SECONDS = 120;
    private static final int[] QUICK_ELEMENTS = {100, 10_000, 1_000_000};

    @Override
    public String name() {
        return "scaling";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>(Crowd.rows(rivals, quick));
        rows.addAll(Lengths.rows(rivals, quick));
        rows.addAll(arrays(quick));
        return rows;
    }

    private static List<Row> arrays(boolean quick) throws Exception {
        final int[] lengths = quick ? QUICK_ELEMENTS : ELEMENTS;
        final String[] values = IntStream.of(lengths).mapToObj(String::valueOf).toArray(String[]::new);
        final Repeated micros = points(quick, ARRAY_SECONDS)
                .all("JMH", () -> Jmh.round(ArrayBenchmark.class, quick, "length", values))
                .run();
        return IntStream.of(lengths)
                .mapToObj(length -> ArrayGroup.row("SharedDoubleArray, the sum of %,d", length, micros, null)
                        .at(new Row.Point("Reading arrays in order", "SharedDoubleArray", "elements", length)))
                .toList();
    }

    /// There are many points, and no goals: fewer rounds will do.
    static Repeated points(boolean quick, double seconds) {
        return new Repeated(quick ? 1 : 2, quick ? 1 : MOST_ROUNDS, seconds);
    }
}
