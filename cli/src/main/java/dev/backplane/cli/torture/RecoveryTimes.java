package dev.backplane.cli.torture;

import java.util.Arrays;
import java.util.stream.LongStream;

/// How long those had to wait who waited for what a dead one had held, from its death on.
public final class RecoveryTimes {
    private final long[] sorted;

    /// Takes the times.
    ///
    /// @param nanos in any order
    RecoveryTimes(long... nanos) {
        this.sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    static RecoveryTimes ofAll(Iterable<RecoveryTimes> parts) {
        LongStream all = LongStream.empty();
        for (RecoveryTimes part : parts) {
            all = LongStream.concat(all, Arrays.stream(part.sorted));
        }
        return new RecoveryTimes(all.toArray());
    }

    /// How many there are.
    ///
    /// @return 0 or more
    public int count() {
        return sorted.length;
    }

    /// The time that a part of all did not exceed.
    ///
    /// @param part more than 0, at most 1
    /// @return nanoseconds, 0 if there are no times
    public long percentileNanos(double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * sorted.length) - 1];
    }

    /// The longest.
    ///
    /// @return nanoseconds, 0 if there are no times
    public long maxNanos() {
        return percentileNanos(1);
    }
}
