package dev.backplane.benchmarks;

import dev.backplane.benchmarks.jmh.CounterBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// [dev.backplane.SharedLong] alone and between two JVMs.
final class CounterGroup implements Group {
    private static final double SECONDS = 30;

    @Override
    public String name() {
        return "counter";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Repeated adding = new Repeated(quick, SECONDS)
                .all("JMH", () -> Jmh.round(CounterBenchmark.class, quick))
                .run();
        final List<Percentiles> curves = new ArrayList<>();
        final Repeated trips = new Repeated(quick, SECONDS)
                .all("ours", () -> {
                    final Percentiles round = Percentiles.of(PingPong.run(quick ? 200_000 : 1_000_000));
                    curves.add(round);
                    return Map.of("p50", round.at(50), "p99", round.at(99), "p99.9", round.at(99.9));
                })
                .one("C", () -> rivals.nanos("cache_line_round_trip"))
                .run();
        final String trip = "SharedLong round trip, two JVMs, spinning, ";
        return List.of(
                new Row(
                        "SharedLong getAndAdd, uncontended",
                        adding.of("sharedLong"),
                        "ns",
                        "AtomicLong in one JVM",
                        adding.of("atomicLong"),
                        Row.Goal.atMost(1.15)),
                new Row(
                                trip + "p50",
                                trips.of("p50"),
                                "ns",
                                "a cache line in C, mean",
                                trips.of("C"),
                                Row.Goal.atMost(3))
                        .curve(
                                "Round trips of two JVMs, spinning, one after the other",
                                "SharedLong",
                                Percentiles.median(curves)),
                new Row(trip + "p99", trips.of("p99"), "ns", null),
                new Row(trip + "p99.9", trips.of("p99.9"), "ns", null));
    }
}
