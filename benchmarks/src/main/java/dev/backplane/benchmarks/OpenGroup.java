package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Attaching an existing segment and every object in it.
final class OpenGroup implements Group {
    private static final int OBJECTS = 100;
    private static final int WARM_UP = 500;
    private static final int TIMES = 1_000;
    private static final int QUICK_TIMES = 200;
    private static final double SECONDS = 15;
    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String name() {
        return "open";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Path path = Segment.pathOf("bench-" + ProcessHandle.current().pid());
        try (Manager owner = Manager.open(path, SegmentOptions.defaults())) {
            for (int i = 0; i < OBJECTS; i++) {
                owner.doubleArray("array-" + i, 1000);
            }
            millis(path, WARM_UP);
            final Repeated repeated = new Repeated(quick, SECONDS)
                    .all("ours", () -> millis(path, quick ? QUICK_TIMES : TIMES))
                    .run();
            return List.of(
                    row("open a segment of 100 objects, p50", repeated.of("opened p50"), Row.Goal.atMost(2)),
                    row("open it and get each object, p50", repeated.of("attached p50"), Row.Goal.atMost(2)),
                    row("open it and get each object, p99", repeated.of("attached p99"), Row.Goal.atMost(2)),
                    row("open it and get each object, p99.9", repeated.of("attached p99.9"), null));
        } finally {
            Segment.delete(path);
        }
    }

    private static Map<String, Double> millis(Path path, int times) throws IOException {
        final Histogram opened = new Histogram(3);
        final Histogram attached = new Histogram(3);
        for (int i = 0; i < times; i++) {
            final long start = System.nanoTime();
            try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
                opened.recordValue(System.nanoTime() - start);
                for (int object = 0; object < OBJECTS; object++) {
                    manager.doubleArray("array-" + object, 1000);
                }
                attached.recordValue(System.nanoTime() - start);
            }
        }
        return Map.of(
                "opened p50", opened.getValueAtPercentile(50) / NANOS_PER_MILLI,
                "attached p50", attached.getValueAtPercentile(50) / NANOS_PER_MILLI,
                "attached p99", attached.getValueAtPercentile(99) / NANOS_PER_MILLI,
                "attached p99.9", attached.getValueAtPercentile(99.9) / NANOS_PER_MILLI);
    }

    private static Row row(String what, Figure millis, Row.@Nullable Goal goal) {
        return new Row(what, millis, "ms", goal);
    }
}
