package dev.backplane.benchmarks;

import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// How long a worker JVM takes from its start to its first task.
final class StartGroup implements Group {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long PAUSE_NANOS = 200_000;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public int rounds(boolean quick) {
        return quick ? 3 : 20;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final int rounds = rounds(quick);
        final double bare = median(rounds, StartGroup::startAndEndNothing);
        final String machine = String.format(Locale.ROOT, ", p50 (java with an empty main: %.0f ms)", bare);
        final List<Row> rows = new ArrayList<>();
        final boolean cached = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
        rows.add(row("worker JVM ready, no cache" + machine, median(rounds, () -> start("-XX:AOTMode=off"))));
        if (cached) {
            rows.add(row("worker JVM ready, ahead-of-time cache" + machine, median(rounds, StartGroup::start)));
        }
        return rows;
    }

    private static Row row(String what, double millis) {
        return new Row(what, millis, "ms", "", null, Row.Goal.atMost(150));
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static double median(int rounds, Action action) throws IOException, InterruptedException {
        action.run();
        final Histogram nanos = new Histogram(3);
        for (int round = 0; round < rounds; round++) {
            final long start = System.nanoTime();
            action.run();
            nanos.recordValue(System.nanoTime() - start);
        }
        return nanos.getValueAtPercentile(50) / NANOS_PER_MILLI;
    }

    private static void startAndEndNothing() throws IOException, InterruptedException {
        final int code = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Nothing.class.getName())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("a JVM that does nothing failed with " + code);
        }
    }

    private static void start(String... options) throws IOException, InterruptedException {
        final ProcessPool pool =
                ProcessPool.builder().workers(1).jvmOptions(options).start();
        try {
            awaitReady(pool, 1);
        } finally {
            pool.terminate();
        }
    }

    /// Waits until so many workers of a pool can take tasks.
    static void awaitReady(ProcessPool pool, int workers) {
        while (pool.workers().stream().filter(WorkerStatus::ready).count() < workers) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// A main class that does nothing.
    static final class Nothing {
        private Nothing() {}

        @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // A child JVM calls it.
        public static void main(String[] arguments) {}
    }
}
