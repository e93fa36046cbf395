package dev.backplane.benchmarks;

import dev.backplane.benchmarks.jmh.ArrayBenchmark;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reading a [dev.backplane.SharedDoubleArray] from end to end.
final class ArrayGroup implements Group {
    private static final double SECONDS = 80;

    @Override
    public String name() {
        return "array";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Repeated repeated = new Repeated(quick, SECONDS)
                .all("JMH", () -> Jmh.round(ArrayBenchmark.class, quick))
                .run();
        return IntStream.of(10_000, 10_000_000)
                .mapToObj(length ->
                        row("SharedDoubleArray, reading %,d in order", length, repeated, Row.Goal.atLeast(0.95)))
                .toList();
    }

    /// A row of the benchmark's figures.
    ///
    /// @param what is measured, with a place for the length
    /// @param micros as the benchmark found them
    static Row row(String what, int length, Repeated micros, Row.@Nullable Goal goal) {
        return new Row(
                String.format(Locale.ROOT, what, length),
                micros.of("sharedDoubleArray " + length).in(one -> length / one),
                "M/s",
                "double[]",
                micros.of("doubleArray " + length).in(one -> length / one),
                goal);
    }
}
