package dev.backplane.store.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another process brings about, with a deadline that only a failure reaches.
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 500_000;

    private Eventually() {}

    /// Waits until a condition holds; fails after half a minute.
    ///
    /// @param what the condition, in words
    /// @param condition asked again and again
    public static void holds(String what, BooleanSupplier condition) {
        final long start = System.nanoTime();
        while (true) {
            final boolean interrupted = Thread.currentThread().isInterrupted(); // First: that may be the condition.
            if (condition.getAsBoolean()) {
                return;
            }
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("did not come true within " + DEADLINE + ": " + what);
            }
            if (interrupted) {
                throw new AssertionError("interrupted while waiting for: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
