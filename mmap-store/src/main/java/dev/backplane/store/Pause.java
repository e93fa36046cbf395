package dev.backplane.store;

import java.util.concurrent.locks.LockSupport;

/// A while in which others may go on, which an interrupt does not shorten.
///
/// @param nanos how long
record Pause(long nanos) implements Runnable {
    @Override
    public void run() {
        final long start = System.nanoTime();
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted(); // Restored below; set, it would make each park return at once.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
