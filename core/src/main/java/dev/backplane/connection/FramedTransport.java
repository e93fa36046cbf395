package dev.backplane.connection;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// Messages in a stream of bytes, each behind its length, as Python frames them:
///
/// ```
///    0                        4                                             4 + length
///   +------------------------+--- - - - - - - - - - - - - - - - - - - - - ---+
///   | length   i32, big end  | bytes                                         |
///   +------------------------+--- - - - - - - - - - - - - - - - - - - - - ---+
///
///    0                        4                       12                    12 + length
///   +------------------------+-----------------------+--- - - - - - - - - - ---+
///   | -1       i32           | length  i64, big end  | bytes                   |
///   +------------------------+-----------------------+--- - - - - - - - - - ---+
/// ```
///
/// The second form is for more than 2³¹ - 1 bytes, and accepted for any length.
final class FramedTransport implements Transport {
    private final TimedSocket socket;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param onClose told once, by whoever closes first
    FramedTransport(TimedSocket socket, Runnable onClose) {
        this.socket = socket;
        this.reader = new FrameReader(socket);
        this.writer = new FrameWriter(socket);
        this.onClose = onClose;
    }

    @Override
    public void send(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException {
        boolean alive = false;
        try {
            writer.write(source, offset, lengthBytes);
            alive = true;
        } finally {
            closeUnless(alive);
        }
    }

    @Override
    public boolean receive(Sink sink) throws IOException, InterruptedException {
        if (!isOpen()) {
            throw new ClosedChannelException(); // Whatever was read ahead.
        }
        boolean alive = false;
        try {
            final boolean received = reader.read(sink);
            alive = true;
            return received;
        } finally {
            closeUnless(alive);
        }
    }

    /// Finishes what a reader or writer has begun that had to close the socket.
    private void closeUnless(boolean alive) throws IOException {
        if (!alive && !socket.socket().isOpen()) {
            close();
        }
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        return reader.poll(timeoutNanos);
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.socket().shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return socket.socket().isOpen();
    }

    @Override
    public OptionalLong peerProcess() {
        return socket.socket().peerProcess();
    }

    @Override
    public String peer() {
        return socket.socket().peer();
    }

    @Override
    public Object serialForm() throws ObjectStreamException {
        throw new NotSerializableException(
                "a connection over a socket, to " + peer() + ", cannot be sent to another process; a Pipe's end can");
    }

    @Override
    public void close() throws IOException {
        try {
            socket.socket().close();
        } finally {
            if (!closed.getAndSet(true)) {
                onClose.run();
            }
        }
    }
}
