package dev.backplane.connection;

import dev.backplane.store.StreamSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Until when messages of one direction may take, if there is a limit. Of the thread whose turn that direction is.
final class Limit {
    private boolean set;
    private long startNanos;
    private long longestNanos;

    /// Limits what is sent or received, until [#none].
    ///
    /// @param start since when, by [System#nanoTime]
    /// @param nanos how long it may take together, [StreamSocket#FOREVER] for no limit
    void within(long start, long nanos) {
        set = nanos != StreamSocket.FOREVER;
        startNanos = start;
        longestNanos = nanos;
    }

    void none() {
        set = false;
    }

    /// What is left of the time, [StreamSocket#FOREVER] without a limit.
    long leftNanos() {
        return set ? Math.max(0, longestNanos - (System.nanoTime() - startNanos)) : StreamSocket.FOREVER;
    }

    /// What is thrown when the time is up.
    ///
    /// @param peer where the other end is
    SocketTimeoutException isUp(String peer) {
        return new SocketTimeoutException(
                "a message to or from " + peer + " took longer than " + Duration.ofNanos(longestNanos));
    }
}
