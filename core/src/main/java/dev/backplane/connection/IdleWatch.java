package dev.backplane.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Closes connections over which nothing has gone for some time: by one virtual thread, which is there while
/// there are any.
final class IdleWatch {
    private final long timeoutNanos;
    private final Map<TimedSocket, Transport> watched = new ConcurrentHashMap<>();
    private @Nullable Thread watcher;

    /// @param timeout null to watch nothing
    IdleWatch(@Nullable Duration timeout) {
        this.timeoutNanos = timeout == null ? 0 : TimeUnit.NANOSECONDS.convert(timeout);
    }

    /// Watches a connection until it is closed.
    void add(TimedSocket socket, Transport transport) {
        if (timeoutNanos > 0) {
            watched.put(socket, transport);
            start();
        }
    }

    private synchronized void start() {
        if (watcher == null) {
            watcher = Thread.ofVirtual().name("backplane-idle").start(this::watch);
        }
    }

    /// Whether there is nothing to watch any more; whoever adds something starts another watcher then.
    private synchronized boolean isOver() {
        if (watched.isEmpty()) {
            watcher = null;
        }
        return watcher == null;
    }

    private void watch() {
        while (!isOver()) {
            long sleepNanos = timeoutNanos;
            for (Map.Entry<TimedSocket, Transport> each : watched.entrySet()) {
                final long left = leftNanos(each.getKey());
                if (left > 0) {
                    sleepNanos = Math.min(sleepNanos, left);
                } else {
                    close(each.getValue());
                }
            }
            watched.values().removeIf(transport -> !transport.isOpen());
            LockSupport.parkNanos(this, sleepNanos);
        }
    }

    private long leftNanos(TimedSocket socket) {
        if (socket.isKeptWhileIdle()) {
            return timeoutNanos;
        }
        return timeoutNanos - (System.nanoTime() - socket.lastActiveNanos());
    }

    @SuppressWarnings("EmptyCatch") // It is closed in any case, and nobody is here to be told.
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (IOException e) {
            // See above.
        }
    }
}
