package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.benchmarks.jmh.LockBenchmark;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// [dev.backplane.SharedLock] alone and between two JVMs.
final class LockGroup implements Group {
    private static final int WARM_UP = 200_000;

    @Override
    public String name() {
        return "lock";
    }

    @Override
    public int rounds(boolean quick) {
        return Jmh.rounds(quick);
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Double> nanos = Jmh.best(LockBenchmark.class, quick);
        final double ours = requireNonNull(nanos.get("sharedLock"));
        final String what = "SharedLock lock + unlock, uncontended";
        return List.of(
                new Row(what, ours, "ns", "ReentrantLock in one JVM", nanos.get("reentrantLock"), Row.Goal.atMost(1.1)),
                new Row(
                        what,
                        ours,
                        "ns",
                        "robust pthread mutex in C",
                        rivals.nanos("robust_mutex"),
                        Row.Goal.atMost(0.8)),
                new Row(
                        "SharedLock lock + unlock, two JVMs contending",
                        contended(quick),
                        "ns",
                        "robust pthread mutex in C",
                        rivals.nanos("robust_mutex_contended"),
                        Row.Goal.atMost(1.0)));
    }

    /// Nanoseconds an operation, the best of several rounds in the same two JVMs.
    private static double contended(boolean quick) throws IOException, InterruptedException {
        final int operations = quick ? 500_000 : 2_000_000;
        final int rounds = 5;
        try (Manager manager = Manager.anonymous("lock", SegmentOptions.defaults())) {
            final SharedLock lock = manager.lock("lock");
            final SharedLong guarded = manager.longValue("guarded");
            final SharedLong arrived = manager.longValue("arrived");
            try (JvmProcess other = JvmProcess.start(() -> {
                        try (Processor _ = Processor.pin(1)) {
                            hammer(lock, guarded, arrived, operations, rounds);
                        }
                    });
                    Processor _ = Processor.pin(0)) {
                final double best = hammer(lock, guarded, arrived, operations, rounds);
                other.join();
                final long expected = 2L * (WARM_UP + (long) rounds * operations);
                if (guarded.get() != expected) {
                    throw new AssertionError("counted " + guarded.get() + " under the lock, expected " + expected);
                }
                return best;
            }
        }
    }

    private static double hammer(SharedLock lock, SharedLong guarded, SharedLong arrived, int operations, int rounds) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round <= rounds; round++) {
            final int count = round == 0 ? WARM_UP : operations;
            arrived.getAndAdd(1);
            while (arrived.get() < 2L * (2L * round + 1)) {
                Thread.onSpinWait();
            }
            final long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                lock.lock();
                try {
                    guarded.setRelease(guarded.getAcquire() + 1);
                } finally {
                    lock.unlock();
                }
            }
            arrived.getAndAdd(1);
            while (arrived.get() < 2L * (2L * round + 2)) {
                Thread.onSpinWait();
            }
            if (round > 0) {
                best = Math.min(best, (System.nanoTime() - start) / (2.0 * count));
            }
        }
        return best;
    }
}
