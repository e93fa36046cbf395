package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/// A round trip between two JVMs through two counters in one segment, both sides spinning, on a processor each.
///
/// Closed loop: each round trip begins when the one before it has ended, so the histogram is of round trips,
/// not of a service under load.
final class PingPong {
    private static final int WARM_UP = 100_000;

    private PingPong() {}

    /// Measures.
    ///
    /// @param rounds how many round trips, after a warm-up
    /// @return their nanoseconds
    static Histogram run(int rounds) throws IOException, InterruptedException {
        try (Manager manager = Manager.anonymous("ping-pong", SegmentOptions.defaults())) {
            final SharedLong ping = manager.longValue("ping");
            final SharedLong pong = manager.longValue("pong");
            final long last = (long) WARM_UP + rounds;
            try (JvmProcess other = JvmProcess.start(() -> answer(ping, pong, last));
                    Processor _ = Processor.pin(0)) {
                final Histogram histogram = new Histogram(3);
                for (long i = 1; i <= last; i++) {
                    final long start = System.nanoTime();
                    ping.setRelease(i);
                    while (pong.getAcquire() != i) {
                        Thread.onSpinWait();
                    }
                    if (i > WARM_UP) {
                        histogram.recordValue(System.nanoTime() - start);
                    }
                }
                other.join();
                return histogram;
            }
        }
    }

    private static void answer(SharedLong ping, SharedLong pong, long last) {
        try (Processor _ = Processor.pin(1)) {
            for (long i = 1; i <= last; i++) {
                while (ping.getAcquire() != i) {
                    Thread.onSpinWait();
                }
                pong.setRelease(i);
            }
        }
    }
}
