package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.ArrayBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Curves: more processes, longer messages, longer arrays. Each point is a row, without a goal.
final class ScalingGroup implements Group {
    private static final int[] ELEMENTS = {100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int[] QUICK_ELEMENTS = {100, 10_000, 1_000_000};
    private static final String SECONDS_ROW = "M/s";

    @Override
    public String name() {
        return "scaling";
    }

    @Override
    public int rounds(boolean quick) {
        return 1;
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
        final Map<String, Double> micros = Jmh.best(ArrayBenchmark.class, quick, "length", values);
        final List<Row> rows = new ArrayList<>();
        for (int length : lengths) {
            rows.add(new Row(
                            String.format(Locale.ROOT, "SharedDoubleArray, the sum of %,d", length),
                            length / requireNonNull(micros.get("sharedDoubleArray " + length)),
                            SECONDS_ROW,
                            "double[]",
                            length / requireNonNull(micros.get("doubleArray " + length)),
                            null)
                    .at(new Row.Point("Reading arrays in order", "SharedDoubleArray", "elements", length))
                    .rounds(quick ? 2 : Jmh.rounds(false) / 3));
        }
        return rows;
    }
}
