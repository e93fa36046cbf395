package dev.backplane.connection;

import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A socket over which a test says whatever it likes.
record Raw(StreamSocket socket) implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Waiting BLOCK = Waiting.block();

    static Raw to(Endpoint endpoint) throws IOException, InterruptedException {
        return new Raw(StreamSocket.connect(endpoint, LONG));
    }

    void write(byte... bytes) throws IOException, InterruptedException {
        socket.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, BLOCK, StreamSocket.FOREVER);
    }

    void writeFrame(byte... bytes) throws IOException, InterruptedException {
        write(frame(bytes));
    }

    static byte[] frame(byte... bytes) {
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /// The bytes of the next frame; null at the end, or if the other end has reset the connection.
    byte @Nullable [] readFrame() throws InterruptedException {
        final byte[] header = read(4);
        return header == null ? null : read(ByteBuffer.wrap(header).getInt());
    }

    /// The bytes of the next frame, which must come.
    byte[] expectFrame() throws InterruptedException {
        return Objects.requireNonNull(readFrame(), "the end instead of a frame");
    }

    byte @Nullable [] read(int length) throws InterruptedException {
        final ByteBuffer into = ByteBuffer.allocate(length);
        try {
            while (into.hasRemaining()) {
                if (socket.read(into, BLOCK, StreamSocket.FOREVER) < 0) {
                    return null;
                }
            }
            return into.array();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
