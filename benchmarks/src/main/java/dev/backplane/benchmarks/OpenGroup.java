package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Attaching an existing segment and every object in it.
final class OpenGroup implements Group {
    private static final int OBJECTS = 100;
    private static final int WARM_UP = 200;
    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String name() {
        return "open";
    }

    @Override
    public int rounds(boolean quick) {
        return quick ? 200 : 1000;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Path path = Segment.pathOf("bench-" + ProcessHandle.current().pid());
        final Histogram opened = new Histogram(3);
        final Histogram attached = new Histogram(3);
        try (Manager owner = Manager.open(path, SegmentOptions.defaults())) {
            for (int i = 0; i < OBJECTS; i++) {
                owner.doubleArray("array-" + i, 1000);
            }
            for (int round = 0; round < WARM_UP + rounds(quick); round++) {
                final long start = System.nanoTime();
                try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
                    final long open = System.nanoTime();
                    for (int i = 0; i < OBJECTS; i++) {
                        manager.doubleArray("array-" + i, 1000);
                    }
                    if (round >= WARM_UP) {
                        opened.recordValue(open - start);
                        attached.recordValue(System.nanoTime() - start);
                    }
                }
            }
        } finally {
            Segment.delete(path);
        }
        return List.of(
                row("open a segment of 100 objects, p50", opened.getValueAtPercentile(50)),
                row("open it and get each object, p50", attached.getValueAtPercentile(50)),
                row("open it and get each object, p99", attached.getValueAtPercentile(99)),
                new Row(
                        "open it and get each object, p99.9",
                        attached.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                        "ms",
                        "",
                        null,
                        null));
    }

    private static Row row(String what, long nanos) {
        return new Row(what, nanos / NANOS_PER_MILLI, "ms", "", null, Row.Goal.atMost(2));
    }
}
