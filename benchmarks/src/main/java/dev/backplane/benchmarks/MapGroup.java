package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.jmh.MapBenchmark;
import java.util.List;
import java.util.Map;

/// [dev.backplane.SharedMap] beside the map of one JVM.
final class MapGroup implements Group {
    @Override
    public String name() {
        return "map";
    }

    @Override
    public int rounds(boolean quick) {
        return Jmh.rounds(quick);
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> nanos = Jmh.best(MapBenchmark.class, quick);
        return List.of(new Row(
                "SharedMap get, keys and values of 16 bytes",
                requireNonNull(nanos.get("sharedMapGet")),
                "ns",
                "ConcurrentHashMap in one JVM",
                nanos.get("concurrentHashMapGet"),
                Row.Goal.atMost(2)));
    }
}
