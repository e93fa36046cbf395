package dev.backplane.examples;

import dev.backplane.pool.ProcessPool;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Estimates π from random points, in as many JVMs as there are processors.
public final class MonteCarlo {
    private static final int TASKS = 64;

    private MonteCarlo() {}

    /// Prints the estimate.
    ///
    /// @param arguments the number of points, a hundred million if there is none
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        System.out.println(estimate(arguments.length == 0 ? 100_000_000 : Long.parseLong(arguments[0])));
    }

    static double estimate(long points) throws Exception {
        long pointsOfTask = points / TASKS;
        try (ProcessPool pool = ProcessPool.builder().start();
                Stream<Long> counts = pool.imapUnordered(
                        () -> LongStream.range(0, TASKS).iterator(), seed -> inside(seed, pointsOfTask), 1)) {
            long inside = counts.mapToLong(Long::longValue).sum();
            return 4.0 * inside / (pointsOfTask * TASKS);
        }
    }

    private static long inside(long seed, long points) {
        SplittableRandom random = new SplittableRandom(seed);
        long count = 0;
        for (long i = 0; i < points; i++) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            if (x * x + y * y < 1) {
                count++;
            }
        }
        return count;
    }
}
