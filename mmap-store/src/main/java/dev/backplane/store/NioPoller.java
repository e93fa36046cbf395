package dev.backplane.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/// Waiting for non-blocking channels: one platform thread of the JVM sleeps on all of them at once and
/// unparks those whose channel is ready.
///
/// Virtual threads so let go of their carriers, an interrupt ends a wait and closes nothing, and neither a
/// wait nor a socket costs a selector of its own.
final class NioPoller {
    /*
     * A wait is put into `arrivals`, and then its thread parks; the poller is kicked, and registers it with its
     * channel's key before it sleeps again. A thread whose wait has ended by itself leaves the wait behind, which
     * the poller drops when the channel is next ready, or when the next wait for that channel arrives.
     *
     * A channel that is closed stays a descriptor of the system until the poller has forgotten its key: so whoever
     * closes one kicks the poller.
     */
    private final Selector selector;
    private final Queue<Wait> arrivals = new ConcurrentLinkedQueue<>();

    /// One thread's wait for one channel.
    private static final class Wait {
        private final SelectableChannel channel;
        private final int operation;
        private final Thread thread = Thread.currentThread();
        private volatile boolean over;

        Wait(SelectableChannel channel, int operation) {
            this.channel = channel;
            this.operation = operation;
        }

        void end() {
            over = true;
            LockSupport.unpark(thread);
        }
    }

    private NioPoller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot wait for sockets: no selector", e);
        }
        Thread.ofPlatform().daemon().name("backplane-sockets").start(this::poll);
    }

    /// The poller of this JVM.
    static NioPoller get() {
        return Holder.POLLER;
    }

    /// Waits until a channel may be ready. Returns early if it is closed or the thread is interrupted, and
    /// may return for no reason.
    ///
    /// @param channel non-blocking
    /// @param operation what it is to be ready for, of [SelectionKey]
    /// @param nanos the longest wait
    void await(SelectableChannel channel, int operation, long nanos) {
        final Wait wait = new Wait(channel, operation);
        final long start = System.nanoTime();
        arrivals.add(wait);
        selector.wakeup();
        long left = nanos;
        while (!wait.over && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = nanos - (System.nanoTime() - start);
        }
        wait.over = true;
    }

    /// Lets go of channels that were closed, and ends the waits for them.
    void kick() {
        selector.wakeup();
    }

    private void poll() {
        while (true) {
            for (Wait wait = arrivals.poll(); wait != null; wait = arrivals.poll()) {
                register(wait);
            }
            try {
                selector.select(NioPoller::ready);
            } catch (IOException e) {
                // Whoever waits looks for himself, at the latest when his slice is over.
                selector.keys().forEach(NioPoller::endAll);
            }
        }
    }

    private void register(Wait wait) {
        try {
            final SelectionKey key = wait.channel.keyFor(selector);
            if (key == null) {
                final List<Wait> waits = new ArrayList<>(List.of(wait));
                wait.channel.register(selector, wait.operation, waits);
            } else {
                final List<Wait> waits = waits(key);
                waits.removeIf(each -> each.over);
                waits.add(wait);
                key.interestOps(waits.stream().mapToInt(each -> each.operation).reduce(0, (a, b) -> a | b));
            }
        } catch (ClosedChannelException | java.nio.channels.CancelledKeyException e) {
            wait.end(); // The channel tells its thread what has happened.
        }
    }

    /// Ends the waits that a key's channel is ready for; all of them if that is closed, now or meanwhile.
    static void ready(SelectionKey key) {
        try {
            final int ready = key.readyOps();
            waits(key).removeIf(wait -> {
                if ((wait.operation & ready) != 0) {
                    wait.end();
                }
                return wait.over;
            });
            key.interestOpsAnd(~ready);
        } catch (java.nio.channels.CancelledKeyException e) {
            endAll(key);
        }
    }

    private static void endAll(SelectionKey key) {
        waits(key).forEach(Wait::end);
        waits(key).clear();
    }

    @SuppressWarnings("unchecked") // Nobody else attaches anything to this selector's keys.
    private static List<Wait> waits(SelectionKey key) {
        return (List<Wait>) key.attachment();
    }

    /// Started at the first wait.
    private static final class Holder {
        static final NioPoller POLLER = new NioPoller();
    }
}
