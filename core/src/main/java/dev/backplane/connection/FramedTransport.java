package dev.backplane.connection;

import dev.backplane.store.Platform;
import java.io.EOFException;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    /// Something else than a question is told from damage up to this length.
    private static final int MOST_ASKED = 4096;

    private static final byte[] ASK = "#DESCRIPTOR#".getBytes(StandardCharsets.US_ASCII);

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
    public Limit sending() {
        return socket.sending();
    }

    @Override
    public Limit receiving() {
        return socket.receiving();
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

    /*
     * The reader reads ahead, and would take the byte that comes with a descriptor for a part of a message: the
     * descriptor would be lost. So whoever gives one does not begin before he is asked, and whoever asks has taken all
     * that was sent before.
     */

    @Override
    public void giveDescriptor(byte kind, DescriptorSource source) throws IOException, InterruptedException {
        final ArraySink asked = new ArraySink(MOST_ASKED);
        if (!receive(asked)) {
            throw new EOFException(peer() + " has ended, and asked for nothing");
        }
        if (!Arrays.equals(ASK, asked.bytes())) {
            throw new ProtocolException(peer() + " sent a message where it was to ask for a socket or segment");
        }
        final int descriptor = source.open();
        try {
            socket.sendDescriptor(kind, descriptor);
        } finally {
            Platform.current().closeDescriptor(descriptor);
        }
    }

    @Override
    public int takeDescriptor(byte kind) throws IOException, InterruptedException {
        if (reader.hasSome()) {
            throw new IllegalStateException(
                    "a message of " + peer() + " has arrived: receive it before a socket or segment");
        }
        send(MemorySegment.ofArray(ASK), 0, ASK.length);
        final byte[] about = new byte[1];
        int descriptor = -1;
        boolean received = false;
        try {
            descriptor = socket.receiveDescriptor(about);
            received = true;
        } finally {
            if (!received) {
                close(); // What was asked for may come yet, and is no message.
            }
        }
        if (descriptor < 0) {
            close();
            throw new ProtocolException(peer() + " sent no descriptor; the connection is closed");
        }
        if (about[0] != kind) {
            Platform.current().closeDescriptor(descriptor);
            throw new ProtocolException(peer() + " sent something of kind " + about[0] + ", kind " + kind
                    + " was asked for: 1 is a" + " connection, 2 a listener, 3 a segment");
        }
        return descriptor;
    }

    @Override
    public int openDescriptor() throws IOException {
        if (!isOpen()) {
            throw new IllegalStateException("the connection to " + peer() + " is closed");
        }
        if (reader.hasSome()) {
            throw new IllegalStateException(
                    "a message of " + peer() + " has arrived here: receive it before the connection is sent elsewhere");
        }
        return socket.socket()
                .openDescriptor()
                .orElseThrow(() -> new UnsupportedOperationException("the connection to " + peer()
                        + " cannot be sent to another process: it has TLS, or this system does not offer it"));
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
    public void keepWhileIdle() {
        socket.keepWhileIdle();
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
