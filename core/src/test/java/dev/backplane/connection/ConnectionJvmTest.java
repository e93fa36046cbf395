package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.process.JvmProcess;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two JVMs, of which one is killed.
final class ConnectionJvmTest {
    private static final byte[] KEY = {7, 8, 9};
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static ConnectionOptions options() {
        return ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
    }

    private String uri(String family) {
        return family.equals("tcp") ? "tcp://127.0.0.1:0" : "unix:" + directory.resolve("socket");
    }

    /// Listens, accepts one after the other, and echoes.
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            try (Listener listener = Listener.open(arguments[0], ListenerOptions.of(options()))) {
                System.out.println("listening " + listener.endpoint());
                while (true) {
                    final Connection connection = listener.accept();
                    Thread.ofVirtual().start(() -> echo(connection));
                }
            }
        }

        private static void echo(Connection connection) {
            try (connection) {
                while (true) {
                    connection.send(connection.receive());
                }
            } catch (EOFException e) {
                System.out.println("end");
            } catch (IOException | InterruptedException e) {
                System.out.println("failed " + e);
            }
        }
    }

    /// Connects, and sends long messages for as long as it lives.
    static final class Flood {
        private Flood() {}

        public static void main(String[] arguments) throws Exception {
            final Connection connection = Client.connect(arguments[0], options());
            while (true) {
                connection.sendBytes(new byte[1 << 20]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    @SuppressWarnings("try") // Closed early: that is what is tested.
    void killedListenerIsTheEnd(String family) throws Exception {
        try (Jvm server = Jvm.fork(Server.class, uri(family))) {
            final String at = server.expectAfter("listening ");
            try (Connection connection = Client.connect(at, options());
                    Connection other = Client.connect(at, options())) {
                connection.send(List.of("x", 1));
                assertEquals(List.of("x", 1), connection.receive());
                other.close();
                server.expect("end");
                server.kill();
                assertTrue(connection.poll(LONG));
                assertThrows(IOException.class, connection::receive);
                assertThrows(IOException.class, () -> Client.connect(at, options()));
            }
            if (family.equals("unix")) {
                assertTrue(Files.exists(directory.resolve("socket")), "a kill leaves the file");
                try (Jvm next = Jvm.fork(Server.class, uri(family))) {
                    next.expect("listening " + at);
                    Client.connect(at, options()).close();
                    next.expect("end");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void killedSenderIsTheEndAfterWholeMessages(String family) throws Exception {
        try (Listener listener = Listener.open(uri(family), ListenerOptions.of(options()))) {
            for (int round = 0; round < 4; round++) {
                try (Jvm client = Jvm.fork(Flood.class, listener.endpoint().toString());
                        Connection connection = listener.accept()) {
                    for (int i = 0; i < 10 * round; i++) {
                        assertEquals(1 << 20, connection.receiveBytes().length);
                    }
                    client.kill();
                    final IOException end = assertThrows(IOException.class, () -> {
                        while (true) {
                            assertEquals(1 << 20, connection.receiveBytes().length);
                        }
                    });
                    assertTrue(end instanceof EOFException || end instanceof ProtocolException, end::toString);
                }
            }
        }
    }

    private static void sendTwoBytes(String to) throws IOException, InterruptedException {
        final ConnectionOptions options = ConnectionOptions.defaults().authkey(JvmProcess.authkey());
        try (Connection connection = Client.connect(to, options)) {
            connection.sendBytes(new byte[] {1, 2});
        }
    }

    @Test
    void childrenShareTheSecretOfTheirParent() throws Exception {
        final byte[] secret = JvmProcess.authkey();
        try (Listener listener =
                Listener.open(uri("unix"), ListenerOptions.defaults().authkey(secret))) {
            final String at = listener.endpoint().toString();
            try (JvmProcess child = Body.start(() -> sendTwoBytes(at));
                    Connection connection = listener.accept()) {
                assertArrayEquals(new byte[] {1, 2}, connection.receiveBytes());
                assertEquals(0, child.join());
            }
        }
    }
}
