package dev.backplane.benchmarks;

import dev.backplane.benchmarks.jmh.ElementBenchmark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a queue's elements leave to the collector.
final class GarbageGroup implements Group {
    /// What JMH itself makes in each iteration, spread over millions of operations.
    private static final double NOTHING_BYTES = 0.01;

    private static final double SECONDS = 50;

    @Override
    public String name() {
        return "garbage";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Repeated bytes = new Repeated(quick, SECONDS)
                .all("JMH", () -> Jmh.bytes(ElementBenchmark.class, quick))
                .run();
        final Row.Goal none = Row.Goal.atMost(NOTHING_BYTES);
        return List.of(
                row("offer + poll of a number, garbage", bytes.of("primitive"), none),
                row("offer of a record of primitives, drained in place, garbage", bytes.of("recordOffered"), none),
                row("offer + receive in place of a record of primitives, garbage", bytes.of("recordInPlace"), none),
                row("publish + receive in place of a record's fields, garbage", bytes.of("recordPublished"), none),
                row(
                        "offer + poll of a record of primitives, garbage: the record that poll returns",
                        bytes.of("fixedRecord"),
                        null));
    }

    private static Row row(String what, Figure bytes, Row.@Nullable Goal goal) {
        return new Row("SharedQueue " + what, bytes, "B", goal);
    }
}
