package dev.backplane.connection;

import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/// A stream of bytes encrypted over another one.
///
/// The end of the other one without TLS's own end is not the end of this: somebody in between, or the other
/// process's death, may have cut it off, which a read tells by an exception.
final class TlsSocket implements StreamSocket {
    /*
     * One thread reads and one writes, and the engine bears that. Whoever reads may have to write too, to answer a
     * change of keys: it does if nobody writes at the moment; else the engine adds the answer to what is next
     * written. What could not be written in time stays in `out`, and goes first the next time.
     */
    private static final int NO_TIME = 0;
    private static final int ENDED = -1;
    private static final int PROGRESS = 1;

    private final StreamSocket raw;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();
    /// Encrypted, from its position on.
    private final ByteBuffer in;
    private final ByteBuffer out;
    /// Decrypted, from its position on.
    private ByteBuffer plain;

    private TlsSocket(StreamSocket raw, SSLEngine engine) {
        this.raw = raw;
        this.engine = engine;
        final int packet = engine.getSession().getPacketBufferSize();
        this.in = ByteBuffer.allocate(packet).limit(0);
        this.out = ByteBuffer.allocate(packet).limit(0);
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
    }

    /// Makes the handshake.
    ///
    /// @param raw a new socket
    /// @param deadline when the time is up, by [System#nanoTime]
    static TlsSocket open(StreamSocket raw, SSLEngine engine, Waiting waiting, long deadline)
            throws IOException, InterruptedException {
        final TlsSocket socket = new TlsSocket(raw, engine);
        try {
            engine.beginHandshake();
            socket.handshake(waiting, deadline);
        } catch (SSLException e) {
            socket.tellWhy();
            throw new SSLException("no TLS with " + raw.peer() + ": " + e.getMessage(), e);
        }
        return socket;
    }

    private void handshake(Waiting waiting, long deadline) throws IOException, InterruptedException {
        while (true) {
            final int progress = switch (engine.getHandshakeStatus()) {
                case NOT_HANDSHAKING, FINISHED -> ENDED;
                case NEED_WRAP -> wrapNothing(waiting, left(deadline));
                case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap(waiting, left(deadline));
            };
            if (progress == NO_TIME) {
                throw new SocketTimeoutException("the time for the handshake with " + peer() + " is up");
            }
            if (progress == ENDED) {
                if (engine.isInboundDone()) {
                    throw new SSLException("the other end has closed");
                }
                if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                    return;
                }
            }
        }
    }

    private static long left(long deadline) {
        return Math.max(0, deadline - System.nanoTime());
    }

    /// Sends the alert that the engine has for the other end, as far as that can be done at once.
    private void tellWhy() throws IOException, InterruptedException {
        try {
            engine.closeOutbound();
            farewell();
        } catch (SSLException e) {
            raw.close(); // The reason itself is thrown by the caller.
        } finally {
            raw.close();
        }
    }

    /// Sends what the engine has yet to say after its end, as far as that can be done at once.
    private void farewell() throws IOException, InterruptedException {
        int progress = PROGRESS;
        while (progress == PROGRESS && !engine.isOutboundDone()) {
            progress = wrapNothing(Waiting.block(), 0);
        }
    }

    @Override
    public int read(ByteBuffer into, Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final int progress = awaitPlain(waiting, timeoutNanos);
        if (progress != PROGRESS) {
            return progress;
        }
        final int length = Math.min(into.remaining(), plain.remaining());
        into.put(into.position(), plain, plain.position(), length);
        into.position(into.position() + length);
        plain.position(plain.position() + length);
        return length;
    }

    @Override
    public boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        return awaitPlain(waiting, timeoutNanos) != NO_TIME;
    }

    private int awaitPlain(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (!raw.isOpen()) {
            throw new java.nio.channels.ClosedChannelException();
        }
        final long start = System.nanoTime();
        while (!plain.hasRemaining()) {
            final int progress = unwrap(waiting, left(timeoutNanos, start));
            if (progress != PROGRESS) {
                return progress;
            }
            answer(waiting, left(timeoutNanos, start));
        }
        return PROGRESS;
    }

    /// What is left of a time that began at `start`.
    private static long left(long timeoutNanos, long start) {
        return timeoutNanos == FOREVER ? FOREVER : Math.max(0, timeoutNanos - (System.nanoTime() - start));
    }

    /// Answers what has come besides the other end's data, as far as the time allows.
    private void answer(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone() && writing.tryLock()) {
            try {
                wrapNothing(waiting, timeoutNanos);
            } finally {
                writing.unlock();
            }
        }
    }

    /// Decrypts one record, reading more if it is not there.
    private int unwrap(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
            return PROGRESS;
        }
        final SSLEngineResult result;
        plain.compact();
        try {
            result = engine.unwrap(in, plain);
        } finally {
            plain.flip();
        }
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            plain = ByteBuffer.allocate(plain.remaining() + engine.getSession().getApplicationBufferSize())
                    .put(plain)
                    .flip();
            return PROGRESS;
        }
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            return readRecord(waiting, timeoutNanos);
        }
        return result.getStatus() == Status.CLOSED ? ENDED : PROGRESS;
    }

    private int readRecord(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final int read;
        in.compact();
        try {
            read = raw.read(in, waiting, timeoutNanos);
        } finally {
            in.flip();
        }
        if (read < 0) {
            throw new SSLException(
                    "the connection to " + peer() + " was cut off: its stream has ended without TLS's own end");
        }
        return read == 0 ? NO_TIME : PROGRESS;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private int wrapNothing(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        return wrap(new ByteBuffer[] {ByteBuffer.allocate(0)}, waiting, timeoutNanos) ? PROGRESS : NO_TIME;
    }

    /// Encrypts one record and writes it, and what was left of the one before.
    private boolean wrap(ByteBuffer[] from, Waiting waiting, long timeoutNanos)
            throws IOException, InterruptedException {
        if (out.hasRemaining()) {
            return raw.write(new ByteBuffer[] {out}, waiting, timeoutNanos);
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        out.clear();
        final SSLEngineResult result;
        try {
            result = engine.wrap(from, out);
        } finally {
            out.flip();
        }
        if (result.getStatus() == Status.CLOSED && !out.hasRemaining()) {
            throw new java.nio.channels.ClosedChannelException();
        }
        return raw.write(new ByteBuffer[] {out}, waiting, timeoutNanos);
    }

    @Override
    public boolean write(ByteBuffer[] from, Waiting waiting, long timeoutNanos)
            throws IOException, InterruptedException {
        final long start = System.nanoTime();
        writing.lockInterruptibly();
        try {
            while (out.hasRemaining() || hasRemaining(from)) {
                if (!wrap(from, waiting, left(timeoutNanos, start))) {
                    return false;
                }
            }
            return true;
        } finally {
            writing.unlock();
        }
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer each : buffers) {
            if (each.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void shutdownOutput() throws IOException {
        writing.lock();
        try {
            engine.closeOutbound();
            // What a write has left in `out` goes first.
            while (out.hasRemaining() || !engine.isOutboundDone()) {
                wrapNothing(Waiting.block(), FOREVER);
            }
            raw.shutdownOutput();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while telling " + peer() + " that nothing more will be sent", e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void limitUnacknowledged(Duration longest) throws IOException {
        raw.limitUnacknowledged(longest);
    }

    @Override
    public boolean isOpen() {
        return raw.isOpen();
    }

    @Override
    public String peer() {
        return raw.peer();
    }

    @Override
    public OptionalInt openDescriptor() {
        return OptionalInt.empty(); // Nobody can go on with it who does not have the keys.
    }

    @Override
    public void sendDescriptor(ByteBuffer from, int descriptor, Waiting waiting) {
        throw new UnsupportedOperationException("descriptors are sent over sockets of this host, not over TLS");
    }

    @Override
    public int receiveDescriptor(ByteBuffer into, Waiting waiting) {
        throw new UnsupportedOperationException("descriptors are sent over sockets of this host, not over TLS");
    }

    /// Says that this is the end, if that can be done at once, and closes.
    @Override
    @SuppressWarnings("EmptyCatch") // The other end may be gone; nothing is lost but a farewell.
    public void close() throws IOException {
        if (raw.isOpen() && writing.tryLock()) {
            final boolean interrupted = Thread.interrupted();
            try {
                engine.closeOutbound();
                farewell();
            } catch (IOException | InterruptedException e) {
                // See above.
            } finally {
                writing.unlock();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        raw.close();
    }
}
