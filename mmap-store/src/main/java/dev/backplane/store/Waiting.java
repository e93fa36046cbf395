package dev.backplane.store;

import java.time.Duration;

/// How a thread spends the time until another process is done: spinning, sleeping, or spinning a while before
/// it sleeps.
///
/// A wake-up from sleep costs tens of microseconds, a cache line's way to another core a tenth of one; spinning
/// costs a core. The default is [#adaptive(Duration)] with [#DEFAULT_SPIN]. On a machine with one processor
/// nothing spins.
///
/// @param spinNanos how long to spin before sleeping: 0 never spins, [Long#MAX_VALUE] never sleeps
public record Waiting(long spinNanos) {
    /// How long the default spins before it sleeps.
    public static final Duration DEFAULT_SPIN = Duration.ofNanos(20_000);

    private static final Waiting SPIN = new Waiting(Long.MAX_VALUE);
    private static final Waiting BLOCK = new Waiting(0);
    private static final Waiting DEFAULT = adaptive(DEFAULT_SPIN);

    /// Checks the duration.
    public Waiting {
        if (spinNanos < 0) {
            throw new IllegalArgumentException("spinNanos is " + spinNanos + ", must not be negative");
        }
    }

    /// Never sleeps: the shortest latency, and one core fully used for as long as the wait lasts.
    ///
    /// @return the policy
    public static Waiting spin() {
        return SPIN;
    }

    /// Sleeps at once: no processor time is used by waiting.
    ///
    /// @return the policy
    public static Waiting block() {
        return BLOCK;
    }

    /// Spins for at most `most`, then sleeps.
    ///
    /// @param most the longest spin, not negative
    /// @return the policy
    public static Waiting adaptive(Duration most) {
        final boolean alone = Runtime.getRuntime().availableProcessors() == 1;
        return new Waiting(alone ? 0 : most.toNanos());
    }

    /// [#adaptive(Duration)] with [#DEFAULT_SPIN].
    ///
    /// @return the policy
    public static Waiting byDefault() {
        return DEFAULT;
    }
}
