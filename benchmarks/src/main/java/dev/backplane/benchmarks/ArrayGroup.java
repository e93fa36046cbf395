package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.ArrayBenchmark;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
        return IntStream.of(10_000, 10_000_000)
                .mapToObj(length ->
                        row("SharedDoubleArray, reading %,d in order", length, micros, Row.Goal.atLeast(0.95)))
                .toList();
    }

    /// A row of the benchmark's figures.
    ///
    /// @param what is measured, with a place for the length
    /// @param micros as the benchmark found them
    static Row row(String what, int length, Map<String, Double> micros, Row.@Nullable Goal goal) {
        return new Row(
                String.format(Locale.ROOT, what, length),
                length / requireNonNull(micros.get("sharedDoubleArray " + length)),
                "M/s",
                "double[]",
                length / requireNonNull(micros.get("doubleArray " + length)),
                goal);
    }
}
