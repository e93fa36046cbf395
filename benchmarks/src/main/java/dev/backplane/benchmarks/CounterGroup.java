package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.CounterBenchmark;
import java.util.List;
import java.util.Map;

/// [dev.backplane.SharedLong] alone and between two JVMs.
final class CounterGroup implements Group {
    @Override
    public String name() {
        return "counter";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> nanos = Jmh.best(CounterBenchmark.class, quick);
        return List.of(
                new Row(
                        "SharedLong getAndAdd, uncontended",
                        requireNonNull(nanos.get("sharedLong")),
                        "ns",
                        "AtomicLong in one JVM",
                        nanos.get("atomicLong"),
                        Row.Goal.atMost(1.15)),
                new Row(
                        "SharedLong round trip, two JVMs, spinning, p50",
                        PingPong.run(quick ? 200_000 : 2_000_000).getValueAtPercentile(50),
                        "ns",
                        "a cache line in C, mean",
                        rivals.nanos("cache_line_round_trip"),
                        Row.Goal.atMost(3)));
    }
}
