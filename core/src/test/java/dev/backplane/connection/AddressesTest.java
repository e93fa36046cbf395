package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.remote.ManagerServer;
import dev.backplane.store.Platform;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections and managers over every kind of address.
final class AddressesTest {
    private static final byte[] KEY = {5, 6, 7};
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private String fresh(String kind) {
        return switch (kind) {
            case "file" -> "unix:" + directory.resolve("socket");
            case "abstract" -> {
                Assumptions.assumeTrue(Platform.current().name().equals("linux"), "abstract names are Linux's");
                yield "unix:@backplane-" + UUID.randomUUID();
            }
            case "4" -> "tcp://127.0.0.1:0";
            default -> {
                Assumptions.assumeTrue(hasTcp6(), "this host has no IPv6");
                yield "tcp://[::1]:0";
            }
        };
    }

    /// Of one way to write an IPv6 address; platforms have several.
    private static String canonical(String address) throws IOException {
        if (!address.startsWith("tcp:")) {
            return address;
        }
        final URI uri = URI.create(address);
        return InetAddress.getByName(uri.getHost()).getHostAddress() + ":" + uri.getPort();
    }

    private static boolean hasTcp6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "abstract", "4", "6"})
    void messagesGoBothWays(String kind) throws Exception {
        final ConnectionOptions options =
                ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
        try (Listener listener = Listener.open(fresh(kind), ListenerOptions.of(options))) {
            final String address = listener.endpoint().toString();
            try (Connection client = Client.connect(address, options);
                    Connection server = listener.accept()) {
                client.send("question");
                assertEquals("question", server.receive());
                server.sendBytes(new byte[20_000], LONG);
                assertEquals(20_000, client.receiveBytes(LONG).length);
                assertTrue(canonical(client.peer()).startsWith(canonical(address)), client::peer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "abstract", "4", "6"})
    void managersShareObjects(String kind) throws Exception {
        try (Manager local = Manager.open(directory.resolve("segment"));
                ManagerServer server = ManagerServer.builder()
                        .address(fresh(kind))
                        .authkey(KEY)
                        .manager(local)
                        .start();
                Manager remote = Manager.connect(server.endpoint().toString(), KEY)) {
            remote.longValue("n").set(7);
            assertEquals(7, local.longValue("n").get());
        }
    }
}
