package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.pool.PoolBuilder;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerStatus;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A pool of two workers: beside Python's, and beside the threads of one JVM.
final class PoolGroup implements Group {
    private static final int WORKERS = 2;
    private static final int ELEMENTS = 1_000_000;
    private static final long SUM_OF_SQUARES = (ELEMENTS - 1L) * ELEMENTS * (2L * ELEMENTS - 1) / 6;
    private static final int CALLS = 20_000;
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double SECONDS = 60;
    /// How often each other function is mapped: often enough for compilers to know of it.
    private static final int OTHERS = 5;
    private static final double IDLE_SECONDS = 20;

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final PoolBuilder adaptive = ProcessPool.builder().workers(WORKERS);
        // Of two workers that spin, one would keep the caller from its processor on a machine of two.
        final PoolBuilder spinning = ProcessPool.builder().workers(1).waiting(Waiting.spin());
        final PoolBuilder sleeping = ProcessPool.builder().workers(WORKERS).waiting(Waiting.block());
        final Repeated repeated = new Repeated(quick, SECONDS)
                .one("map", () -> mapMillions(adaptive, quick))
                .one("Python's map", () -> rivals.pythonPool("map"))
                .one("adaptive", () -> thousandCalls(adaptive, quick))
                .one("spinning", () -> thousandCalls(spinning, quick))
                .one("Python's apply", () -> rivals.pythonPool("apply"))
                .one("sleeping", () -> thousandCalls(sleeping, quick))
                .run();
        final Figure python = repeated.of("Python's apply");
        final List<Row> mapInto = mapIntoRows(quick);
        return List.of(
                new Row(
                        String.format(Locale.ROOT, "ProcessPool.map of %,d numbers, x → x·x", ELEMENTS),
                        repeated.of("map"),
                        "M/s",
                        "Python's Pool.map",
                        repeated.of("Python's map"),
                        Row.Goal.atLeast(4)),
                applyRow("adaptive", repeated.of("adaptive"), python, 3),
                idleRow(quick),
                applyRow("one spinning worker", repeated.of("spinning"), python, 40),
                applyRow("sleeping", repeated.of("sleeping"), python, 3),
                mapInto.getFirst(),
                mapInto.getLast(),
                readyRow(quick));
    }

    private static double mapMillions(PoolBuilder builder, boolean quick) throws Exception {
        final List<Long> numbers = LongStream.range(0, ELEMENTS).boxed().toList();
        final int times = quick ? 2 : 4;
        try (ProcessPool pool = builder.start()) {
            final Repeated.Action maps = () -> {
                for (int i = 0; i < times; i++) {
                    long sum = 0;
                    for (long square : pool.map(numbers, x -> x * x)) { // Which makes objects of all results.
                        sum += square;
                    }
                    if (sum != SUM_OF_SQUARES) {
                        throw new IllegalStateException("the squares sum up to " + sum);
                    }
                }
            };
            Repeated.warmUp(quick, maps);
            final double seconds = Repeated.seconds(maps);
            return (double) times * ELEMENTS / seconds / 1e6;
        }
    }

    private static double thousandCalls(PoolBuilder builder, boolean quick) throws Exception {
        final int calls = quick ? CALLS / 2 : CALLS;
        try (ProcessPool pool = builder.start()) {
            Repeated.warmUp(quick, () -> call(pool, calls));
            return calls / Repeated.seconds(() -> call(pool, calls)) / 1e3;
        }
    }

    private static void call(ProcessPool pool, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            final long x = i;
            pool.apply(() -> x * x);
        }
    }

    private static Row applyRow(String how, Figure ours, Figure python, double goal) {
        return new Row(
                "ProcessPool.apply, one call after the other, " + how,
                ours,
                "k/s",
                "Python's Pool.apply",
                python,
                Row.Goal.atLeast(goal));
    }

    private static Row idleRow(boolean quick) throws Exception {
        final Duration span = Duration.ofSeconds(quick ? 2 : 5);
        try (ProcessPool pool = ProcessPool.of(WORKERS)) {
            call(pool, CALLS);
            // What their compilers are at after the calls before is not idling.
            Thread.sleep(quick ? SETTLE.dividedBy(2) : SETTLE);
            final Repeated repeated = new Repeated(quick, IDLE_SECONDS)
                    .one("idle", () -> {
                        final List<ThreadTimes> before = threadTimes(pool);
                        Thread.sleep(span);
                        final List<ThreadTimes> after = threadTimes(pool);
                        Duration sum = Duration.ZERO;
                        for (int i = 0; i < WORKERS; i++) {
                            sum = sum.plus(after.get(i).since(before.get(i)));
                        }
                        return sum.toNanos() / NANOS_PER_MILLI / span.toSeconds();
                    })
                    .run();
            return new Row(
                    "processor time of a second of " + WORKERS + " idle workers",
                    repeated.of("idle"),
                    "ms",
                    Row.Goal.atMost(1));
        }
    }

    private static List<ThreadTimes> threadTimes(ProcessPool pool) throws IOException, AbsentException {
        final List<ThreadTimes> times = new ArrayList<>();
        for (WorkerStatus worker : pool.workers()) {
            times.add(ThreadTimes.of(worker.pid()));
        }
        return times;
    }

    private static List<Row> mapIntoRows(boolean quick) throws Exception {
        final int length = quick ? 10_000_000 : 100_000_000;
        try (Manager manager = Manager.anonymous(
                        "pool-benchmark", SegmentOptions.defaults().withSize(2L * length * Double.BYTES + (1 << 20)));
                ProcessPool pool = ProcessPool.of(WORKERS)) {
            final SharedDoubleArray in = manager.doubleArray("in", length);
            final SharedDoubleArray out = manager.doubleArray("out", length);
            for (int i = 0; i < length; i++) {
                in.set(i, i);
            }
            final double[] from = IntStream.range(0, length).asDoubleStream().toArray();
            final double[] to = new double[length];
            final Repeated.Action ours = () -> pool.mapInto(in, out, x -> Math.sqrt(x) + 1);
            final Repeated.Action theirs =
                    () -> IntStream.range(0, length).parallel().forEach(i -> to[i] = Math.sqrt(from[i]) + 1);
            final String name = String.format(Locale.ROOT, "ProcessPool.mapInto of %,d doubles, x → √x + 1", length);
            final Row first = mapIntoRow(quick, name, length, ours, theirs, Row.Goal.atLeast(0.95));
            for (int i = 0; i < OTHERS; i++) {
                pool.mapInto(in, out, x -> x * x);
                pool.mapInto(in, out, x -> 1 - x);
                pool.mapInto(in, out, x -> x / 3);
                IntStream.range(0, length).parallel().forEach(k -> to[k] = from[k] * from[k]);
                IntStream.range(0, length).parallel().forEach(k -> to[k] = 1 - from[k]);
                IntStream.range(0, length).parallel().forEach(k -> to[k] = from[k] / 3);
            }
            return List.of(
                    first, mapIntoRow(quick, name + ", after three other functions", length, ours, theirs, null));
        }
    }

    private static Row mapIntoRow(
            boolean quick,
            String name,
            int length,
            Repeated.Action ours,
            Repeated.Action theirs,
            Row.@Nullable Goal goal)
            throws Exception {
        Repeated.warmUp(quick, ours);
        Repeated.warmUp(quick, theirs);
        final Repeated repeated = new Repeated(quick, SECONDS / 2)
                .one("ours", () -> length / Repeated.seconds(ours) / 1e6)
                .one("theirs", () -> length / Repeated.seconds(theirs) / 1e6)
                .run();
        return new Row(
                name,
                repeated.of("ours"),
                "M/s",
                "parallel stream over double[] in one JVM",
                repeated.of("theirs"),
                goal);
    }

    private static Row readyRow(boolean quick) throws Exception {
        readyMillis(); // What it needs is in the caches of the system then.
        final Repeated repeated = new Repeated(quick, IDLE_SECONDS)
                .one("ready", PoolGroup::readyMillis)
                .run();
        return new Row("ProcessPool of " + WORKERS + " ready, p50", repeated.of("ready"), "ms", Row.Goal.atMost(200));
    }

    private static double readyMillis() throws IOException {
        final long start = System.nanoTime();
        final ProcessPool pool = ProcessPool.of(WORKERS);
        try {
            StartGroup.awaitReady(pool, WORKERS);
            return (System.nanoTime() - start) / NANOS_PER_MILLI;
        } finally {
            pool.terminate();
        }
    }
}
