package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Endpoint;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every Python that is here, as client and as listener.
final class ConnectionPythonTest {
    private static final byte[] KEY = "the secret".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER_KEY = "the secre!".getBytes(StandardCharsets.US_ASCII);
    private static final String SCRIPT = "connection_peer.py";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int LONGEST = 70_000;
    private static final List<Python.Version> VERSIONS = Python.some();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeAll
    static void needsPython() {
        Assumptions.assumeFalse(VERSIONS.isEmpty(), "no python3 of 3.8 or newer");
    }

    static Stream<Arguments> versionsAndFamilies() {
        return VERSIONS.stream()
                .flatMap(version -> Stream.of(Arguments.of(version, "AF_INET"), Arguments.of(version, "AF_UNIX")));
    }

    static List<Python.Version> versions() {
        return VERSIONS;
    }

    private Endpoint endpoint(String family) {
        return family.equals("AF_INET")
                ? new Endpoint.Tcp("127.0.0.1", 0)
                : new Endpoint.Unix(directory.resolve("socket"));
    }

    private static String python(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Tcp tcp -> tcp.host() + ":" + tcp.port();
            case Endpoint.Unix unix -> unix.path().toString();
            case Endpoint.Abstract named -> throw new AssertionError(named);
        };
    }

    private static Endpoint java(String family, String address) {
        return Endpoint.parse((family.equals("AF_INET") ? "tcp://" : "unix:") + address);
    }

    private static String hex(byte[] key) {
        return HexFormat.of().formatHex(key);
    }

    private static Python start(Python.Version version, String... arguments) {
        return Python.start(ConnectionPythonTest.class, version, SCRIPT, arguments);
    }

    private static ConnectionOptions options(Python.Version version) {
        return ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG).allowMd5(version.isOld());
    }

    /// The lengths at which something changes, and some between.
    private static IntStream lengths() {
        return IntStream.of(
                0, 1, 2, 3, 4, 5, 255, 256, 4095, 8191, 16_372, 16_379, 16_380, 16_381, 16_383, 16_384, 16_385, 16_386,
                32_768, 65_535, 65_536, 65_537, LONGEST, 1_000_003);
    }

    private static void echo(Connection connection, IntStream lengths) throws IOException, InterruptedException {
        final byte[] block = new byte[1_000_003 + 251];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31 + i / 256);
        }
        final MemorySegment sent = MemorySegment.ofArray(block);
        for (int length : lengths.toArray()) {
            connection.sendBytes(sent, length % 251, length);
            final byte[] back = connection.receiveBytes();
            assertEquals(
                    -1, sent.asSlice(length % 251, length).mismatch(MemorySegment.ofArray(back)), () -> "" + length);
            assertEquals(length, back.length);
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndFamilies")
    void pythonConnectsToUs(Python.Version version, String family) throws Exception {
        try (Listener listener = Listener.open(endpoint(family), ListenerOptions.of(options(version)));
                Python python = start(version, "connect", family, python(listener.endpoint()), hex(KEY))) {
            try (Connection connection = listener.accept()) {
                python.expect("connected");
                echo(connection, lengths());
                connection.shutdownOutput();
                python.expect("end");
                assertThrows(EOFException.class, connection::receiveBytes);
            }
            assertEquals(0, listener.refusedPeers());
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndFamilies")
    void weConnectToPython(Python.Version version, String family) throws Exception {
        try (Python python = start(version, "listen", family, python(endpoint(family)), hex(KEY))) {
            final Endpoint at = java(family, python.expect("listening"));
            try (Connection connection = Client.connect(at, options(version))) {
                python.expect("connected");
                echo(connection, lengths());
                assertTrue(connection.peer().startsWith(at.toString()), connection::peer);
            }
            python.expect("end");
        }
    }

    @Test
    void everyLengthArrives() throws Exception {
        final Python.Version version = VERSIONS.getLast();
        try (Listener listener = Listener.open(endpoint("AF_UNIX"), ListenerOptions.of(options(version)));
                Python python = start(version, "connect", "AF_UNIX", python(listener.endpoint()), hex(KEY));
                Connection connection = listener.accept()) {
            python.expect("connected");
            echo(connection, IntStream.rangeClosed(0, LONGEST));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void pythonWithoutOurKeyIsRefusedAndTheNextOneIsNot(Python.Version version) throws Exception {
        final BlockingQueue<Exception> refusals = new LinkedBlockingQueue<>();
        try (Listener listener = Listener.open(
                endpoint("AF_INET"),
                ListenerOptions.of(options(version)).onRefused((peer, why) -> refusals.add(why)))) {
            final String at = python(listener.endpoint());
            try (Python wrong = start(version, "connect", "AF_INET", at, hex(OTHER_KEY))) {
                assertTrue(wrong.expect("AuthenticationError").contains("digest sent was rejected"));
                assertEquals(AuthenticationException.class, refusals.take().getClass());
            }
            try (Python none = start(version, "connect", "AF_INET", at, "-")) {
                none.expect("connected"); // So it believes; it echoes our challenge to us.
                none.expect("end"); // Of the stream, or by a reset, as it happens.
                assertEquals(AuthenticationException.class, refusals.take().getClass());
            }
            try (Python right = start(version, "connect", "AF_INET", at, hex(KEY));
                    Connection connection = listener.accept()) {
                right.expect("connected");
                echo(connection, IntStream.of(3));
            }
            assertEquals(2, listener.refusedPeers());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void pythonRefusesUsWithoutItsKey(Python.Version version) throws Exception {
        try (Python python = start(version, "listen", "AF_INET", "127.0.0.1:0", hex(OTHER_KEY))) {
            final Endpoint at = java("AF_INET", python.expect("listening"));
            Refusal.of(AuthenticationException.class, () -> Client.connect(at, options(version)), at.toString(), "key");
            python.expect("AuthenticationError");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void listenerOfPythonWithoutOurKeyIsRefused(Python.Version version) throws Exception {
        try (Python python = start(version, "listen", "AF_INET", "127.0.0.1:0", "-")) {
            final Endpoint at = java("AF_INET", python.expect("listening"));
            final ConnectionOptions hurried = options(version).handshakeTimeout(Duration.ofMillis(300));
            assertThrows(java.net.SocketTimeoutException.class, () -> Client.connect(at, hurried));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void md5IsRefusedUnlessAllowed(Python.Version version) throws Exception {
        Assumptions.assumeTrue(version.isOld(), "newer ones have SHA-256");
        final ConnectionOptions strong = options(version).allowMd5(false);
        try (Python python = start(version, "listen", "AF_INET", "127.0.0.1:0", hex(KEY))) {
            final Endpoint at = java("AF_INET", python.expect("listening"));
            Refusal.of(AuthenticationException.class, () -> Client.connect(at, strong), "MD5", "allowMd5");
            python.expect("ended");
        }
        final BlockingQueue<Exception> refusals = new LinkedBlockingQueue<>();
        try (Listener listener = Listener.open(
                        endpoint("AF_INET"), ListenerOptions.of(strong).onRefused((peer, why) -> refusals.add(why)));
                Python python = start(version, "connect", "AF_INET", python(listener.endpoint()), hex(KEY))) {
            python.expect("AuthenticationError");
            final String why = String.valueOf(refusals.take().getMessage());
            assertTrue(why.contains("MD5") && why.contains("allowMd5"), why);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void allStrongDigestsWillDoAndNoOther(Python.Version version) throws Exception {
        Assumptions.assumeFalse(version.isOld(), "older ones have MD5 only");
        for (String digest : List.of("sha256", "sha384", "sha3_256", "sha3_384", "md5")) {
            final boolean allowed = !digest.equals("md5");
            try (Python python = start(version, "challenge", "AF_INET", "127.0.0.1:0", hex(KEY), digest)) {
                final Endpoint at = java("AF_INET", python.expect("listening"));
                if (allowed) {
                    try (Connection connection = Client.connect(at, options(version))) {
                        python.expect("connected");
                        echo(connection, IntStream.of(5));
                    }
                } else {
                    Refusal.of(AuthenticationException.class, () -> Client.connect(at, options(version)), "MD5");
                    python.expect("ended");
                }
            }
            assertEquals(allowed ? "#WELCOME#" : "#FAILURE#", answeredWith(version, digest), digest);
        }
        assertEquals("#FAILURE#", answeredWith(version, "sha1"), "a digest that is none of Python's");
        assertEquals("#FAILURE#", answeredWith(version, "sha512"), "a digest that is none of Python's");
    }

    /// What we say to a client that answers our challenge by another digest.
    private String answeredWith(Python.Version version, String digest) throws IOException {
        try (Listener listener = Listener.open(endpoint("AF_INET"), ListenerOptions.of(options(version)));
                Python python = start(version, "forge", "AF_INET", python(listener.endpoint()), hex(KEY), digest)) {
            return python.expect("");
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndFamilies")
    void killedPythonIsTheEnd(Python.Version version, String family) throws Exception {
        final List<byte[]> sent = new ArrayList<>(List.of(new byte[] {1}, new byte[] {2}));
        try (Listener listener = Listener.open(endpoint(family), ListenerOptions.of(options(version)));
                Python python = start(version, "connect", family, python(listener.endpoint()), hex(KEY));
                Connection connection = listener.accept()) {
            python.expect("connected");
            for (byte[] each : sent) {
                connection.sendBytes(each);
                assertArrayEquals(each, connection.receiveBytes());
            }
            python.kill();
            assertTrue(connection.poll(LONG));
            assertThrows(EOFException.class, connection::receiveBytes);
        }
    }
}
