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
    public int rounds(boolean quick) {
        return Jmh.rounds(quick);
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> nanos = Jmh.best(CounterBenchmark.class, quick);
        final Percentiles trips = Percentiles.of(PingPong.run(quick ? 200_000 : 2_000_000));
        final String trip = "SharedLong round trip, two JVMs, spinning, ";
        return List.of(
                new Row(
                        "SharedLong getAndAdd, uncontended",
                        requireNonNull(nanos.get("sharedLong")),
                        "ns",
                        "AtomicLong in one JVM",
                        nanos.get("atomicLong"),
                        Row.Goal.atMost(1.15)),
                new Row(
                                trip + "p50",
                                trips.at(50),
                                "ns",
                                "a cache line in C, mean",
                                rivals.nanos("cache_line_round_trip"),
                                Row.Goal.atMost(3))
                        .curve("Round trips of two JVMs, spinning, one after the other", "SharedLong", trips),
                new Row(trip + "p99", trips.at(99), "ns", "", null, null),
                new Row(trip + "p99.9", trips.at(99.9), "ns", "", null, null));
    }
}
