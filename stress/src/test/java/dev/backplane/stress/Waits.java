package dev.backplane.stress;

import java.util.concurrent.Callable;

/// Calls that nobody interrupts, in methods that may not throw.
final class Waits {
    private Waits() {}

    static <T> T get(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
