package dev.backplane.connection;

import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A socket with a way to wait, an end to all waits while there is one, and the instant at which it was last
/// busy.
@SuppressWarnings("ReferenceEquality") // A buffer is itself, whatever it holds.
final class TimedSocket {
    private final StreamSocket socket;
    private final Waiting waiting;
    private volatile long lastActiveNanos = System.nanoTime();
    private volatile long deadlineNanos;
    private volatile boolean limited;
    private final long graceNanos;

    TimedSocket(StreamSocket socket, Waiting waiting, Duration interruptGrace) {
        this.socket = socket;
        this.waiting = waiting;
        this.graceNanos = TimeUnit.NANOSECONDS.convert(interruptGrace);
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

    /// Writes all of the buffers. An interrupt after the first byte has some grace, see
    /// [ConnectionOptions#interruptGrace], and is then kept.
    ///
    /// @param begun whether a part of the message was written before
    void write(boolean begun, ByteBuffer... buffers) throws IOException, InterruptedException {
        final int before = buffers[0].position();
        try {
            if (!socket.write(buffers, way(), leftNanos())) {
                throw timeIsUp();
            }
        } catch (InterruptedException e) {
            if (graceNanos == 0 || !begun && buffers[0].position() == before) {
                throw e;
            }
            graciously(e, () -> writeRest(buffers));
        }
        lastActiveNanos = System.nanoTime();
    }

    private boolean writeRest(ByteBuffer... buffers) throws IOException, InterruptedException {
        long before;
        do {
            before = remaining(buffers);
            if (socket.write(buffers, way(), Math.min(graceNanos, leftNanos()))) {
                return true;
            }
        } while (remaining(buffers) < before);
        return false;
    }

    private static long remaining(ByteBuffer... buffers) {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }

    /// A rest of a message.
    @FunctionalInterface
    private interface Rest {
        /// Reads or writes some of it.
        ///
        /// @return false if the time was up
        boolean move() throws IOException, InterruptedException;
    }

    /// Goes on in spite of interrupts, with the last one kept; if nothing moves, the first one is thrown.
    private static void graciously(InterruptedException first, Rest rest) throws IOException, InterruptedException {
        boolean moved = false;
        boolean ended = false;
        while (!moved && !ended) {
            try {
                moved = rest.move();
                ended = !moved;
            } catch (InterruptedException again) {
                first.addSuppressed(again);
            }
        }
        if (ended) {
            throw first;
        }
        Thread.currentThread().interrupt();
    }

    /// Reads at least one byte.
    ///
    /// @param begun whether a part of the message was read before: an interrupt has some grace then, and is
    ///     kept
    /// @return false at the end
    boolean read(boolean begun, ByteBuffer into) throws IOException, InterruptedException {
        final long left = leftNanos();
        // Without time left nothing is read, even if it is there: a peer that sends byte by byte must come to an end.
        int read;
        try {
            read = limited && left == 0 ? 0 : socket.read(into, way(), left);
        } catch (InterruptedException e) {
            if (graceNanos == 0 || !begun) {
                throw e;
            }
            final int[] some = new int[1];
            graciously(e, () -> {
                some[0] = socket.read(into, way(), Math.min(graceNanos, leftNanos()));
                return some[0] != 0;
            });
            read = some[0];
        }
        if (read == 0) {
            throw timeIsUp();
        }
        lastActiveNanos = System.nanoTime();
        return read > 0;
    }

    /// Reads what has arrived, for as long as nothing of a message has been read.
    ///
    /// @return how many bytes, 0 if the time was up, -1 at the end
    int readWithin(ByteBuffer into, long timeoutNanos) throws IOException, InterruptedException {
        final int read = socket.read(into, waiting, timeoutNanos);
        if (read > 0) {
            lastActiveNanos = System.nanoTime();
        }
        return read;
    }
}
