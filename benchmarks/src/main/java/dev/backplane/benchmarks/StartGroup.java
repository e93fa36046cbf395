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

/// How long a worker JVM takes from its start to its first task.
final class StartGroup implements Group {
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double SECONDS = 40;
    private static final long PAUSE_NANOS = 200_000;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final boolean cached = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
        start(); // What it needs is in the caches of the system then.
        final Repeated starts = new Repeated(quick, SECONDS)
                .one("bare", () -> millis(StartGroup::startAndEndNothing))
                .one("no cache", () -> millis(() -> start("-XX:AOTMode=off")));
        if (cached) {
            starts.one("cache", () -> millis(StartGroup::start));
        }
        starts.run();
        final String machine = String.format(
                Locale.ROOT,
                ", p50 (java with an empty main: %.0f ms)",
                starts.of("bare").value());
        final List<Row> rows = new ArrayList<>();
        rows.add(row("worker JVM ready, no cache" + machine, starts.of("no cache")));
        if (cached) {
            rows.add(row("worker JVM ready, ahead-of-time cache" + machine, starts.of("cache")));
        }
        return rows;
    }

    private static Row row(String what, Figure millis) {
        return new Row(what, millis, "ms", Row.Goal.atMost(150));
    }

    private static double millis(Repeated.Action action) throws Exception {
        return Repeated.seconds(action) * MILLIS_PER_SECOND;
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
