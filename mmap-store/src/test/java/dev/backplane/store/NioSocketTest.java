package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The portable sockets, of both families.
final class NioSocketTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Waiting BLOCK = Waiting.block();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Two ends of one stream.
    private record Ends(StreamListener listener, StreamSocket client, StreamSocket server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            listener.close();
        }
    }

    private Endpoint endpoint(String family) {
        return family.equals("tcp") ? new Endpoint.Tcp("127.0.0.1", 0) : new Endpoint.Unix(directory.resolve("socket"));
    }

    private Ends ends(String family) throws Exception {
        final StreamListener listener = NioListener.listen(endpoint(family), 5);
        final StreamSocket client = NioSocket.connect(listener.endpoint(), LONG);
        final StreamSocket server = listener.accept(BLOCK, LONG.toNanos());
        assertNotNull(server);
        return new Ends(listener, client, server);
    }

    private static byte[] readAll(StreamSocket from) throws IOException, InterruptedException {
        final java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        final ByteBuffer piece = ByteBuffer.allocate(1 << 20);
        while (from.read(piece.clear(), BLOCK, StreamSocket.FOREVER) >= 0) {
            all.write(piece.array(), 0, piece.position());
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void connectsWithinMoreTimeThanThereAreNanoseconds(String family) throws Exception {
        try (StreamListener listener = NioListener.listen(endpoint(family), 5);
                StreamSocket client = NioSocket.connect(listener.endpoint(), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertTrue(client.isOpen());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void carriesManyBytesFromHeapAndDirectBuffers(String family) throws Exception {
        try (Ends ends = ends(family)) {
            final byte[] sent = new byte[3_000_001];
            new Random(1).nextBytes(sent);
            final ByteBuffer direct =
                    ByteBuffer.allocateDirect(1_000_000).put(sent, 0, 1_000_000).flip();
            final FutureTask<byte[]> received = new FutureTask<>(() -> readAll(ends.server));
            Thread.ofVirtual().start(received);
            final ByteBuffer[] pieces = {
                direct,
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(sent, 1_000_000, 7),
                ByteBuffer.wrap(sent, 1_000_007, 1_999_994)
            };
            assertTrue(ends.client.write(pieces, BLOCK, StreamSocket.FOREVER));
            ends.client.shutdownOutput();
            assertArrayEquals(sent, received.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void pollLosesNothingAndSeesTheEnd(String family) throws Exception {
        try (Ends ends = ends(family)) {
            assertFalse(ends.server.poll(BLOCK, 1_000_000));
            ends.client.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2, 3})}, BLOCK, StreamSocket.FOREVER);
            assertTrue(ends.server.poll(BLOCK, StreamSocket.FOREVER));
            assertTrue(ends.server.poll(Waiting.spin(), 0));
            final ByteBuffer into = ByteBuffer.allocate(1);
            assertEquals(1, ends.server.read(into, BLOCK, 0));
            assertEquals(1, into.get(0));
            ends.client.close();
            assertTrue(ends.server.poll(BLOCK, StreamSocket.FOREVER));
            assertArrayEquals(new byte[] {2, 3}, readAll(ends.server));
            assertTrue(ends.server.poll(BLOCK, 0));
            assertEquals(-1, ends.server.read(into.clear(), BLOCK, 0));
        }
    }

    @Test
    void waitsAreOverInTime() throws Exception {
        try (Ends ends = ends("tcp")) {
            assertEquals(0, ends.server.read(ByteBuffer.allocate(1), BLOCK, 2_000_000));
            assertEquals(0, ends.server.read(ByteBuffer.allocate(1), Waiting.spin(), 2_000_000));
            assertNull(ends.listener.accept(BLOCK, 2_000_000));
            assertFalse(ends.listener.poll(BLOCK, 0));
            final ByteBuffer much = ByteBuffer.allocate(50_000_000);
            assertFalse(ends.client.write(new ByteBuffer[] {much}, BLOCK, 20_000_000));
            assertTrue(much.position() > 0 && much.hasRemaining(), much::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptEndsAWaitAndClosesNothing(boolean virtual) throws Exception {
        try (Ends ends = ends("tcp")) {
            final FutureTask<Object> wait = new FutureTask<>(() -> assertThrows(
                    InterruptedException.class,
                    () -> ends.server.read(ByteBuffer.allocate(1), BLOCK, StreamSocket.FOREVER)));
            final Thread thread = virtual
                    ? Thread.ofVirtual().start(wait)
                    : Thread.ofPlatform().start(wait);
            Eventually.holds("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            wait.get();
            ends.client.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {9})}, BLOCK, StreamSocket.FOREVER);
            assertEquals(1, ends.server.read(ByteBuffer.allocate(1), BLOCK, StreamSocket.FOREVER));
        }
    }

    @Test
    void closeEndsAllWaits() throws Exception {
        final Ends ends = ends("tcp");
        final List<Thread> threads = new ArrayList<>();
        final List<FutureTask<Object>> waits = List.of(
                new FutureTask<>(() -> ends.client.poll(BLOCK, StreamSocket.FOREVER)),
                new FutureTask<>(() -> ends.client.write(
                        new ByteBuffer[] {ByteBuffer.allocate(50_000_000)}, BLOCK, StreamSocket.FOREVER)),
                new FutureTask<>(() -> ends.listener.accept(BLOCK, StreamSocket.FOREVER)),
                new FutureTask<>(() -> ends.listener.poll(BLOCK, StreamSocket.FOREVER)));
        waits.forEach(wait -> threads.add(Thread.ofVirtual().start(wait)));
        Eventually.holds("they wait", () -> threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
        ends.close();
        ends.close();
        for (FutureTask<Object> wait : waits) {
            final Throwable failure = assertThrows(java.util.concurrent.ExecutionException.class, wait::get)
                    .getCause();
            assertTrue(failure instanceof ClosedChannelException, () -> "failed with " + failure);
        }
        assertFalse(ends.client.isOpen());
        assertThrows(ClosedChannelException.class, () -> ends.server.read(ByteBuffer.allocate(1), BLOCK, 0));
        assertThrows(ClosedChannelException.class, () -> ends.server.poll(BLOCK, 0));
        assertThrows(ClosedChannelException.class, () -> ends.listener.poll(BLOCK, 0));
    }

    @Test
    void hundredsOfVirtualThreadsWaitOnFewCarriers() throws Exception {
        final int pairs = 300;
        try (StreamListener listener = NioListener.listen(endpoint("unix"), 5);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<StreamSocket> clients = new ArrayList<>();
            final List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                clients.add(NioSocket.connect(listener.endpoint(), LONG));
                final StreamSocket server = listener.accept(BLOCK, StreamSocket.FOREVER);
                assertNotNull(server);
                answers.add(threads.submit(() -> {
                    try (server) {
                        final ByteBuffer one = ByteBuffer.allocate(1);
                        server.read(one, Waiting.byDefault(), StreamSocket.FOREVER);
                        return (int) one.get(0);
                    }
                }));
            }
            for (int i = 0; i < pairs; i++) {
                clients.get(i)
                        .write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {(byte) i})}, BLOCK, StreamSocket.FOREVER);
            }
            for (int i = 0; i < pairs; i++) {
                assertEquals((byte) i, answers.get(i).get());
                clients.get(i).close();
            }
        }
    }

    @Test
    void fullBacklogMakesTheNextOneWait() throws Exception {
        try (StreamListener listener = NioListener.listen(endpoint("unix"), 1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Future<StreamSocket>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(threads.submit(() -> NioSocket.connect(listener.endpoint(), LONG)));
            }
            for (int i = 0; i < clients.size(); i++) {
                final StreamSocket server = listener.accept(BLOCK, StreamSocket.FOREVER);
                assertNotNull(server);
                server.close();
            }
            for (Future<StreamSocket> client : clients) {
                client.get().close();
            }
        }
    }

    @Test
    void socketFileIsItsOwnersAndGoesWithTheListener() throws Exception {
        final Path path = directory.resolve("socket");
        try (StreamListener listener = NioListener.listen(new Endpoint.Unix(path), 5)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            Refusal.of(
                    BindException.class, () -> NioListener.listen(listener.endpoint(), 5), path.toString(), "listens");
            NioSocket.connect(listener.endpoint(), LONG).close();
            try (var files = Files.list(directory.path())) {
                assertEquals(List.of(path), files.toList());
            }
        }
        assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        Refusal.of(IOException.class, () -> NioSocket.connect(new Endpoint.Unix(path), LONG), path.toString());
    }

    @Test
    void staleSocketIsReplacedAndNothingElse() throws Exception {
        final Path path = directory.resolve("socket");
        try (var leaves = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            leaves.bind(java.net.UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path), "a listener that only ends leaves its file");
        Refusal.of(ConnectException.class, () -> NioSocket.connect(new Endpoint.Unix(path), LONG), path.toString());
        try (StreamListener listener = NioListener.listen(new Endpoint.Unix(path), 5)) {
            NioSocket.connect(listener.endpoint(), LONG).close();
            Files.delete(path);
            Files.writeString(path, "another's");
        }
        assertEquals("another's", Files.readString(path), "close deletes its own file only");
        Refusal.of(
                FileAlreadyExistsException.class,
                () -> NioListener.listen(new Endpoint.Unix(path), 5),
                path.toString(),
                "no socket");
        final Path link = directory.resolve("link");
        Files.createSymbolicLink(link, directory.resolve("nowhere"));
        Refusal.of(
                FileAlreadyExistsException.class,
                () -> NioListener.listen(new Endpoint.Unix(link), 5),
                link.toString(),
                "symbolic link");
        Refusal.of(
                IOException.class,
                () -> NioListener.listen(new Endpoint.Unix(directory.resolve("x".repeat(120))), 5),
                "shorter");
    }

    @Test
    void endpointsHaveTheChosenPortAndNameThePeer() throws Exception {
        try (Ends ends = ends("tcp")) {
            final Endpoint.Tcp at = (Endpoint.Tcp) ends.listener.endpoint();
            assertTrue(at.port() > 0);
            assertEquals(at.toString(), ends.client.peer());
            assertTrue(ends.server.peer().startsWith("tcp://127.0.0.1:"), ends.server.peer());
            Refusal.of(BindException.class, () -> NioListener.listen(at, 5), at.toString());
        }
    }

    /// The other end may vanish without a word, by loss of power: nothing but a probe would tell.
    @Test
    void bothEndsOfTcpProbeEachOther() throws Exception {
        try (java.nio.channels.ServerSocketChannel listening = java.nio.channels.ServerSocketChannel.open()) {
            listening.bind(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(listening.getLocalAddress());
                    SocketChannel server = listening.accept()) {
                for (SocketChannel end : List.of(client, server)) {
                    assertTrue(new NioSocket(end, "peer").isOpen());
                    assertTrue(end.getOption(StandardSocketOptions.SO_KEEPALIVE));
                    assertEquals(
                            StreamSocket.HOST_VANISHED,
                            Duration.ofSeconds(end.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)
                                    + end.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)
                                            * (long) end.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)));
                }
            }
        }
    }

    @Test
    void refusesWhatNeedsLinux() throws Exception {
        try (Ends ends = ends("unix")) {
            Refusal.of(
                    UnsupportedOperationException.class,
                    () -> ends.client.sendDescriptor(ByteBuffer.allocate(1), 1, BLOCK),
                    "Linux");
            Refusal.of(
                    UnsupportedOperationException.class,
                    () -> ends.client.receiveDescriptor(ByteBuffer.allocate(1), BLOCK),
                    "Linux");
            assertTrue(ends.client.openDescriptor().isEmpty());
            assertTrue(ends.listener.openDescriptor().isEmpty());
        }
        final Endpoint named = Endpoint.parse("unix:@name");
        Refusal.of(UnsupportedOperationException.class, () -> NioSocket.connect(named, LONG), "unix:@name", "Linux");
        Refusal.of(UnsupportedOperationException.class, () -> NioListener.listen(named, 1), "unix:@name", "Linux");
    }

    @Test
    void refusedConnectionsSayWhere() throws Exception {
        final Endpoint gone;
        try (StreamListener listener = NioListener.listen(endpoint("tcp"), 1)) {
            gone = listener.endpoint();
        }
        Refusal.of(ConnectException.class, () -> NioSocket.connect(gone, LONG), gone.toString());
        Refusal.of(IllegalArgumentException.class, () -> NioSocket.connect(gone, Duration.ZERO), "positive");
        Assumptions.assumeTrue(Files.exists(Path.of("/etc/resolv.conf")));
        Refusal.of(
                IOException.class,
                () -> NioSocket.connect(new Endpoint.Tcp("no-such-host.invalid", 1), LONG),
                "no-such-host.invalid");
    }
}
