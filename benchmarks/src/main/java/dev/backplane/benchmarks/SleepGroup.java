package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedSemaphore;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Round trips of two JVMs that sleep while they wait: what is left of a wake-up's cost beside two bare futexes.
///
/// Each side pauses before it signals, as the rival does, so that the other one is asleep; the pauses are taken off
/// the result. Without them most signals meet a thread that has not gone to sleep yet: the kernel's count of how
/// often the thread gave its processor up is checked.
///
/// What a virtual machine needs to wake a processor changes by half from one minute to the next.
final class SleepGroup implements Group {
    private static final long PAUSE_NANOS = 50_000;
    private static final double LEAST_SLEEPS_PER_TRIP = 0.9;
    private static final String SLEEPS = "voluntary_ctxt_switches:";
    private static final int TRIPS_PER_PERCENT = 200; // As the rival has them.
    private static final int PERCENT = 25;
    private static final int QUICK_PERCENT = 10;
    private static final double SECONDS = 50;
    /// So many times the trips that are measured come before: after 10,000 sleeps their code is compiled.
    private static final int WARM_UPS = 3;

    @Override
    public String name() {
        return "sleep";
    }

    /// What one side does in each round trip; serializable, for the other JVM.
    interface Side extends Serializable {
        void turn() throws InterruptedException;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final int percent = quick ? QUICK_PERCENT : PERCENT;
        final int trips = percent * TRIPS_PER_PERCENT;
        final Repeated repeated = new Repeated(quick, SECONDS)
                .one("semaphores", () -> semaphores(trips))
                .one("C", () -> rivals.nanos("futex_round_trip", percent))
                .one("events", () -> events(trips))
                .run();
        final Figure rival = repeated.of("C");
        return List.of(
                row("SharedSemaphore", repeated.of("semaphores"), rival),
                row("SharedEvent", repeated.of("events"), rival));
    }

    private static Row row(String type, Figure ours, Figure rival) {
        return new Row(
                type + " round trip, two JVMs, sleeping",
                ours.in(nanos -> nanos / 1_000),
                "µs",
                "two futexes in C",
                rival.in(nanos -> nanos / 1_000),
                Row.Goal.atMost(1.1));
    }

    private static double semaphores(int trips) throws IOException, InterruptedException {
        try (Manager manager =
                Manager.anonymous("sleep", SegmentOptions.defaults()).waiting(Waiting.block())) {
            final SharedSemaphore ping = manager.semaphore("ping", 0);
            final SharedSemaphore pong = manager.semaphore("pong", 0);
            return mean(
                    trips,
                    () -> {
                        letSleep();
                        ping.release();
                        pong.acquire();
                    },
                    () -> {
                        ping.acquire();
                        letSleep();
                        pong.release();
                    });
        }
    }

    private static double events(int trips) throws IOException, InterruptedException {
        try (Manager manager =
                Manager.anonymous("sleep", SegmentOptions.defaults()).waiting(Waiting.block())) {
            final SharedEvent ping = manager.event("ping");
            final SharedEvent pong = manager.event("pong");
            return mean(
                    trips,
                    () -> {
                        letSleep();
                        ping.set();
                        pong.await();
                        pong.clear();
                    },
                    () -> {
                        ping.await();
                        ping.clear();
                        letSleep();
                        pong.set();
                    });
        }
    }

    /// The mean of some round trips, after others to warm up.
    private static double mean(int trips, Side here, Side there) throws IOException, InterruptedException {
        try (JvmProcess other = JvmProcess.start(() -> {
                    try (Processor _ = Processor.pin(1)) {
                        repeat(there, (WARM_UPS + 1) * trips);
                    }
                });
                Processor _ = Processor.pin(0)) {
            repeat(here, WARM_UPS * trips);
            final long slept = sleeps();
            final long start = System.nanoTime();
            repeat(here, trips);
            final double mean = (System.nanoTime() - start) / (double) trips - 2 * PAUSE_NANOS;
            if (sleeps() - slept < LEAST_SLEEPS_PER_TRIP * trips) {
                throw new IllegalStateException((sleeps() - slept) + " sleeps in " + trips
                        + " round trips: this does not measure what it says");
            }
            other.join();
            return mean;
        }
    }

    private static void letSleep() {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < PAUSE_NANOS) {
            Thread.onSpinWait();
        }
    }

    /// How often the kernel says that the current thread gave its processor up.
    private static long sleeps() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(SLEEPS))
                .mapToLong(
                        line -> Long.parseLong(line.substring(SLEEPS.length()).trim()))
                .findFirst()
                .orElseThrow(() -> new IOException("no count of context switches on this system"));
    }

    private static void repeat(Side side, int times) {
        try {
            for (int i = 0; i < times; i++) {
                side.turn();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }
}
