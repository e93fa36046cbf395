package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.benchmarks.jmh.LockBenchmark;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.List;

/// [dev.backplane.SharedLock] alone and between two JVMs.
final class LockGroup implements Group {
    private static final int WARM_UP = 500_000;
    private static final double SECONDS = 30;

    @Override
    public String name() {
        return "lock";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Repeated alone = new Repeated(quick, SECONDS)
                .all("JMH", () -> Jmh.round(LockBenchmark.class, quick))
                .one("C", () -> rivals.nanos("robust_mutex"))
                .run();
        final Repeated contended = new Repeated(quick, SECONDS)
                .one("ours", () -> contended(quick))
                .one("C", () -> rivals.nanos("robust_mutex_contended"))
                .run();
        final Figure ours = alone.of("sharedLock");
        final String what = "SharedLock lock + unlock, uncontended";
        return List.of(
                new Row(what, ours, "ns", "ReentrantLock in one JVM", alone.of("reentrantLock"), Row.Goal.atMost(1.1)),
                new Row(what, ours, "ns", "robust pthread mutex in C", alone.of("C"), Row.Goal.atMost(0.8)),
                new Row(
                        "SharedLock lock + unlock, two JVMs contending",
                        contended.of("ours"),
                        "ns",
                        "robust pthread mutex in C",
                        contended.of("C"),
                        Row.Goal.atMost(1.0)));
    }

    /// Nanoseconds an operation, in two new JVMs that are warm.
    private static double contended(boolean quick) throws IOException, InterruptedException {
        final int operations = quick ? 500_000 : 2_000_000;
        try (Manager manager = Manager.anonymous("lock", SegmentOptions.defaults())) {
            final SharedLock lock = manager.lock("lock");
            final SharedLong guarded = manager.longValue("guarded");
            final SharedLong arrived = manager.longValue("arrived");
            try (JvmProcess other = JvmProcess.start(() -> {
                        try (Processor _ = Processor.pin(1)) {
                            hammer(lock, guarded, arrived, operations);
                        }
                    });
                    Processor _ = Processor.pin(0)) {
                final double nanos = hammer(lock, guarded, arrived, operations);
                other.join();
                final long expected = 2L * (WARM_UP + operations);
                if (guarded.get() != expected) {
                    throw new AssertionError("counted " + guarded.get() + " under the lock, expected " + expected);
                }
                return nanos;
            }
        }
    }

    private static double hammer(SharedLock lock, SharedLong guarded, SharedLong arrived, int operations) {
        double nanos = 0;
        for (int round = 0; round <= 1; round++) {
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
            nanos = (System.nanoTime() - start) / (2.0 * count);
        }
        return nanos;
    }
}
