package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.connection.AuthenticationException;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.store.Endpoint;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A remote manager and its server with somebody in between.
@NullUnmarked
final class RelayedManagerTest {
    private static final byte[] KEY = {1, 2, 3, 4};
    private static final String NAMED = "#CHALLENGE#{sha256}";
    private static final int OBJECTS = 50;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    private Manager local;
    private ManagerServer server;

    @BeforeEach
    void serve() throws IOException {
        local = Manager.open(directory.resolve("segment"));
        server = ManagerServer.builder()
                .address("tcp://127.0.0.1:0")
                .authkey(KEY)
                .manager(local)
                .onRefused((peer, why) -> refused.add(String.valueOf(why.getMessage())))
                .start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        local.close();
    }

    private Relay relay(UnaryOperator<byte[]> toClient, UnaryOperator<byte[]> toServer) throws IOException {
        return new Relay(((Endpoint.Tcp) server.endpoint()).port(), toClient, toServer);
    }

    private Relay relay() throws IOException {
        return relay(frame -> frame, frame -> frame);
    }

    private static boolean begins(byte[] frame, String with) {
        final byte[] prefix = with.getBytes(StandardCharsets.US_ASCII);
        return frame.length >= prefix.length && Arrays.equals(prefix, Arrays.copyOf(frame, prefix.length));
    }

    /// The challenge of an old Python, made of a new one.
    private static byte[] weakened(byte[] frame) {
        if (!begins(frame, NAMED)) {
            return frame;
        }
        final byte[] weak = Arrays.copyOf(frame, 11 + 20);
        System.arraycopy(frame, NAMED.length(), weak, 11, 20);
        return weak;
    }

    @Test
    void whoWeakensAChallengeIsNotAnsweredByMd5() throws Exception {
        try (Relay between = relay(RelayedManagerTest::weakened, frame -> frame)) {
            Refusal.of(AuthenticationException.class, () -> Manager.connect(between.address(), KEY), "MD5", "allowMd5");
            // Nor does the server take such an answer for one to its own challenge.
            final ConnectOptions careless = ConnectOptions.authkey(KEY).allowMd5(true);
            assertThrows(AuthenticationException.class, () -> Manager.connect(between.address(), careless));
            Eventually.holds("the server has refused", () -> server.refusedClients() >= 1);
        }
    }

    @Test
    void whoStripsTheNameOfTheDigestFromAnAnswerIsRefused() throws Exception {
        final UnaryOperator<byte[]> stripped =
                frame -> begins(frame, "{sha256}") && frame.length == 40 ? Arrays.copyOfRange(frame, 8, 8 + 16) : frame;
        try (Relay between = relay(frame -> frame, stripped)) {
            assertThrows(IOException.class, () -> Manager.connect(between.address(), KEY));
            assertTrue(String.valueOf(refused.poll(60, TimeUnit.SECONDS)).contains("another key"));
        }
    }

    @Test
    void callsMayTakeLongerThanThereAreMilliseconds() throws Exception {
        final ConnectOptions ages = ConnectOptions.authkey(KEY).callTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        try (Manager manager = Manager.connect(server.endpoint().toString(), ages)) {
            manager.longValue("n").set(5);
            assertEquals(5, manager.longValue("n").get());
        }
    }

    @Test
    void aManagerGivesAllOfItsObjectsUpByOneConnection() throws Exception {
        try (Relay between = relay()) {
            final Manager manager = Manager.connect(between.address(), KEY);
            for (int i = 0; i < OBJECTS; i++) {
                manager.longValue("n" + i).set(i);
            }
            final int before = between.connections();
            manager.close();
            assertEquals(before + 1, between.connections());
            Eventually.holds("all are given up", () -> server.objectCount() == 0);
        }
    }

    @Test
    void aManagerThatIsClosedTriesAServerThatDoesNotAnswerOnce() throws Exception {
        try (Relay between = relay()) {
            final Manager manager = Manager.connect(
                    between.address(), ConnectOptions.authkey(KEY).connectTimeout(Duration.ofSeconds(2)));
            for (int i = 0; i < OBJECTS; i++) {
                manager.longValue("n" + i).set(i);
            }
            final int before = between.connections();
            between.goDeaf();
            manager.close();
            assertEquals(before + 1, between.connections());
        }
    }

    /// The clock of a manager ticks at any time, such as while references are given up.
    @Test
    void noLeaseBeginsWhileAManagerIsClosed() throws Exception {
        final AtomicReference<JvmServer> ticking = new AtomicReference<>();
        final UnaryOperator<byte[]> tick = frame -> {
            if (new String(frame, StandardCharsets.ISO_8859_1).contains("decref")) {
                ticking.get().tick();
            }
            return frame;
        };
        try (Relay between = relay(frame -> frame, tick)) {
            final ConnectionOptions keyed = ConnectionOptions.defaults().authkey(KEY);
            final JvmServer client = JvmServer.of(
                    new RemoteLinks(Endpoint.parse(between.address()), keyed, ConnectOptions.authkey(KEY)));
            ticking.set(client);
            final int before = between.connections();
            client.close();
            assertEquals(before + 1, between.connections());
        }
    }
}
