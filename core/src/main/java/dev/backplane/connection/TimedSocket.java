package dev.backplane.connection;

import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/// A socket with a way to wait, an end to all waits while there is one, and the instant at which it was last
/// busy.
final class TimedSocket {
    private final StreamSocket socket;
    private final Waiting waiting;
    private volatile long lastActiveNanos = System.nanoTime();
    private volatile long deadlineNanos;
    private volatile boolean limited;

    TimedSocket(StreamSocket socket, Waiting waiting) {
        this.socket = socket;
        this.waiting = waiting;
    }

    StreamSocket socket() {
        return socket;
    }

    /// Lets nothing wait beyond an instant, by [System#nanoTime], until [#unlimited].
    void limitTo(long deadline) {
        deadlineNanos = deadline;
        limited = true;
    }

    void unlimited() {
        limited = false;
    }

    /// When bytes were last sent or received, by [System#nanoTime].
    long lastActiveNanos() {
        return lastActiveNanos;
    }

    private long leftNanos() {
        return limited ? Math.max(0, deadlineNanos - System.nanoTime()) : StreamSocket.FOREVER;
    }

    /// Handshakes, of which many may be under way, do not spin.
    private Waiting way() {
        return limited ? Waiting.block() : waiting;
    }

    private SocketTimeoutException timeIsUp() {
        return new SocketTimeoutException("the time for the handshake with " + socket.peer() + " is up");
    }

    /// Writes all of the buffers.
    void write(ByteBuffer... buffers) throws IOException, InterruptedException {
        if (!socket.write(buffers, way(), leftNanos())) {
            throw timeIsUp();
        }
        lastActiveNanos = System.nanoTime();
    }

    /// Reads at least one byte.
    ///
    /// @return false at the end
    boolean read(ByteBuffer into) throws IOException, InterruptedException {
        final long left = leftNanos();
        // Without time left nothing is read, even if it is there: a peer that sends byte by byte must come to an end.
        final int read = limited && left == 0 ? 0 : socket.read(into, way(), left);
        if (read == 0) {
            throw timeIsUp();
        }
        lastActiveNanos = System.nanoTime();
        return read > 0;
    }

    boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        return socket.poll(waiting, timeoutNanos);
    }
}
