package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.SocketFixture.Task;
import dev.backplane.store.testing.OpenFiles;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What Linux lets a listener do with its address: the socket's file, above all.
@EnabledOnOs(OS.LINUX)
final class LinuxListenerTest {
    private static final LinuxPlatform LINUX = LinuxSocketTest.LINUX;
    private static final SocketCalls CALLS = new SocketCalls(new NativeAccess(System.getProperty("os.arch")));
    private static final Duration LONG = SocketFixture.LONG;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Path path() {
        return directory.resolve("socket");
    }

    private static StreamListener listen(Path path) throws IOException {
        return LINUX.listen(new Endpoint.Unix(path), 4);
    }

    /// As a killed listener leaves it.
    private static void makeStale(Path path) throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path));
    }

    private static void ensureConnects(StreamListener listener) throws IOException, InterruptedException {
        try (StreamSocket client = LINUX.connect(listener.endpoint(), LONG);
                StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
            assertNotNull(server);
            SocketFixture.send(client, "hello");
            assertEquals("hello", SocketFixture.receive(server, 5));
            assertTrue(client.peer().contains("pid " + ProcessHandle.current().pid()), client.peer());
        }
    }

    @Test
    void fileIsItsOwnersAndGoesWithTheListener() throws Exception {
        try (StreamListener listener = listen(path())) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
            ensureConnects(listener);
        }
        assertFalse(Files.exists(path(), LinkOption.NOFOLLOW_LINKS));
        try (var files = Files.list(directory.path())) {
            assertEquals(0, files.count(), "nothing is left in the directory");
        }
    }

    @Test
    void staleFileIsReplaced() throws Exception {
        for (int i = 0; i < 3; i++) {
            makeStale(path());
            try (StreamListener listener = listen(path())) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
                ensureConnects(listener);
            }
        }
    }

    @Test
    void whoeverIsBoundIsLeftAloneEvenIfItDoesNotListen() throws Exception {
        for (int type : new int[] {SocketCalls.SOCK_STREAM, SocketCalls.SOCK_DGRAM}) {
            final int bound = CALLS.socket(SocketCalls.AF_UNIX, type);
            assertEquals(0, CALLS.bind(bound, SocketName.of(path())));
            Refusal.of(BindException.class, () -> listen(path()), path().toString(), "somebody else");
            CALLS.close(bound);
            listen(path()).close();
        }
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(path(), "precious");
        Refusal.of(BindException.class, () -> listen(path()), path().toString(), "no socket");
        assertEquals("precious", Files.readString(path()));
        final Path folder = Files.createDirectory(directory.resolve("folder"));
        Refusal.of(BindException.class, () -> listen(folder), folder.toString(), "no socket");
        final Path stale = directory.resolve("stale");
        makeStale(stale);
        for (Path target : List.of(stale, directory.resolve("nothing"))) {
            final Path link = Files.createSymbolicLink(directory.resolve("link-" + target.getFileName()), target);
            Refusal.of(BindException.class, () -> listen(link), link.toString(), "no socket");
            assertTrue(Files.isSymbolicLink(link));
        }
        assertTrue(Files.exists(stale));
    }

    @Test
    void anothersStaleSocketIsLeftAlone() throws Exception {
        makeStale(path());
        Assumptions.assumeTrue(CALLS.effectiveUserId() == 0, "only root can give files away");
        Files.setAttribute(path(), "unix:uid", 12345);
        Refusal.of(BindException.class, () -> listen(path()), path().toString(), "user 12345");
        assertTrue(Files.exists(path()));
    }

    @Test
    void closeDeletesItsOwnFileOnly() throws Exception {
        final StreamListener listener = listen(path());
        Files.delete(path());
        try (StreamListener next = listen(path())) {
            listener.close();
            ensureConnects(next);
        }
        final StreamListener replaced = listen(path());
        Files.delete(path());
        Files.writeString(path(), "another");
        replaced.close();
        assertEquals("another", Files.readString(path()));
        Files.delete(path());
        final StreamListener robbed = listen(path());
        Files.delete(path());
        robbed.close();
    }

    @Test
    void longNamesAndMissingDirectoriesAreExplained() throws Exception {
        final Path longest = directory.resolve("x"
                .repeat(SocketName.LONGEST_NAME
                        - directory.resolve("").toString().length()
                        - 1));
        try (StreamListener listener = listen(longest)) {
            ensureConnects(listener);
        }
        final Path tooLong = Path.of(longest + "y");
        Refusal.of(IOException.class, () -> listen(tooLong), tooLong.toString(), "108 bytes", "at most 107");
        final Endpoint name = new Endpoint.Abstract("é".repeat(54));
        Refusal.of(IOException.class, () -> LINUX.connect(name, LONG), "108 bytes", "at most 107");
        final Path lost = directory.resolve("missing").resolve("socket");
        Refusal.of(BindException.class, () -> listen(lost), lost.toString(), "no such directory");
        Refusal.of(IOException.class, () -> LINUX.connect(new Endpoint.Unix(lost), LONG), "no such socket");
        Files.writeString(path(), "");
        Refusal.of(IOException.class, () -> LINUX.connect(new Endpoint.Unix(path()), LONG), path().toString());
    }

    @Test
    void ofManyListenersOneWins() throws Exception {
        final int threads = 6;
        for (int round = 0; round < 30; round++) {
            final Path path = directory.resolve("race-" + round);
            makeStale(path);
            final CyclicBarrier start = new CyclicBarrier(threads);
            final List<Task<Integer>> tasks = new ArrayList<>();
            final List<StreamListener> winners = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < threads; i++) {
                tasks.add(Task.of(() -> {
                    start.await();
                    try {
                        winners.add(listen(path));
                        return 1;
                    } catch (BindException _) {
                        return 0;
                    }
                }));
            }
            int won = 0;
            for (Task<Integer> task : tasks) {
                won += task.get();
            }
            assertEquals(1, won);
            try (StreamListener winner = winners.getFirst()) {
                ensureConnects(winner);
                assertNull(winner.accept(Waiting.block(), 0));
            }
        }
    }

    @Test
    void namesAndBothFamiliesAreListenedAt() throws Exception {
        try (StreamListener listener = LINUX.listen(new Endpoint.Tcp("localhost", 0), 4)) {
            final Endpoint.Tcp at = (Endpoint.Tcp) listener.endpoint();
            assertEquals("localhost", at.host());
            assertTrue(at.port() > 0);
            try (StreamSocket client = LINUX.connect(at, LONG);
                    StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
                assertNotNull(server);
                assertEquals(at.toString(), client.peer());
                assertTrue(server.peer().startsWith("tcp://"), server.peer());
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> client.sendDescriptor(java.nio.ByteBuffer.allocate(1), 0, Waiting.block()));
            }
        }
        Assumptions.assumeTrue(LinuxSocketTest.hasTcp6());
        try (StreamListener listener = LINUX.listen(new Endpoint.Tcp("::", 0), 4)) {
            final int port = ((Endpoint.Tcp) listener.endpoint()).port();
            for (String host : List.of("127.0.0.1", "::1", "localhost")) {
                try (StreamSocket client = LINUX.connect(new Endpoint.Tcp(host, port), LONG);
                        StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
                    assertNotNull(server);
                    assertTrue(client.isOpen());
                }
            }
        }
    }

    @Test
    void addressesOfOthersAreRefused() {
        final Endpoint documentation = new Endpoint.Tcp("192.0.2.1", 0);
        Refusal.of(BindException.class, () -> LINUX.listen(documentation, 1), "192.0.2.1", "one of its own");
        final Endpoint unknown = new Endpoint.Tcp("no-such-host.invalid", 5);
        Refusal.of(UnknownHostException.class, () -> LINUX.connect(unknown, LONG), "no-such-host.invalid:5");
        final Endpoint zero = new Endpoint.Tcp("127.0.0.1", 0);
        Refusal.of(IOException.class, () -> LINUX.connect(zero, LONG), "port 0");
    }

    @Test
    void fullBacklogIsWaitedForWithinTheTime() throws Exception {
        try (StreamListener listener = LINUX.listen(new Endpoint.Unix(path()), 1)) {
            final List<StreamSocket> waiting = new ArrayList<>();
            final Duration shortTime = Duration.ofMillis(20);
            Refusal.of(
                    SocketTimeoutException.class,
                    () -> {
                        while (true) {
                            waiting.add(LINUX.connect(listener.endpoint(), shortTime));
                        }
                    },
                    path().toString());
            final Task<StreamSocket> late = Task.ofVirtual(() -> LINUX.connect(listener.endpoint(), LONG));
            final Task<StreamSocket> interrupted = Task.of(() -> LINUX.connect(listener.endpoint(), LONG));
            interrupted.interrupt();
            assertThrows(InterruptedException.class, interrupted::get);
            for (int i = 0; i <= waiting.size(); i++) {
                final StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER);
                assertNotNull(server);
                server.close();
            }
            late.get().close();
            for (StreamSocket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void tinyBuffersCarryMuch() throws Exception {
        carryMuch(new Endpoint.Unix(path()), 1, 2_000_003);
        // TCP would wait for its timers with less.
        carryMuch(new Endpoint.Tcp("127.0.0.1", 0), 20_000, 2_000_003);
    }

    private static void setBufferBytes(StreamSocket socket, int option, int bytes) throws IOException {
        final int descriptor = socket.openDescriptor().orElseThrow();
        try {
            assertEquals(0, CALLS.setOption(descriptor, SocketCalls.SOL_SOCKET, option, bytes));
        } finally {
            CALLS.close(descriptor);
        }
    }

    private static int option(StreamSocket socket, int level, int option) throws IOException {
        final int descriptor = socket.openDescriptor().orElseThrow();
        try {
            return CALLS.option(descriptor, level, option);
        } finally {
            CALLS.close(descriptor);
        }
    }

    /// The other end may vanish without a word, by loss of power: nothing but a probe would tell.
    @Test
    void bothEndsOfTcpProbeEachOther() throws Exception {
        final int tcp = SocketCalls.IPPROTO_TCP;
        try (StreamListener listener = LINUX.listen(new Endpoint.Tcp("127.0.0.1", 0), 4);
                StreamSocket client = LINUX.connect(listener.endpoint(), LONG);
                StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
            assertNotNull(server);
            for (StreamSocket end : List.of(client, server)) {
                assertEquals(1, option(end, SocketCalls.SOL_SOCKET, SocketCalls.SO_KEEPALIVE));
                final int seconds = option(end, tcp, SocketCalls.TCP_KEEPIDLE)
                        + option(end, tcp, SocketCalls.TCP_KEEPINTVL) * option(end, tcp, SocketCalls.TCP_KEEPCNT);
                assertEquals(StreamSocket.HOST_VANISHED, Duration.ofSeconds(seconds));
                assertEquals(0, option(end, tcp, SocketCalls.TCP_USER_TIMEOUT));
                end.limitUnacknowledged(Duration.ofSeconds(7));
                assertEquals(7000, option(end, tcp, SocketCalls.TCP_USER_TIMEOUT));
            }
        }
    }

    /// What nobody reads counts as what nobody acknowledges.
    @Test
    void aConnectionThatTakesNothingBreaksIfThatIsLimited() throws Exception {
        try (StreamListener listener = LINUX.listen(new Endpoint.Tcp("127.0.0.1", 0), 4);
                StreamSocket client = LINUX.connect(listener.endpoint(), LONG);
                StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
            assertNotNull(server);
            client.limitUnacknowledged(Duration.ofMillis(300));
            final byte[] much = new byte[64 << 20];
            assertThrows(
                    IOException.class, () -> client.write(SocketFixture.one(much), Waiting.block(), LONG.toNanos()));
        }
    }

    private static void carryMuch(Endpoint at, int bufferBytes, int count) throws Exception {
        try (StreamListener listener = LINUX.listen(at, 4);
                StreamSocket client = LINUX.connect(listener.endpoint(), LONG);
                StreamSocket server = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
            assertNotNull(server);
            setBufferBytes(client, SocketCalls.SO_SNDBUF, bufferBytes);
            setBufferBytes(server, SocketCalls.SO_RCVBUF, bufferBytes);
            final byte[] bytes = new byte[count];
            new java.util.Random(7).nextBytes(bytes);
            final Task<Boolean> writing = Task.of(() -> {
                final boolean written =
                        client.write(SocketFixture.one(bytes), Waiting.byDefault(), StreamSocket.FOREVER);
                client.shutdownOutput();
                return written;
            });
            org.junit.jupiter.api.Assertions.assertArrayEquals(
                    bytes, SocketFixture.receiveAll(server, java.nio.ByteBuffer.allocateDirect(9000)));
            assertTrue(writing.get());
        }
    }

    @Test
    void failuresLeaveNoDescriptorBehind() throws Exception {
        final Path file = Files.createFile(directory.resolve("file"));
        try (StreamListener taken = listen(path());
                StreamListener tcp = LINUX.listen(new Endpoint.Tcp("127.0.0.1", 0), 1)) {
            failABit(taken, tcp, file); // Whatever is made once is made now.
            final long before = OpenFiles.count();
            for (int i = 0; i < 1000; i++) {
                failABit(taken, tcp, file);
            }
            assertEquals(before, OpenFiles.count());
        }
    }

    private void failABit(StreamListener taken, StreamListener tcp, Path file) throws Exception {
        assertThrows(BindException.class, () -> LINUX.listen(taken.endpoint(), 1));
        assertThrows(BindException.class, () -> LINUX.listen(tcp.endpoint(), 1));
        assertThrows(BindException.class, () -> listen(file));
        assertThrows(IOException.class, () -> LINUX.connect(new Endpoint.Unix(directory.resolve("nobody")), LONG));
        assertThrows(IOException.class, () -> LINUX.connect(new Endpoint.Tcp("127.0.0.1", 1), LONG));
        assertThrows(IOException.class, () -> LINUX.socketOf(LINUX.openDescriptor(file)));
        final int unconnected = CALLS.socket(SocketCalls.AF_UNIX, SocketCalls.SOCK_STREAM);
        assertThrows(IOException.class, () -> LINUX.listenerOf(unconnected, false));
        assertNull(taken.accept(Waiting.block(), 0));
        try (StreamSocket client = LINUX.connect(taken.endpoint(), LONG);
                StreamSocket server = taken.accept(Waiting.block(), StreamSocket.FOREVER)) {
            assertNotNull(server);
            assertEquals(
                    0, client.read(java.nio.ByteBuffer.allocate(1), Waiting.block(), TimeUnit.MICROSECONDS.toNanos(1)));
        }
    }
}
