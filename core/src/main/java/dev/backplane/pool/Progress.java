package dev.backplane.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// How far something is, at one moment. A [ProgressMeter] tells of it.
///
/// @param done how much is done: elements, or what else its teller counts
/// @param total how much there is in all; nothing while that is unknown
/// @param elapsed since the beginning
/// @param perSecond how much has lately been done in a second; 0 before anything is
/// @param remaining how long the rest takes at that rate; nothing while the total is unknown or nothing gets
///     done
public record Progress(
        long done, OptionalLong total, Duration elapsed, double perSecond, Optional<Duration> remaining) {
    private static final double NANOS_PER_SECOND = 1e9;

    /// How far it is, with the time remaining that follows.
    static Progress of(long done, OptionalLong total, long elapsedNanos, double perSecond) {
        return new Progress(done, total, Duration.ofNanos(elapsedNanos), perSecond, remaining(done, total, perSecond));
    }

    private static Optional<Duration> remaining(long done, OptionalLong total, double perSecond) {
        if (total.isEmpty()) {
            return Optional.empty();
        }
        final long left = Math.max(0, total.getAsLong() - done);
        if (left > 0 && perSecond <= 0) {
            return Optional.empty();
        }
        return Optional.of(left == 0 ? Duration.ZERO : Duration.ofNanos((long) (left / perSecond * NANOS_PER_SECOND)));
    }

    /// Whether all of it is done.
    ///
    /// @return false while the total is unknown
    public boolean isComplete() {
        return total.isPresent() && done >= total.getAsLong();
    }
}
