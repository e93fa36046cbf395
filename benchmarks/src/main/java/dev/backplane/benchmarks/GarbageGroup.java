package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.ElementBenchmark;
import java.util.List;
import java.util.Map;

/// What a queue's elements leave to the collector.
final class GarbageGroup implements Group {
    /// What JMH itself makes in each iteration, spread over millions of operations.
    private static final double NOTHING_BYTES = 0.01;

    @Override
    public String name() {
        return "garbage";
    }

    @Override
    public int rounds(boolean quick) {
        return Jmh.rounds(quick);
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> bytes = Jmh.leastBytes(ElementBenchmark.class, quick);
        return List.of(
                row("a number", requireNonNull(bytes.get("primitive"))),
                row("a record of primitives", requireNonNull(bytes.get("fixedRecord"))));
    }

    private static Row row(String what, double bytes) {
        return new Row(
                "SharedQueue offer + poll of " + what + ", garbage",
                bytes,
                "B",
                "",
                null,
                Row.Goal.atMost(NOTHING_BYTES));
    }
}
