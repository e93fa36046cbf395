package dev.backplane.connection;

import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A socket with a way to wait, an end to all waits while there is one, and the instant at which it was last
/// busy.
@SuppressWarnings("ReferenceEquality") // A buffer is itself, whatever it holds.
final class TimedSocket {
    private final StreamSocket socket;
    private final Waiting waiting;
    private volatile long lastActiveNanos = System.nanoTime();
    private volatile boolean keptWhileIdle;
    private volatile long deadlineNanos;
    private volatile boolean limited;
    private final long graceNanos;
    private final Limit sending = new Limit();
    private final Limit receiving = new Limit();
    /// What is being written just now, whose positions say how far that has come.
    private volatile ByteBuffer @Nullable [] writing;
    /// What the last look at `writing` saw; of the thread that looks.
    private long seenRemaining = -1;

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

    /// See [Connection#keepWhileIdle].
    void keepWhileIdle() {
        keptWhileIdle = true;
    }

    boolean isKeptWhileIdle() {
        return keptWhileIdle;
    }

    Limit sending() {
        return sending;
    }

    Limit receiving() {
        return receiving;
    }

    /// When bytes were last sent or received, by [System#nanoTime]. A write that takes long is looked at: if it has
    /// come further since the last call, that is now. One thread at a time calls this.
    long lastActiveNanos() {
        final ByteBuffer[] under = writing;
        // Positions of buffers that another thread moves: old ones at worst, which the next look sees moved.
        final long remaining = under == null ? -1 : remaining(under);
        if (remaining >= 0 && remaining != seenRemaining) {
            lastActiveNanos = System.nanoTime();
        }
        seenRemaining = remaining;
        return lastActiveNanos;
    }

    private long leftNanos(Limit limit) {
        return limited ? Math.clamp(deadlineNanos - System.nanoTime(), 0, limit.leftNanos()) : limit.leftNanos();
    }

    /// Handshakes, of which many may be under way, do not spin.
    private Waiting way() {
        return limited ? Waiting.block() : waiting;
    }

    private SocketTimeoutException timeIsUp(Limit limit) {
        return limited
                ? new SocketTimeoutException("the time for the handshake with " + socket.peer() + " is up")
                : limit.isUp(socket.peer());
    }

    /// Writes all of the buffers. An interrupt after the first byte has some grace, see
    /// [ConnectionOptions#interruptGrace], and is then kept.
    ///
    /// @param begun whether a part of the message was written before
    void write(boolean begun, ByteBuffer... buffers) throws IOException, InterruptedException {
        final int before = buffers[0].position();
        writing = buffers;
        try {
            if (!socket.write(buffers, way(), leftNanos(sending))) {
                throw timeIsUp(sending);
            }
        } catch (InterruptedException e) {
            if (graceNanos == 0 || !begun && buffers[0].position() == before) {
                throw e;
            }
            graciously(e, () -> writeRest(buffers));
        } finally {
            writing = null;
        }
        lastActiveNanos = System.nanoTime();
    }

    private boolean writeRest(ByteBuffer... buffers) throws IOException, InterruptedException {
        long before;
        do {
            before = remaining(buffers);
            if (socket.write(buffers, way(), Math.min(graceNanos, leftNanos(sending)))) {
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
        final long left = leftNanos(receiving);
        // Without time left nothing is read, even if it is there: a peer that sends byte by byte must come to an end.
        int read;
        try {
            read = left == 0 ? 0 : socket.read(into, way(), left);
        } catch (InterruptedException e) {
            if (graceNanos == 0 || !begun) {
                throw e;
            }
            final int[] some = new int[1];
            graciously(e, () -> {
                some[0] = socket.read(into, way(), Math.min(graceNanos, leftNanos(receiving)));
                return some[0] != 0;
            });
            read = some[0];
        }
        if (read == 0) {
            throw timeIsUp(receiving);
        }
        lastActiveNanos = System.nanoTime();
        return read > 0;
    }

    /// Sends one byte and with it a descriptor.
    void sendDescriptor(byte about, int descriptor) throws IOException, InterruptedException {
        socket.sendDescriptor(ByteBuffer.wrap(new byte[] {about}), descriptor, waiting);
        lastActiveNanos = System.nanoTime();
    }

    /// Reads one byte and the descriptor that came with it.
    ///
    /// @return the descriptor, or -1 if none came
    int receiveDescriptor(byte[] about) throws IOException, InterruptedException {
        final int descriptor = socket.receiveDescriptor(ByteBuffer.wrap(about), waiting);
        lastActiveNanos = System.nanoTime();
        return descriptor;
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
