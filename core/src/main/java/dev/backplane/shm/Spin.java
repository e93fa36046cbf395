package dev.backplane.shm;

import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.function.BooleanSupplier;

/// The part of a wait in which a thread tries again and again before it sleeps: for waits for more than one
/// word.
final class Spin {
    private static final int TRIES_BETWEEN_LOOKS = 64;

    private Spin() {}

    /// Tries until it succeeds, for as long as the policy says, but not longer than a wait slice. A policy
    /// that never sleeps begins again after that; between slices it looks whether it was interrupted.
    ///
    /// @param attempt what is tried
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait
    /// @return whether it succeeded
    static boolean until(BooleanSupplier attempt, Waiting waiting, long timeoutNanos) {
        // A virtual thread that spins keeps its carrier from the thread that it may be waiting for.
        final boolean virtual = Thread.currentThread().isVirtual();
        final long spinNanos = virtual ? 0 : Math.min(waiting.spinNanos(), WaitLoop.SLICE_NANOS);
        final long limit = Math.min(spinNanos, timeoutNanos);
        if (limit <= 0) {
            return false;
        }
        // The clock is read behind the first tries: what comes soon is not to wait for it.
        if (succeeds(attempt)) {
            return true;
        }
        final long start = System.nanoTime();
        do {
            if (succeeds(attempt)) {
                return true;
            }
        } while (System.nanoTime() - start < limit);
        return false;
    }

    private static boolean succeeds(BooleanSupplier attempt) {
        for (int i = 0; i < TRIES_BETWEEN_LOOKS; i++) {
            if (attempt.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
