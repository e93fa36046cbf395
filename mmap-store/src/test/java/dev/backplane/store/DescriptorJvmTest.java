package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.OpenFiles;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sockets between processes: descriptors that travel, and deaths.
final class DescriptorJvmTest {
    private static final Waiting BLOCK = Waiting.block();
    private static final long FOREVER = StreamSocket.FOREVER;
    private static final Duration LONG = SocketFixture.LONG;
    private static final SegmentOptions OPTIONS = SegmentOptions.defaults().withSize(1 << 20);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void needsDescriptors() {
        Assumptions.assumeTrue(Platform.current().name().equals("linux"), "descriptors are sent on Linux only");
    }

    /// A JVM, and a socket to it.
    private record Peer(Jvm jvm, StreamSocket socket) implements AutoCloseable {
        String ask(String command) {
            jvm.tell(command);
            return jvm.expectStartsWith("");
        }

        @Override
        public void close() throws IOException {
            socket.close();
            jvm.close();
        }
    }

    private Peer peer() throws IOException, InterruptedException {
        final Endpoint at = new Endpoint.Unix(directory.resolve("peer-" + UUID.randomUUID()));
        final Jvm jvm = Jvm.fork(SocketPeer.class);
        jvm.expect("ready");
        try (StreamListener listener = StreamListener.listen(at, 1)) {
            jvm.tell("connect " + at);
            final StreamSocket socket = listener.accept(BLOCK, FOREVER);
            assertNotNull(socket);
            jvm.expect("connected");
            assertTrue(socket.peer().contains("pid " + jvm.pid()), socket.peer());
            return new Peer(jvm, socket);
        }
    }

    /// Sends a descriptor that was opened for that, and closes it here.
    private static void pass(Peer peer, OptionalInt opened) throws IOException, InterruptedException {
        final int descriptor = opened.orElseThrow();
        try {
            send(peer, descriptor);
        } finally {
            Platform.current().closeDescriptor(descriptor);
        }
    }

    private static void send(Peer peer, int descriptor) throws IOException, InterruptedException {
        peer.socket.sendDescriptor(ByteBuffer.allocate(1), descriptor, BLOCK);
    }

    @Test
    void fileTravels() throws Exception {
        final Path file = directory.resolve("file");
        Files.writeString(file, "what it says");
        try (Peer peer = peer()) {
            final int descriptor = Platform.current().openDescriptor(file);
            Files.delete(file);
            send(peer, descriptor);
            Platform.current().closeDescriptor(descriptor);
            assertEquals("what it says", peer.ask("file"));
        }
        final Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        Refusal.of(IOException.class, () -> Platform.current().openDescriptor(link), link.toString());
    }

    @Test
    void anonymousSegmentTravelsAndOutlivesItsSender() throws Exception {
        try (Peer peer = peer();
                Peer other = peer()) {
            final Segment segment = Segment.anonymous("travels", OPTIONS);
            pass(peer, segment.openDescriptor());
            assertEquals(segment.id() + " true 2", peer.ask("segment"));
            pass(other, segment.openDescriptor());
            segment.close();
            assertTrue(segment.openDescriptor().isEmpty());
            assertEquals(segment.id() + " true 2", other.ask("segment"));
        }
    }

    @Test
    void whoHasTheDescriptorDoesNotKeepItsSenderAlive() throws Exception {
        try (Peer peer = peer()) {
            peer.jvm.tell("make");
            final int descriptor = peer.socket.receiveDescriptor(ByteBuffer.allocate(1), BLOCK);
            try (Segment segment = Segment.ofDescriptor(descriptor, OPTIONS)) {
                peer.jvm.expect(segment.id().toString());
                assertEquals(2, segment.participants().list().size());
                assertEquals(0, segment.sweepDead());
                peer.jvm.kill();
                assertEquals(1, segment.sweepDead());
            }
        }
    }

    @Test
    void namedSegmentIsAttachedByItsNameOnly() throws Exception {
        final Path path = directory.resolve("named");
        try (Segment segment = Segment.create(path, OPTIONS)) {
            assertTrue(segment.openDescriptor().isEmpty());
            final int copy = Platform.current().openDescriptor(path);
            Refusal.of(IOException.class, () -> Segment.ofDescriptor(copy, OPTIONS), path.toString(), "by its path");
        }
    }

    @Test
    void whatIsNoSegmentIsRefusedAndClosed() throws Exception {
        final Path file = directory.resolve("file");
        Files.write(file, new byte[1 << 16]);
        final long before = OpenFiles.count();
        for (Path path : new Path[] {file, Path.of("/dev/null")}) {
            final int descriptor = Platform.current().openDescriptor(path);
            assertThrows(Exception.class, () -> Segment.ofDescriptor(descriptor, OPTIONS));
        }
        assertEquals(before, OpenFiles.count());
    }

    @Test
    void socketAndListenerTravel() throws Exception {
        try (Peer peer = peer();
                StreamListener listener = StreamListener.listen(new Endpoint.Tcp("127.0.0.1", 0), 4);
                StreamSocket client = StreamSocket.connect(listener.endpoint(), LONG)) {
            final StreamSocket server = listener.accept(BLOCK, FOREVER);
            assertNotNull(server);
            final OptionalInt opened = server.openDescriptor();
            server.close(); // Another file may have its number now, but not that of the other descriptor.
            assertThrows(ClosedChannelException.class, server::openDescriptor);
            pass(peer, opened);
            assertEquals("sent", peer.ask("socket"));
            assertEquals("from the peer", SocketFixture.receive(client, 13));
            assertEquals(0, client.read(ByteBuffer.allocate(1), BLOCK, 1000));
            pass(peer, listener.openDescriptor());
            peer.jvm.tell("listener");
            try (StreamSocket second = StreamSocket.connect(listener.endpoint(), LONG)) {
                final String text = "from " + listener.endpoint();
                assertEquals(text, SocketFixture.receive(second, text.length()));
            }
            peer.jvm.expect("closed");
            assertFalse(listener.poll(BLOCK, 0));
            StreamSocket.connect(listener.endpoint(), LONG).close();
        }
    }

    @Test
    void listenerOfAFileLeavesItUnlessTold() throws Exception {
        final Path path = directory.resolve("socket");
        try (Peer peer = peer();
                StreamListener listener = StreamListener.listen(new Endpoint.Unix(path), 4)) {
            pass(peer, listener.openDescriptor());
            peer.jvm.tell("listener");
            try (StreamSocket client = StreamSocket.connect(listener.endpoint(), LONG)) {
                assertEquals(
                        "from unix:" + path,
                        SocketFixture.receive(client, 10 + path.toString().length()));
            }
            peer.jvm.expect("closed");
            assertTrue(Files.exists(path));
            try (StreamSocket client = StreamSocket.connect(listener.endpoint(), LONG)) {
                assertTrue(client.isOpen());
            }
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void closeEndsTheWaitOnWhatOthersHaveToo() throws Exception {
        try (Peer peer = peer()) {
            Platform.current().closeDescriptor(peer.socket.openDescriptor().orElseThrow());
            final SocketFixture.Task<Integer> reading = SocketFixture.Task.of(
                            () -> peer.socket.read(ByteBuffer.allocate(1), BLOCK, FOREVER))
                    .isIn("read");
            peer.socket.close();
            assertThrows(ClosedChannelException.class, reading::get);
        }
    }

    @Test
    void ofSeveralDescriptorsOneIsKept() throws Exception {
        final Path path = directory.resolve("python");
        try (StreamListener listener = StreamListener.listen(new Endpoint.Unix(path), 1)) {
            final Process python = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import os,socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                                    + " s.sendmsg([b'many'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,"
                                    + " __import__('array').array('i', [os.open('/dev/null', 0) for _ in range(3)]))]);"
                                    + " s.sendall(b'none'); s.recv(1)",
                            path.toString())
                    .inheritIO()
                    .start();
            try (StreamSocket socket = listener.accept(BLOCK, FOREVER)) {
                assertNotNull(socket);
                final long before = OpenFiles.count();
                final ByteBuffer into = ByteBuffer.allocate(4);
                final int kept = socket.receiveDescriptor(into, BLOCK);
                assertEquals("many", new String(into.array(), java.nio.charset.StandardCharsets.US_ASCII));
                assertEquals(before + 1, OpenFiles.count());
                Platform.current().closeDescriptor(kept);
                assertEquals(-1, socket.receiveDescriptor(into.clear(), BLOCK));
                assertEquals("none", new String(into.array(), java.nio.charset.StandardCharsets.US_ASCII));
                SocketFixture.send(socket, "x");
                assertEquals(-1, socket.receiveDescriptor(into.clear(), BLOCK));
            }
            assertTrue(python.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, python.exitValue());
        }
    }

    @Test
    void tooManyOpenFilesAreExplainedAndNothingLeaks() throws Exception {
        try (Peer peer = peer()) {
            send(peer, 0);
            send(peer, 0);
            peer.jvm.tell("full");
            peer.jvm.expectStartsWith("loaded cannot connect");
            peer.jvm.expect("full 0");
            for (int i = 0; i < 3; i++) {
                final String refusal = peer.jvm.expectStartsWith("");
                assertTrue(refusal.contains("too many open files; raise `ulimit -n`"), refusal);
            }
            peer.jvm.expect("leaked 0");
        }
    }

    @Test
    void killedPeerIsTheEndAfterWhatItSent() throws Exception {
        try (Peer peer = peer()) {
            assertEquals("sent", peer.ask("send goodbye"));
            peer.jvm.kill();
            assertEquals("goodbye", SocketFixture.receive(peer.socket, 7));
            assertEquals(-1, peer.socket.read(ByteBuffer.allocate(1), BLOCK, FOREVER));
            assertThrows(IOException.class, () -> peer.socket.write(SocketFixture.one((byte) 1), BLOCK, FOREVER));
        }
    }

    @Test
    void killWakesWhoWaits() throws Exception {
        for (boolean virtual : new boolean[] {false, true}) {
            try (Peer peer = peer()) {
                final java.util.concurrent.Callable<Integer> read =
                        () -> peer.socket.read(ByteBuffer.allocate(1), BLOCK, FOREVER);
                final SocketFixture.Task<Integer> reading =
                        virtual ? SocketFixture.Task.ofVirtual(read) : SocketFixture.Task.of(read);
                reading.isIn("read");
                peer.jvm.kill();
                assertEquals(-1, reading.get());
            }
        }
    }

    @Test
    void killedListenersFileIsReplacedByOneOfTwo() throws Exception {
        try (Jvm one = Jvm.fork(SocketPeer.class);
                Jvm two = Jvm.fork(SocketPeer.class)) {
            one.expect("ready");
            two.expect("ready");
            for (int round = 0; round < 20; round++) {
                final Path path = directory.resolve("race-" + round);
                final Endpoint at = new Endpoint.Unix(path);
                try (java.nio.channels.ServerSocketChannel stale =
                        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
                    stale.bind(java.net.UnixDomainSocketAddress.of(path));
                }
                one.tell("listen " + at);
                two.tell("listen " + at);
                final boolean first = one.expectStartsWith("").equals("won");
                assertEquals(!first, two.expectStartsWith("").equals("won"));
                StreamSocket.connect(at, LONG).close();
            }
            final Endpoint last = new Endpoint.Unix(directory.resolve("last"));
            one.tell("listen " + last);
            one.expect("won");
            two.tell("listen " + last);
            two.expectStartsWith("lost: cannot listen at " + last + ": somebody else");
            one.kill();
            two.tell("listen " + last);
            two.expect("won");
        }
    }

    @Test
    void manyVirtualThreadsWaitOnTwoCarriers() {
        try (Jvm jvm = Jvm.builder()
                .property("jdk.virtualThreadScheduler.parallelism", "2")
                .property("jdk.virtualThreadScheduler.maxPoolSize", "2")
                .fork(SocketPeer.class)) {
            jvm.expect("ready");
            jvm.tell("sleepers 1000");
            jvm.expect("others ran");
            jvm.expect("sum 3000");
        }
    }
}
