package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.remote.ManagerServer;
import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encrypted connections, with certificates that the test has made.
final class TlsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final byte[] KEY = {1, 2, 3};

    @TempDir
    static Path directory;

    private final BlockingQueue<Exception> refusals = new LinkedBlockingQueue<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        keytool("listener", "-keyalg", "EC", "-ext", "san=dns:localhost,ip:127.0.0.1");
        keytool("elsewhere", "-keyalg", "EC", "-ext", "san=dns:elsewhere.example");
        keytool("client", "-keyalg", "RSA");
        keytool("stranger", "-keyalg", "EC", "-ext", "san=dns:localhost,ip:127.0.0.1");
    }

    /// Makes NAME.p12 with a key and its certificate, and the same as NAME.pem and NAME.key.
    private static void keytool(String name, String... options) throws Exception {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                directory.resolve(name + ".p12").toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(options));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        final KeyStore store =
                KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), PASSWORD);
        final Certificate certificate = store.getCertificate(name);
        final Key key = store.getKey(name, PASSWORD);
        Files.writeString(directory.resolve(name + ".pem"), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(directory.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    private static TlsOptions own(String name) throws IOException {
        return TlsOptions.defaults().keyStore(file(name + ".p12"), PASSWORD);
    }

    private static TlsOptions trusting(String name) throws IOException {
        return TlsOptions.defaults().trustPem(file(name + ".pem"));
    }

    private static ConnectionOptions with(TlsOptions tls) {
        return ConnectionOptions.defaults().authkey(KEY).tls(tls).handshakeTimeout(LONG);
    }

    private Listener listen(TlsOptions tls) throws IOException {
        return Listener.open(
                "tcp://127.0.0.1:0", ListenerOptions.of(with(tls)).onRefused((peer, why) -> refusals.add(why)));
    }

    private static void exchange(Connection one, Connection other) throws Exception {
        one.send(List.of("a", 1));
        assertEquals(List.of("a", 1), other.receive());
        for (int length : new int[] {0, 1, 16_383, 16_384, 16_385, 5_000_000}) {
            final byte[] message = new byte[length];
            for (int i = 0; i < length; i++) {
                message[i] = (byte) (i + i / 256);
            }
            final FutureTask<byte[]> received = new FutureTask<>(() -> {
                final byte[] got = other.receiveBytes();
                other.sendBytes(got);
                return got;
            });
            Thread.ofVirtual().start(received);
            one.sendBytes(message);
            assertArrayEquals(message, one.receiveBytes());
            assertArrayEquals(message, received.get());
        }
    }

    @Test
    @SuppressWarnings("try") // Closed early: that is what is tested.
    void messagesOfAllLengthsGoBothWays() throws Exception {
        try (Listener listener = listen(own("listener"));
                Connection client = Client.connect(listener.endpoint(), with(trusting("listener")));
                Connection server = listener.accept()) {
            exchange(client, server);
            exchange(server, client);
            assertFalse(server.poll(Duration.ZERO));
            client.send(1);
            assertTrue(server.poll(LONG));
            assertEquals(1, server.receive());
            client.shutdownOutput();
            assertTrue(server.poll(LONG));
            assertThrows(EOFException.class, server::receive);
            server.send("still");
            assertEquals("still", client.receive());
            server.close();
            assertThrows(EOFException.class, client::receive);
        }
    }

    @Test
    void threadsSendAndReceiveAtOnce() throws Exception {
        try (Listener listener = listen(own("listener"));
                Connection client = Client.connect(listener.endpoint(), with(trusting("listener")));
                Connection server = listener.accept()) {
            final List<FutureTask<Boolean>> tasks = List.of(
                    Action.task(() -> flood(client)),
                    Action.task(() -> flood(server)),
                    Action.task(() -> drain(client)),
                    Action.task(() -> drain(server)));
            tasks.forEach(task -> Thread.ofVirtual().start(task));
            for (FutureTask<Boolean> task : tasks) {
                assertTrue(task.get());
            }
        }
    }

    private static void flood(Connection to) throws Exception {
        for (int i = 0; i < 300; i++) {
            to.sendBytes(new byte[i * 401]);
        }
    }

    private static void drain(Connection from) throws Exception {
        for (int i = 0; i < 300; i++) {
            assertEquals(i * 401, from.receiveBytes().length);
        }
    }

    @Test
    void pemFilesDoTheSame() throws Exception {
        for (String name : List.of("listener", "client")) {
            final TlsOptions own = TlsOptions.defaults().pem(file(name + ".pem"), file(name + ".key"));
            try (Listener listener = listen(own);
                    Connection client = Client.connect(
                            listener.endpoint(),
                            with(TlsOptions.defaults()
                                    .trustStore(file("listener.p12"), PASSWORD)
                                    .trustPem(file(name + ".pem"))
                                    .hostName(name.equals("client") ? "client" : "localhost")));
                    Connection server = listener.accept()) {
                exchange(client, server);
            }
        }
    }

    @Test
    void certificateOfAStrangerIsRefused() throws Exception {
        try (Listener listener = listen(own("stranger"))) {
            Refusal.of(
                    SSLException.class,
                    () -> Client.connect(listener.endpoint(), with(trusting("listener"))),
                    listener.endpoint().toString());
            assertInstanceOf(SSLException.class, refusals.take());
            assertThrows(SSLException.class, () -> Client.connect(listener.endpoint(), with(TlsOptions.defaults())));
        }
    }

    @Test
    void certificateForAnotherHostIsRefused() throws Exception {
        try (Listener listener = listen(own("elsewhere"))) {
            assertThrows(SSLException.class, () -> Client.connect(listener.endpoint(), with(trusting("elsewhere"))));
            assertInstanceOf(SSLException.class, refusals.take());
            try (Connection client = Client.connect(
                            listener.endpoint(), with(trusting("elsewhere").hostName("elsewhere.example")));
                    Connection server = listener.accept()) {
                exchange(client, server);
            }
        }
    }

    @Test
    void clientsNeedACertificateIfTheListenerSaysSo() throws Exception {
        final TlsOptions mutual = own("listener").trustPem(file("client.pem")).requireClientCertificate();
        try (Listener listener = listen(mutual)) {
            for (TlsOptions wrong :
                    List.of(trusting("listener"), own("stranger").trustPem(file("listener.pem")))) {
                // With TLS 1.3 a client learns of that when it first reads.
                assertThrows(IOException.class, () -> Client.connect(listener.endpoint(), with(wrong)));
                assertInstanceOf(SSLException.class, refusals.take());
            }
            try (Connection client = Client.connect(
                            listener.endpoint(), with(own("client").trustPem(file("listener.pem"))));
                    Connection server = listener.accept()) {
                exchange(client, server);
            }
        }
    }

    @Test
    void plainClientsAndListenersAreRefused() throws Exception {
        final ConnectionOptions plain =
                ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(Duration.ofMillis(300));
        try (Listener listener = listen(own("listener"))) {
            assertThrows(IOException.class, () -> Client.connect(listener.endpoint(), plain));
            try (Raw raw = Raw.to(listener.endpoint())) {
                raw.writeFrame(new byte[100]);
                assertTrue(refusals.take() instanceof IOException);
                assertTrue(refusals.take() instanceof IOException);
            }
        }
        try (Listener listener = Listener.open("tcp://127.0.0.1:0", ListenerOptions.of(plain))) {
            assertThrows(IOException.class, () -> Client.connect(listener.endpoint(), with(trusting("listener"))));
        }
    }

    @Test
    void keyIsNeededAsWell() throws Exception {
        try (Listener listener = listen(own("listener"))) {
            assertThrows(
                    AuthenticationException.class,
                    () -> Client.connect(
                            listener.endpoint(), with(trusting("listener")).authkey(new byte[] {9})));
            assertTrue(refusals.take() instanceof AuthenticationException);
        }
    }

    /// Somebody in between who hands on what he sees, and then cuts the line.
    @Test
    void whatIsSentCannotBeReadAndACutIsNoEnd() throws Exception {
        try (Listener listener = listen(own("listener"));
                StreamListener between = StreamListener.listen(new Endpoint.Tcp("127.0.0.1", 0), 5)) {
            final FutureTask<Connection> connecting =
                    new FutureTask<>(() -> Client.connect(between.endpoint(), with(trusting("listener"))));
            Thread.ofVirtual().start(connecting);
            final StreamSocket toClient = Objects.requireNonNull(between.accept(Waiting.block(), StreamSocket.FOREVER));
            final StreamSocket toServer = StreamSocket.connect(listener.endpoint(), LONG);
            final Queue<String> seen = new ConcurrentLinkedQueue<>();
            Thread.ofVirtual().start(() -> pass(toClient, toServer, seen));
            Thread.ofVirtual().start(() -> pass(toServer, toClient, seen));
            try (Connection client = connecting.get();
                    Connection server = listener.accept()) {
                client.send("a very secret text");
                assertEquals("a very secret text", server.receive());
                final String all = String.join("", seen);
                assertTrue(all.length() > 0);
                assertFalse(all.contains("secret"));
                toServer.close();
                Refusal.of(SSLException.class, server::receive, "cut off");
            } finally {
                toClient.close();
            }
        }
    }

    private static void pass(StreamSocket from, StreamSocket to, Queue<String> seen) {
        final ByteBuffer bytes = ByteBuffer.allocate(10_000);
        try {
            while (from.read(bytes.clear(), Waiting.block(), StreamSocket.FOREVER) >= 0) {
                seen.add(StandardCharsets.ISO_8859_1
                        .decode(bytes.flip().duplicate())
                        .toString());
                to.write(new ByteBuffer[] {bytes}, Waiting.block(), StreamSocket.FOREVER);
            }
        } catch (IOException e) {
            seen.add(""); // The line was cut.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theEndFollowsWhatAWriteHadNoTimeFor() throws Exception {
        final long deadline = System.nanoTime() + LONG.toNanos();
        try (StreamListener listener = StreamListener.listen(new Endpoint.Tcp("127.0.0.1", 0), 5);
                StreamSocket raw = StreamSocket.connect(listener.endpoint(), LONG)) {
            final StreamSocket accepted =
                    Objects.requireNonNull(listener.accept(Waiting.block(), StreamSocket.FOREVER));
            final FutureTask<TlsSocket> accepting = new FutureTask<>(() -> TlsSocket.open(
                    accepted, own("listener").engine(listener.endpoint(), false), Waiting.block(), deadline));
            Thread.ofVirtual().start(accepting);
            try (TlsSocket client = TlsSocket.open(
                            raw, trusting("listener").engine(listener.endpoint(), true), Waiting.block(), deadline);
                    TlsSocket server = accepting.get()) {
                final ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
                long taken = 0;
                do {
                    taken += zeros.position();
                } while (client.write(new ByteBuffer[] {zeros.clear()}, Waiting.block(), 0));
                final long sent = taken + zeros.position();
                final FutureTask<Long> reading = new FutureTask<>(() -> lengthOf(server));
                Thread.ofVirtual().start(reading);
                client.shutdownOutput();
                client.shutdownOutput();
                assertEquals(sent, reading.get());
            }
        }
    }

    private static long lengthOf(StreamSocket from) throws Exception {
        final ByteBuffer into = ByteBuffer.allocate(1 << 16);
        long length = 0;
        while (from.read(into.clear(), Waiting.block(), StreamSocket.FOREVER) >= 0) {
            length += into.position();
        }
        return length;
    }

    @Test
    void slowHandshakeIsEnded() throws Exception {
        try (Listener listener = Listener.open(
                        "tcp://127.0.0.1:0",
                        ListenerOptions.of(with(own("listener")).handshakeTimeout(Duration.ofMillis(200)))
                                .onRefused((peer, why) -> refusals.add(why)));
                Raw raw = Raw.to(listener.endpoint())) {
            raw.write((byte) 22, (byte) 3, (byte) 1);
            assertEquals(java.net.SocketTimeoutException.class, refusals.take().getClass());
        }
    }

    @Test
    void refusesWhatIsNoFileOfItsKind() throws Exception {
        Refusal.of(
                IOException.class,
                () -> TlsOptions.defaults().keyStore(file("listener.p12"), "wrong".toCharArray()),
                "listener.p12",
                "password");
        Refusal.of(
                IOException.class,
                () -> TlsOptions.defaults().pem(file("listener.pem"), file("listener.pem")),
                "listener.pem",
                "PKCS #8");
        final Path damaged = Files.writeString(file("damaged.key"), pem("PRIVATE KEY", new byte[50]));
        Refusal.of(IOException.class, () -> TlsOptions.defaults().pem(file("listener.pem"), damaged), "damaged.key");
        Refusal.of(
                IOException.class,
                () -> TlsOptions.defaults().trustPem(Files.writeString(file("empty.pem"), "")),
                "empty");
        Refusal.of(IllegalArgumentException.class, () -> listen(TlsOptions.defaults()), "certificate");
        final ListenerOptions unix = ListenerOptions.of(with(own("listener")));
        Refusal.of(
                IllegalArgumentException.class, () -> Listener.open("unix:" + file("socket"), unix), "TLS is for TCP");
        assertFalse(own("listener").toString().contains(new String(PASSWORD)));
        Refusal.of(
                NoSuchFileException.class, () -> TlsOptions.defaults().keyStore(file("missing"), PASSWORD), "missing");
    }

    @Test
    void aGivenContextIsUsedWhateverElseIsChosen() throws Exception {
        final TlsOptions server = TlsOptions.of(
                        own("listener").trustPem(file("client.pem")).context())
                .requireClientCertificate();
        final TlsOptions known =
                TlsOptions.of(own("client").trustPem(file("listener.pem")).context());
        assertTrue(server.toString().contains("SSLContext"), server::toString);
        try (Listener listener = listen(server)) {
            try (Connection client = Client.connect(listener.endpoint(), with(known.hostName("localhost")));
                    Connection accepted = listener.accept()) {
                exchange(client, accepted);
            }
            final ConnectionOptions misnamed = with(known.hostName("elsewhere.example"));
            assertThrows(SSLException.class, () -> Client.connect(listener.endpoint(), misnamed));
            assertThrows(IOException.class, () -> Client.connect(listener.endpoint(), with(trusting("listener"))));
        }
        final Path store = file("listener.p12");
        Refusal.of(IllegalStateException.class, () -> known.keyStore(store, PASSWORD), "SSLContext", "defaults()");
        Refusal.of(IllegalStateException.class, () -> known.trustPem(store), "SSLContext");
    }

    @Test
    void aManagerIsReachedByTls() throws Exception {
        try (ManagerServer server = ManagerServer.builder()
                .address("tcp://127.0.0.1:0")
                .authkey(KEY)
                .tls(own("listener"))
                .start()) {
            final String address = server.endpoint().toString();
            final ConnectOptions plain = ConnectOptions.authkey(KEY).connectTimeout(Duration.ofSeconds(1));
            final ConnectOptions trusting = ConnectOptions.authkey(KEY)
                    .connectTimeout(LONG)
                    .tls(trusting("listener").context());
            assertTrue(trusting.toString().contains("TLS"));
            try (Manager manager = Manager.connect(address, trusting)) {
                manager.longValue("n").set(3);
                assertEquals(3, manager.longValue("n").get());
            }
            assertThrows(
                    SSLException.class,
                    () -> Manager.connect(
                            address, trusting.tls(trusting("stranger").context())));
            assertThrows(IOException.class, () -> Manager.connect(address, plain));
        }
    }
}
