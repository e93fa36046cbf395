package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.ArrayBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reading a [dev.backplane.SharedDoubleArray] from end to end.
final class ArrayGroup implements Group {
    @Override
    public String name() {
        return "array";
    }

    @Override
    public int rounds(boolean quick) {
        return Jmh.rounds(quick);
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> micros = Jmh.best(ArrayBenchmark.class, quick);
        final List<Row> rows = new ArrayList<>();
        for (int length : new int[] {10_000, 10_000_000}) {
            rows.add(new Row(
                    String.format(java.util.Locale.ROOT, "SharedDoubleArray, reading %,d in order", length),
                    length / requireNonNull(micros.get("sharedDoubleArray " + length)),
                    "M/s",
                    "double[]",
                    length / requireNonNull(micros.get("doubleArray " + length)),
                    Row.Goal.atLeast(0.95)));
        }
        return rows;
    }
}
