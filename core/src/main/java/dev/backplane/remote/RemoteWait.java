package dev.backplane.remote;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for something that a server has: in calls that keep it waiting for 50 ms each.
///
/// So an interrupt is noticed within that time, a server that has died is found out, and nothing is lost:
/// what the last call brought is returned, with the interrupt status set.
final class RemoteWait {
    /// How long one call keeps the server waiting.
    static final long SLICE_NANOS = 50_000_000;

    private RemoteWait() {}

    /// One call.
    ///
    /// @param <T> what it brings
    @FunctionalInterface
    interface Attempt<T> {
        /// Makes the call.
        ///
        /// @param nanos how long the server is to wait; 0 or more
        /// @return what is waited for; null if it did not come
        @Nullable
        T within(long nanos);
    }

    /// Waits, but not for ever.
    ///
    /// @param timeoutNanos the longest wait, [Caller#FOREVER] for no limit; zero or less does not wait
    /// @param attempt is made again and again
    /// @param <T> what is waited for
    /// @return null if the time was up first
    /// @throws InterruptedException if interrupted before it came
    static <T> @Nullable T interruptibly(long timeoutNanos, Attempt<T> attempt) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final long start = System.nanoTime();
        long left = timeoutNanos;
        while (true) {
            final T result = attempt.within(Math.clamp(left, 0, SLICE_NANOS));
            if (result != null) {
                return result;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (timeoutNanos != Caller.FOREVER) {
                left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return null;
                }
            }
        }
    }

    /// Waits for ever, with its interrupt status kept.
    ///
    /// @param attempt is made again and again
    /// @param <T> what is waited for
    /// @return the result
    static <T> T uninterruptibly(Attempt<T> attempt) {
        while (true) {
            final T result = attempt.within(SLICE_NANOS);
            if (result != null) {
                return result;
            }
        }
    }

    /// A truth as the result of an attempt.
    static @Nullable Boolean ifTrue(@Nullable Object answer) {
        return Boolean.TRUE.equals(answer) ? Boolean.TRUE : null;
    }

    /// A time in nanoseconds.
    static long nanos(long timeout, TimeUnit unit) {
        return Math.max(0, unit.toNanos(timeout));
    }
}
