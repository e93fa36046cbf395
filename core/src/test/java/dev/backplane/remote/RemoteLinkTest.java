package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.ConnectionLostException;
import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A client's connection to a peer that does not do what a server ought to.
@NullUnmarked
final class RemoteLinkTest {
    private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LONG_NANOS = Duration.ofMinutes(1).toNanos();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final PickleCodec codec = PickleCodec.standard();
    private StreamListener listener;
    private RemoteLink link;
    private StreamSocket peer;

    @BeforeEach
    void connect() throws Exception {
        listener = StreamListener.listen(new Endpoint.Unix(directory.resolve("socket")), 4);
        connect(SOON_NANOS);
    }

    private void connect(long callTimeoutNanos) throws Exception {
        link = new RemoteLink(
                Client.connect(listener.endpoint(), ConnectionOptions.defaults()), codec, callTimeoutNanos);
        peer = listener.accept(Waiting.block(), StreamSocket.FOREVER);
        assertNotNull(peer);
    }

    @AfterEach
    void close() throws Exception {
        link.close();
        peer.close();
        listener.close();
    }

    private void says(byte... bytes) throws Exception {
        peer.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, Waiting.block(), StreamSocket.FOREVER);
    }

    private byte[] reply() {
        final byte[] pickle = codec.toBytes(PythonTuple.of("#RETURN", "x".repeat(100)));
        return ByteBuffer.allocate(4 + pickle.length)
                .putInt(pickle.length)
                .put(pickle)
                .array();
    }

    @Test
    void aReplyIsReceived() throws Exception {
        link.close();
        peer.close();
        connect(LONG_NANOS);
        says(reply());
        assertEquals("x".repeat(100), link.call("object", "method", 0));
        says(reply());
        assertEquals("x".repeat(100), link.call("object", "method", Caller.FOREVER));
    }

    @Test
    void aReplyThatStopsMidwayEndsTheCall() throws Exception {
        says(Arrays.copyOf(reply(), 20));
        final ConnectionLostException lost =
                assertThrows(ConnectionLostException.class, () -> link.call("object", "method", 0));
        assertInstanceOf(SocketTimeoutException.class, lost.getCause());
        assertFalse(link.isOpen());
    }

    @Test
    void aReplyThatMayTakeForEverStopsMidwayAllTheSame() throws Exception {
        says(Arrays.copyOf(reply(), 2));
        assertThrows(ConnectionLostException.class, () -> link.call("object", "method", Caller.FOREVER));
        assertFalse(link.isOpen());
    }

    @Test
    void aRequestThatNobodyReadsEndsTheCall() {
        assertThrows(ConnectionLostException.class, () -> link.call("object", "put", 0, new byte[10 << 20]));
        assertFalse(link.isOpen());
    }

    /// The reply to the call that failed must not be taken for that to the next one.
    @Test
    void anErrorBetweenRequestAndReplyEndsTheConnection() throws Exception {
        final Connection connection = Client.connect(listener.endpoint(), ConnectionOptions.defaults());
        final InvocationHandler overflowing = (proxy, method, args) -> {
            if ("receiveBytes".equals(method.getName())) {
                throw new StackOverflowError();
            }
            return method.invoke(connection, args);
        };
        final RemoteLink failing = new RemoteLink(
                (Connection) Proxy.newProxyInstance(
                        Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, overflowing),
                codec,
                LONG_NANOS);
        assertThrows(StackOverflowError.class, () -> failing.call("object", "method", 0));
        assertFalse(failing.isOpen());
        assertFalse(connection.isOpen());
    }
}
