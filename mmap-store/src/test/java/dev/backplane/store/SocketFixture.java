package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two connected sockets for a test, of some implementation and over one kind of address, and what to do
/// with them.
abstract class SocketFixture {
    static final Waiting BLOCK = Waiting.block();
    static final long FOREVER = StreamSocket.FOREVER;
    static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final List<AutoCloseable> toClose = new ArrayList<>();

    /// An endpoint at which a listener can be opened; for TCP with port 0.
    abstract Endpoint fresh();

    /// The listener of the implementation that is tested.
    abstract StreamListener listen(Endpoint at, int backlog) throws IOException;

    /// The socket of the implementation that is tested.
    abstract StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException;

    /// Two connected sockets and the listener that made them.
    record Pair(StreamListener listener, StreamSocket client, StreamSocket server) {}

    final <T extends AutoCloseable> T closing(T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    final Pair pair() throws IOException, InterruptedException {
        final StreamListener listener = closing(listen(fresh(), 8));
        final StreamSocket client = closing(connect(listener.endpoint(), LONG));
        return new Pair(listener, client, accepted(listener));
    }

    final StreamSocket accepted(StreamListener listener) throws IOException, InterruptedException {
        final StreamSocket server = listener.accept(BLOCK, FOREVER);
        assertNotNull(server);
        return closing(server);
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (AutoCloseable closeable : toClose.reversed()) {
            closeable.close();
        }
    }

    /// Something that another thread does.
    static final class Task<T> {
        private final FutureTask<T> future;
        private final Thread thread;

        Task(Callable<T> call, boolean virtual) {
            future = new FutureTask<>(call);
            thread = virtual
                    ? Thread.ofVirtual().unstarted(future)
                    : Thread.ofPlatform().daemon().unstarted(future);
            thread.start();
        }

        static <T> Task<T> of(Callable<T> call) {
            return new Task<>(call, false);
        }

        static <T> Task<T> ofVirtual(Callable<T> call) {
            return new Task<>(call, true);
        }

        T get() throws Exception {
            try {
                return future.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }

        /// Until the thread is inside a method of a socket or listener.
        Task<T> isIn(String method) {
            Eventually.holds(
                    thread + " is in " + method,
                    () -> Arrays.stream(thread.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals(method)
                                    && frame.getClassName().matches("dev.backplane.store.*(Socket|Listener)")));
            return this;
        }

        void interrupt() {
            thread.interrupt();
        }

        boolean isDone() {
            return future.isDone();
        }
    }

    static ByteBuffer[] one(byte... bytes) {
        return new ByteBuffer[] {ByteBuffer.wrap(bytes)};
    }

    static void send(StreamSocket socket, String text) throws IOException, InterruptedException {
        assertTrue(socket.write(one(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)), BLOCK, FOREVER));
    }

    static String receive(StreamSocket socket, int bytes) throws IOException, InterruptedException {
        final ByteBuffer into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            assertTrue(socket.read(into, BLOCK, FOREVER) > 0, "the stream ended early");
        }
        return new String(into.array(), java.nio.charset.StandardCharsets.UTF_8);
    }

    static byte[] receiveAll(StreamSocket socket, ByteBuffer buffer) throws IOException, InterruptedException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (socket.read(buffer.clear(), BLOCK, FOREVER) > 0) {
            final byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece);
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }
}
