package dev.backplane.store;

import java.nio.channels.SelectableChannel;

/// One thread's wait for a non-blocking channel: spinning first as its policy says, then asleep in slices.
///
/// Not thread-safe: one object for one wait.
final class NioWait {
    private final SelectableChannel channel;
    private final int operation;
    private final long timeoutNanos;
    private final long spinNanos;
    private final long startNanos = System.nanoTime();

    NioWait(SelectableChannel channel, int operation, Waiting waiting, long timeoutNanos) {
        this.channel = channel;
        this.operation = operation;
        this.timeoutNanos = timeoutNanos;
        this.spinNanos = WaitLoop.spinNanos(waiting);
    }

    /// Waits until the channel may be ready: the caller tries again whatever the reason for the return.
    ///
    /// @return false if the time is up
    /// @throws InterruptedException if interrupted; status cleared
    @SuppressWarnings("ThreadPriorityCheck") // To yield is how a virtual thread that never sleeps is fair.
    boolean again() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final long waited = System.nanoTime() - startNanos;
        final long left = timeoutNanos == WaitLoop.FOREVER ? WaitLoop.FOREVER : timeoutNanos - waited;
        if (left <= 0) {
            return false;
        }
        if (waited >= spinNanos) {
            NioPoller.get().await(channel, operation, Math.min(left, WaitLoop.SLICE_NANOS));
        } else if (Thread.currentThread().isVirtual()) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
        return true;
    }
}
