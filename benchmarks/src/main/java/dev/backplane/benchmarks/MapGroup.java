package dev.backplane.benchmarks;

import dev.backplane.benchmarks.jmh.MapBenchmark;
import java.util.List;

/// [dev.backplane.SharedMap] beside the map of one JVM.
final class MapGroup implements Group {
    private static final double SECONDS = 40;

    @Override
    public String name() {
        return "map";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Repeated nanos = new Repeated(quick, SECONDS)
                .all("JMH", () -> Jmh.round(MapBenchmark.class, quick))
                .run();
        return List.of(new Row(
                "SharedMap get, keys and values of 16 bytes",
                nanos.of("sharedMapGet"),
                "ns",
                "ConcurrentHashMap in one JVM",
                nanos.of("concurrentHashMapGet"),
                Row.Goal.atMost(2)));
    }
}
