package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Peers that lie, cut off, repeat what they have heard, or talk nonsense.
final class HostileFramesTest {
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int FRAMES = 1_000_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final BlockingQueue<Exception> refusals = new LinkedBlockingQueue<>();
    private Listener open;
    private Listener locked;

    @BeforeEach
    void listen() throws Exception {
        final ListenerOptions options =
                ListenerOptions.defaults().handshakeTimeout(LONG).onRefused((peer, why) -> refusals.add(why));
        open = Listener.open("unix:" + directory.resolve("open"), options);
        locked = Listener.open("unix:" + directory.resolve("locked"), options.authkey(KEY));
    }

    @AfterEach
    void close() throws Exception {
        open.close();
        locked.close();
    }

    private static byte[] header(int length) {
        return ByteBuffer.allocate(4).putInt(length).array();
    }

    private static byte[] longHeader(long length) {
        return ByteBuffer.allocate(12).putInt(-1).putLong(length).array();
    }

    private void refused(byte[] bytes, String... parts) throws Exception {
        try (Raw raw = Raw.to(open.endpoint());
                Connection connection = open.accept()) {
            raw.write(bytes);
            Refusal.of(ProtocolException.class, connection::receiveBytes, parts);
            assertFalse(connection.isOpen());
            assertNull(raw.readFrame());
        }
        assertEquals(0, open.openConnections());
    }

    @Test
    void lengthsThatAreNoneAreRefusedWithTheirValue() throws Exception {
        refused(header(-2), "-2");
        refused(header(Integer.MIN_VALUE), "-2147483648");
        refused(header(Integer.MAX_VALUE), "2147483647", "67108864");
        refused(longHeader(1L << 31), "2147483648", "67108864");
        refused(longHeader(Long.MAX_VALUE), "9223372036854775807");
        refused(longHeader(1L << 63), "9223372036854775808");
        refused(longHeader(-1), "18446744073709551615");
        refused(header((64 << 20) + 1), "67108865", "67108864");
    }

    @Test
    void longFormOfAShortLengthIsPythonsToo() throws Exception {
        try (Raw raw = Raw.to(open.endpoint());
                Connection connection = open.accept()) {
            raw.write(longHeader(3));
            raw.write((byte) 1, (byte) 2, (byte) 3);
            assertArrayEquals(new byte[] {1, 2, 3}, connection.receiveBytes());
        }
    }

    @Test
    void lengthAloneTakesLittleMemory() throws Exception {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Raw raw = Raw.to(open.endpoint());
                Connection connection = open.accept()) {
            raw.write(header(64 << 20));
            raw.write(new byte[1000]);
            final FutureTask<Long> allocated = new FutureTask<>(() -> {
                final long before = threads.getCurrentThreadAllocatedBytes();
                assertThrows(ProtocolException.class, connection::receiveBytes);
                return threads.getCurrentThreadAllocatedBytes() - before;
            });
            final Thread thread = Thread.ofPlatform().start(allocated);
            raw.socket().shutdownOutput();
            assertTrue(allocated.get() < 4 << 20, allocated.get() + " bytes");
            thread.join();
        }
    }

    @Test
    @SuppressWarnings("try") // Closed early: that is what is tested.
    void frameCutAtEachByteIsTold() throws Exception {
        final byte[] frame = Raw.frame("a message".getBytes(StandardCharsets.US_ASCII));
        final byte[] longFrame =
                ByteBuffer.allocate(15).put(longHeader(3)).put(new byte[3]).array();
        for (byte[] whole : new byte[][] {frame, longFrame}) {
            for (int length = 0; length < whole.length; length++) {
                try (Raw raw = Raw.to(open.endpoint());
                        Connection connection = open.accept()) {
                    raw.write(Arrays.copyOf(whole, length));
                    raw.close();
                    if (length == 0) {
                        assertThrows(EOFException.class, connection::receiveBytes);
                        assertTrue(connection.isOpen());
                    } else {
                        Refusal.of(ProtocolException.class, connection::receiveBytes, "in the midst of a message");
                        assertFalse(connection.isOpen());
                    }
                }
            }
        }
    }

    @Test
    void frameArrivesByteByByte() throws Exception {
        final byte[] frame = Raw.frame(new byte[] {5, 6, 7});
        try (Raw raw = Raw.to(open.endpoint());
                Connection connection = open.accept()) {
            for (byte each : frame) {
                raw.write(each);
                assertTrue(connection.poll(LONG));
            }
            assertArrayEquals(new byte[] {5, 6, 7}, connection.receiveBytes());
        }
    }

    @Test
    void randomBytesAreRefusedOrReadAndNothingElse() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        int frames = 0;
        while (frames < FRAMES) {
            final byte[] bytes = new byte[1 + random.nextInt(60_000)];
            random.nextBytes(bytes);
            if (random.nextInt(4) > 0) {
                shortFrames(bytes, random);
            }
            try (Raw raw = Raw.to(open.endpoint());
                    Connection connection = open.accept()) {
                Thread.ofVirtual().start(() -> writeAndEnd(raw, bytes));
                frames += receiveUntilRefused(connection);
            } catch (RuntimeException e) {
                throw new AssertionError(seed + " frame " + frames, e);
            }
        }
    }

    /// Makes lengths of some of the bytes.
    private static void shortFrames(byte[] bytes, Random random) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.remaining() > 20) {
            final int length = random.nextInt(20);
            buffer.putInt(random.nextInt(5000) == 0 ? random.nextInt() : length);
            buffer.position(Math.min(buffer.limit(), buffer.position() + length));
        }
    }

    private static void writeAndEnd(Raw raw, byte[] bytes) {
        try {
            raw.write(bytes);
            raw.socket().shutdownOutput();
        } catch (IOException e) {
            assertNotNull(e); // The other end has closed: it was told nonsense.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int receiveUntilRefused(Connection connection) throws InterruptedException {
        for (int frames = 1; true; frames++) {
            try {
                connection.receive();
            } catch (dev.backplane.codec.CodecException e) {
                assertTrue(connection.isOpen());
            } catch (IOException e) {
                return frames;
            }
        }
    }

    @Test
    void strangersAreRefused() throws Exception {
        final byte[][] responses = {
            {},
            new byte[16],
            new byte[20],
            "{sha256}".getBytes(StandardCharsets.US_ASCII),
            Bytes.join("{sha256}".getBytes(StandardCharsets.US_ASCII), new byte[32]),
            Bytes.join("{md5}".getBytes(StandardCharsets.US_ASCII), new byte[16]),
            Bytes.join("{sha1}".getBytes(StandardCharsets.US_ASCII), new byte[20]),
            Bytes.join("{sha256".getBytes(StandardCharsets.US_ASCII), new byte[32]),
            "#WELCOME#".getBytes(StandardCharsets.US_ASCII),
            new byte[256],
        };
        for (byte[] response : responses) {
            try (Raw raw = Raw.to(locked.endpoint())) {
                assertEquals(11 + 8 + 40, raw.expectFrame().length);
                raw.writeFrame(response);
                assertEquals("#FAILURE#", text(raw.expectFrame()));
                assertNull(raw.readFrame());
                assertEquals(AuthenticationException.class, refusals.take().getClass());
            }
        }
        assertEquals(responses.length, locked.refusedPeers());
        assertEquals(0, locked.openConnections());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void framesBeforeTheProofMayBeShortOnly() throws Exception {
        for (byte[] header : new byte[][] {header(257), header(-5), longHeader(257), longHeader(1L << 40)}) {
            try (Raw raw = Raw.to(locked.endpoint())) {
                raw.readFrame();
                raw.write(header);
                assertNull(raw.readFrame(), "closed without a word");
                assertEquals(ProtocolException.class, refusals.take().getClass());
            }
        }
    }

    @Test
    void proofCutAtEachByteIsRefused() throws Exception {
        for (int length = 0; length < 4 + 8 + 32; length++) {
            try (Raw raw = Raw.to(locked.endpoint())) {
                final byte[] challenge = Bytes.after(raw.expectFrame(), 11);
                final byte[] proof = Raw.frame(proof(challenge));
                raw.write(Arrays.copyOf(proof, length));
                raw.socket().shutdownOutput();
                assertTrue(refusals.take() instanceof IOException);
                assertNull(raw.readFrame());
            }
        }
    }

    private static byte[] proof(byte[] challenge) {
        final Secret key = new Secret(KEY);
        return Bytes.join(Digest.SHA256.prefix(), Digest.SHA256.code(key, challenge));
    }

    @Test
    void proofThatWasHeardIsWorthNothingAgain() throws Exception {
        final byte[] heard;
        try (Raw raw = Raw.to(locked.endpoint())) {
            final byte[] challenge = Bytes.after(raw.expectFrame(), 11);
            heard = proof(challenge);
            raw.writeFrame(heard);
            assertEquals("#WELCOME#", text(raw.expectFrame()));
        }
        assertTrue(refusals.take() instanceof IOException, "it has not challenged us");
        try (Raw raw = Raw.to(locked.endpoint())) {
            raw.readFrame();
            raw.writeFrame(heard);
            assertEquals("#FAILURE#", text(raw.expectFrame()));
            assertEquals(AuthenticationException.class, refusals.take().getClass());
        }
    }

    @Test
    void reflectedChallengeIsWorthNothing() throws Exception {
        try (Raw raw = Raw.to(locked.endpoint())) {
            final byte[] challenge = raw.expectFrame();
            raw.writeFrame(challenge); // A listener answers nobody who has not proved the key.
            assertEquals("#FAILURE#", text(raw.expectFrame()));
        }
    }

    /// A listener without the key, which lets one client answer another one's challenge.
    @Test
    void clientsDoNotAnswerEachOther() throws Exception {
        final ConnectionOptions options =
                ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
        final FutureTask<Connection> first = new FutureTask<>(() -> Client.connect(open.endpoint(), options));
        final FutureTask<Connection> second = new FutureTask<>(() -> Client.connect(open.endpoint(), options));
        final byte[] prefix = "#CHALLENGE#".getBytes(StandardCharsets.US_ASCII);
        Thread.ofVirtual().start(first);
        try (Connection toFirst = open.accept()) {
            toFirst.sendBytes(Bytes.join(prefix, new byte[20 + 20]));
            final Throwable badDigest = Action.failure(first);
            assertEquals(AuthenticationException.class, badDigest.getClass());
        }
        final FutureTask<Connection> third = new FutureTask<>(() -> Client.connect(open.endpoint(), options));
        Thread.ofVirtual().start(second);
        try (Connection toSecond = open.accept()) {
            toSecond.sendBytes(Bytes.join(prefix, Bytes.join(Digest.SHA256.prefix(), new byte[40])));
            assertEquals(8 + 32, toSecond.receiveBytes().length);
            toSecond.sendBytes("#WELCOME#".getBytes(StandardCharsets.US_ASCII));
            final byte[] challenge = toSecond.receiveBytes();
            Thread.ofVirtual().start(third);
            try (Connection toThird = open.accept()) {
                toThird.sendBytes(challenge);
                final Throwable refused = Action.failure(third);
                assertEquals(AuthenticationException.class, refused.getClass());
                assertTrue(refused.toString().contains("a client's challenge"), refused::toString);
                assertThrows(IOException.class, toThird::receiveBytes);
            }
        }
        assertThrows(java.util.concurrent.ExecutionException.class, second::get);
    }

    @Test
    void challengesAreNeverTheSame() throws Exception {
        final java.util.Set<String> seen = new java.util.HashSet<>();
        for (int i = 0; i < 200; i++) {
            try (Raw raw = Raw.to(locked.endpoint())) {
                assertTrue(seen.add(Arrays.toString(raw.readFrame())));
            }
        }
    }

    @Test
    void challengeThatIsNoneIsRefused() throws Exception {
        final ConnectionOptions options =
                ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
        final byte[][] frames = {
            {},
            "#WELCOME#".getBytes(StandardCharsets.US_ASCII),
            "#CHALLENGE#".getBytes(StandardCharsets.US_ASCII),
            "#CHALLENGE#nineteen bytes here!".getBytes(StandardCharsets.US_ASCII),
            "#CHALLENGE#just twenty of bytes".getBytes(StandardCharsets.US_ASCII),
            "#CHALLENGE#{md5}just twenty of bytes".getBytes(StandardCharsets.US_ASCII),
            "#CHALLENGE#{sha1}just twenty of bytes".getBytes(StandardCharsets.US_ASCII),
        };
        for (byte[] frame : frames) {
            final FutureTask<Connection> client = new FutureTask<>(() -> Client.connect(open.endpoint(), options));
            Thread.ofVirtual().start(client);
            try (Connection toClient = open.accept()) {
                toClient.sendBytes(frame);
                final Throwable refused = Action.failure(client);
                assertEquals(AuthenticationException.class, refused.getClass());
                assertThrows(IOException.class, toClient::receiveBytes);
            }
        }
    }

    @Test
    void oneMayChallengeOverAnyConnection() throws Exception {
        final FutureTask<Connection> client = new FutureTask<>(() -> {
            final Connection connection = Client.connect(open.endpoint(), ConnectionOptions.defaults());
            Challenge.answer(connection, KEY);
            Challenge.deliver(connection, KEY);
            return connection;
        });
        Thread.ofVirtual().start(client);
        try (Connection server = open.accept()) {
            Challenge.deliver(server, KEY);
            Challenge.answer(server, KEY);
            client.get().send("proved");
            assertEquals("proved", server.receive());
            final FutureTask<Boolean> answer = Action.task(() -> Challenge.answer(client.get(), new byte[] {1}));
            Thread.ofVirtual().start(answer);
            assertThrows(AuthenticationException.class, () -> Challenge.deliver(server, KEY));
            assertThrows(java.util.concurrent.ExecutionException.class, answer::get);
            assertFalse(server.isOpen());
            assertFalse(client.get().isOpen());
        }
    }
}
