package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.pool.ProcessPool;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/// A pool of two workers: beside Python's, and beside the threads of one JVM.
final class PoolGroup implements Group {
    private static final int WORKERS = 2;
    private static final int ROUNDS = 5;
    private static final int ELEMENTS = 1_000_000;
    private static final int CALLS = 20_000;
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public int rounds(boolean quick) {
        return ROUNDS;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>();
        try (ProcessPool pool = ProcessPool.of(WORKERS)) {
            rows.add(new Row(
                            String.format(Locale.ROOT, "ProcessPool.map of %,d numbers, x → x·x", ELEMENTS),
                            mapMillions(pool, quick ? 10 : 20),
                            "M/s",
                            "Python's Pool.map",
                            rivals.pythonPool("map"),
                            Row.Goal.atLeast(4))
                    .rounds(quick ? 10 : 20));
            rows.add(applyRow("adaptive", pool, rivals, quick, 3));
            rows.add(idleRow(pool, quick));
        }
        // Of two workers that spin, one would keep the caller from its processor on a machine of two.
        try (ProcessPool pool =
                ProcessPool.builder().workers(1).waiting(Waiting.spin()).start()) {
            rows.add(applyRow("one spinning worker", pool, rivals, quick, 40));
        }
        try (ProcessPool pool =
                ProcessPool.builder().workers(WORKERS).waiting(Waiting.block()).start()) {
            rows.add(applyRow("sleeping", pool, rivals, quick, 3));
        }
        rows.add(mapIntoRow(quick));
        rows.add(new Row(
                        "ProcessPool of " + WORKERS + " ready, p50",
                        readyMillis(quick ? 3 : 20),
                        "ms",
                        "",
                        null,
                        Row.Goal.atMost(200))
                .rounds(quick ? 3 : 20));
        return rows;
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private static double leastSeconds(int rounds, Action action) throws InterruptedException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            final long start = System.nanoTime();
            action.run();
            best = Math.min(best, (System.nanoTime() - start) / NANOS_PER_SECOND);
        }
        return best;
    }

    private static double mapMillions(ProcessPool pool, int rounds) throws InterruptedException {
        final List<Long> numbers = LongStream.range(0, ELEMENTS).boxed().toList();
        return ELEMENTS / leastSeconds(rounds, () -> pool.map(numbers, x -> x * x)) / 1e6;
    }

    private static Row applyRow(String how, ProcessPool pool, Rivals rivals, boolean quick, double goal)
            throws IOException, InterruptedException {
        final int calls = quick ? CALLS / 2 : CALLS;
        final double seconds = leastSeconds(ROUNDS, () -> {
            for (int i = 0; i < calls; i++) {
                final long x = i;
                pool.apply(() -> x * x);
            }
        });
        return new Row(
                "ProcessPool.apply, one call after the other, " + how,
                calls / seconds / 1e3,
                "k/s",
                "Python's Pool.apply",
                rivals.pythonPool("apply"),
                Row.Goal.atLeast(goal));
    }

    private static Row idleRow(ProcessPool pool, boolean quick) throws InterruptedException {
        final Duration span = Duration.ofSeconds(quick ? 2 : 10);
        Thread.sleep(
                quick
                        ? SETTLE.dividedBy(2)
                        : SETTLE); // What their compilers are at after the calls before is not idling.
        final Duration before = processorTime(pool);
        Thread.sleep(span);
        final Duration spent = processorTime(pool).minus(before);
        return new Row(
                        "processor time of a second of " + WORKERS + " idle workers",
                        spent.toNanos() / NANOS_PER_MILLI / span.toSeconds(),
                        "ms",
                        "",
                        null,
                        Row.Goal.atMost(1))
                .rounds(1);
    }

    private static Duration processorTime(ProcessPool pool) {
        return pool.workers().stream()
                .map(worker -> ProcessHandle.of(worker.pid()).orElseThrow().info())
                .map(info -> info.totalCpuDuration().orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Row mapIntoRow(boolean quick) throws IOException, InterruptedException {
        final int length = quick ? 10_000_000 : 100_000_000;
        final int rounds = 10;
        final double ours;
        try (Manager manager = Manager.anonymous(
                        "pool-benchmark", SegmentOptions.defaults().withSize(2L * length * Double.BYTES + (1 << 20)));
                ProcessPool pool = ProcessPool.of(WORKERS)) {
            final SharedDoubleArray in = manager.doubleArray("in", length);
            final SharedDoubleArray out = manager.doubleArray("out", length);
            for (int i = 0; i < length; i++) {
                in.set(i, i);
            }
            ours = leastSeconds(rounds, () -> pool.mapInto(in, out, x -> Math.sqrt(x) + 1));
        }
        final double[] in = IntStream.range(0, length).asDoubleStream().toArray();
        final double[] out = new double[length];
        final double theirs = leastSeconds(
                rounds, () -> IntStream.range(0, length).parallel().forEach(i -> out[i] = Math.sqrt(in[i]) + 1));
        return new Row(
                        String.format(Locale.ROOT, "ProcessPool.mapInto of %,d doubles, x → √x + 1", length),
                        length / ours / 1e6,
                        "M/s",
                        "parallel stream over double[] in one JVM",
                        length / theirs / 1e6,
                        Row.Goal.atLeast(0.95))
                .rounds(rounds);
    }

    private static double readyMillis(int rounds) throws IOException {
        final Histogram nanos = new Histogram(3);
        for (int round = 0; round <= rounds; round++) {
            final long start = System.nanoTime();
            final ProcessPool pool = ProcessPool.of(WORKERS);
            try {
                StartGroup.awaitReady(pool, WORKERS);
                if (round > 0) { // The first one warms up.
                    nanos.recordValue(System.nanoTime() - start);
                }
            } finally {
                pool.terminate();
            }
        }
        return nanos.getValueAtPercentile(50) / NANOS_PER_MILLI;
    }
}
