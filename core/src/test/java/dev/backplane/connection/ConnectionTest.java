package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two ends in one JVM.
final class ConnectionTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long MOST = 4 << 20;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws Exception {
        final ConnectionOptions options =
                ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG).maxFrameBytes(MOST);
        listener = Listener.open("unix:" + directory.resolve("socket"), ListenerOptions.of(options));
        client = Client.connect(listener.endpoint(), options);
        server = listener.accept();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        listener.close();
    }

    private static byte[] bytes(int length) {
        final byte[] all = new byte[length];
        for (int i = 0; i < length; i++) {
            all[i] = (byte) (i * 7 + i / 256);
        }
        return all;
    }

    @Test
    void valuesComeBackAsTheyWere() throws Exception {
        final List<@Nullable Object> values = Arrays.<@Nullable Object>asList(
                null,
                1,
                2L,
                "text",
                3.5,
                List.of("a", 1),
                Map.of("key", List.of(1.5)),
                new TreeSet<>(List.of(3, 4)),
                Instant.EPOCH,
                UUID.randomUUID(),
                "x".repeat(100_000));
        for (Object value : values) {
            client.send(value);
            assertEquals(value, server.receive());
        }
        final int[] array = {1, 2, 3};
        server.send(array);
        assertArrayEquals(array, (int[]) client.receive());
    }

    private record Foreign(int number) implements Serializable {}

    @Test
    void classesOfAnApplicationAreRefusedAndTheConnectionGoesOn() throws Exception {
        client.send(new Foreign(1));
        client.send("next");
        Refusal.of(CodecException.class, server::receive, Foreign.class.getName());
        assertEquals("next", server.receive());
        Refusal.of(CodecException.class, () -> client.send(new Object()), "java.lang.Object");
        client.send("again");
        assertEquals("again", server.receive());
        client.sendBytes(new byte[] {77, 77, 77});
        assertThrows(CodecException.class, server::receive);
        client.send(5);
        assertEquals(5, server.receive());
    }

    @Test
    void everyFormOfSendingIsTheSame() throws Exception {
        for (int length : new int[] {0, 1, 5000, 16_384, 16_385, 300_000}) {
            final byte[] message = bytes(length);
            final byte[] within = new byte[length + 20];
            System.arraycopy(message, 0, within, 7, length);
            final ByteBuffer direct = ByteBuffer.allocateDirect(length + 5)
                    .position(5)
                    .put(message)
                    .flip()
                    .position(5);
            final FutureTask<Boolean> sending = Action.task(() -> {
                client.sendBytes(message);
                client.sendBytes(within, 7, length);
                client.sendBytes(direct);
                assertFalse(direct.hasRemaining());
                client.sendBytes(ByteBuffer.wrap(within, 7, length).asReadOnlyBuffer());
                client.sendBytes(MemorySegment.ofArray(within).asReadOnly(), 7, length);
            });
            Thread.ofVirtual().start(sending);
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(message, server.receiveBytes());
            }
            sending.get();
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment longs = MemorySegment.ofArray(new long[200_000]);
            longs.setAtIndex(ValueLayout.JAVA_LONG, 199_999, 5);
            final FutureTask<byte[]> received = new FutureTask<>(() -> server.receiveBytes());
            Thread.ofVirtual().start(received);
            client.sendBytes(longs, 8, longs.byteSize() - 8);
            assertEquals(-1, longs.asSlice(8).mismatch(MemorySegment.ofArray(received.get())));
            final MemorySegment confined = arena.allocate(100).fill((byte) 3);
            client.sendBytes(confined, 1, 99);
            assertEquals(99, server.receiveBytes().length);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> client.sendBytes(new byte[5], 3, 3));
    }

    @Test
    void everyFormOfReceivingIsTheSame() throws Exception {
        for (int length : new int[] {0, 1, 5000, 20_000, 300_000}) {
            final byte[] message = bytes(length);
            final FutureTask<Boolean> sending = Action.task(() -> {
                for (int i = 0; i < 5; i++) {
                    client.sendBytes(message);
                }
            });
            Thread.ofVirtual().start(sending);
            assertArrayEquals(message, server.receiveBytes(length));
            final byte[] within = new byte[length + 9];
            assertEquals(length, server.receiveBytesInto(within, 9));
            assertArrayEquals(message, Arrays.copyOfRange(within, 9, within.length));
            final ByteBuffer direct = ByteBuffer.allocateDirect(length + 9).position(4);
            assertEquals(length, server.receiveBytesInto(direct));
            assertEquals(4 + length, direct.position());
            assertEquals(ByteBuffer.wrap(message), direct.flip().position(4));
            final MemorySegment longs = MemorySegment.ofArray(new long[length / 8 + 2]);
            assertEquals(length, server.receiveBytesInto(longs, 3));
            assertEquals(-1, longs.asSlice(3, length).mismatch(MemorySegment.ofArray(message)));
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment memory = arena.allocate(length + 1);
                assertEquals(length, server.receiveBytesInto(memory, 1));
                assertEquals(-1, memory.asSlice(1).mismatch(MemorySegment.ofArray(message)));
            }
            sending.get();
        }
    }

    @Test
    void messageThatDoesNotFitIsInTheException() throws Exception {
        for (int length : new int[] {5, 100_000}) {
            client.sendBytes(bytes(length));
            client.sendBytes(new byte[] {9});
            final BufferTooShortException e =
                    assertThrows(BufferTooShortException.class, () -> server.receiveBytesInto(new byte[4], 0));
            assertArrayEquals(bytes(length), e.bytes());
            assertTrue(e.toString().contains("a message of " + length + " bytes"), e::toString);
            assertArrayEquals(new byte[] {9}, server.receiveBytes());
        }
    }

    @Test
    void messageAboveTheLimitIsRefusedAndTheConnectionClosed() throws Exception {
        final FutureTask<Boolean> sending = Action.task(() -> client.sendBytes(new byte[(int) MOST + 1]));
        Thread.ofVirtual().start(sending);
        Refusal.of(ProtocolException.class, server::receiveBytes, "" + (MOST + 1), "" + MOST);
        assertFalse(server.isOpen());
        assertThrows(ExecutionException.class, sending::get);
        assertThrows(ClosedChannelException.class, server::receiveBytes);
    }

    @Test
    void messageLongerThanAskedForIsRefused() throws Exception {
        client.sendBytes(bytes(10));
        Refusal.of(ProtocolException.class, () -> server.receiveBytes(9), "10", "9");
        assertFalse(server.isOpen());
    }

    @Test
    void messageAtTheLimitArrives() throws Exception {
        final byte[] message = bytes((int) MOST);
        final FutureTask<Boolean> sending = Action.task(() -> client.sendBytes(message));
        Thread.ofVirtual().start(sending);
        assertArrayEquals(message, server.receiveBytes());
        sending.get();
    }

    @Test
    void pollSeesMessagesAndTheEnd() throws Exception {
        assertFalse(server.poll(Duration.ZERO));
        assertFalse(server.poll(Duration.ofMillis(5)));
        client.send(1);
        client.send(2);
        assertTrue(server.poll(LONG));
        assertEquals(1, server.receive());
        assertTrue(server.poll(Duration.ZERO), "the second was read ahead, or is there");
        assertEquals(2, server.receive());
        assertFalse(server.poll(Duration.ZERO));
        client.close();
        assertTrue(server.poll(LONG));
        Refusal.of(EOFException.class, server::receive, "nothing more");
        assertThrows(ClosedChannelException.class, () -> client.poll(Duration.ZERO));
    }

    @Test
    void halfCloseLeavesTheOtherDirection() throws Exception {
        client.send("last");
        client.shutdownOutput();
        assertEquals("last", server.receive());
        assertThrows(EOFException.class, server::receive);
        server.send("answer");
        assertEquals("answer", client.receive());
    }

    @Test
    void closeEndsWaits() throws Exception {
        final FutureTask<Object> receiving = new FutureTask<>(() -> server.receive());
        final Thread thread = Thread.ofVirtual().start(receiving);
        Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
        server.close();
        server.close();
        assertTrue(Action.failure(receiving) instanceof ClosedChannelException);
        assertEquals(0, listener.openConnections());
        assertThrows(ClosedChannelException.class, () -> server.send(1));
    }

    @Test
    void interruptBetweenMessagesLosesNothing() throws Exception {
        final FutureTask<Object> receiving = new FutureTask<>(() -> server.receive());
        final Thread thread = Thread.ofVirtual().start(receiving);
        Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
        thread.interrupt();
        assertTrue(Action.failure(receiving) instanceof InterruptedException);
        client.send("still there");
        assertEquals("still there", server.receive());
    }

    @Test
    void interruptWithinAMessageCloses() throws Exception {
        final FutureTask<Boolean> sending = Action.task(() -> client.sendBytes(new byte[(int) MOST]));
        final Thread thread = Thread.ofPlatform().start(sending);
        assertTrue(server.poll(LONG), "it has begun, and cannot come to an end: nobody reads");
        thread.interrupt();
        assertTrue(Action.failure(sending) instanceof InterruptedException);
        assertFalse(client.isOpen());
        Refusal.of(ProtocolException.class, server::receiveBytes, "in the midst of a message");
        assertFalse(server.isOpen());
    }

    @Test
    void threadsThatShareAnEndDoNotMixMessages() throws Exception {
        final int threads = 8;
        final int each = 200;
        final List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final byte number = (byte) i;
            tasks.add(new FutureTask<>(() -> {
                for (int message = 0; message < each; message++) {
                    final byte[] same = new byte[1 + message * 211];
                    Arrays.fill(same, number);
                    client.sendBytes(same);
                }
                return each;
            }));
            tasks.add(new FutureTask<>(() -> {
                for (int message = 0; message < each; message++) {
                    final byte[] same = server.receiveBytes();
                    for (byte b : same) {
                        assertEquals(same[0], b);
                    }
                }
                return each;
            }));
        }
        tasks.forEach(task -> Thread.ofVirtual().start(task));
        for (FutureTask<Integer> task : tasks) {
            assertEquals(each, task.get());
        }
        assertFalse(server.poll(Duration.ZERO));
    }

    /// Sends in the midst of a message, which is refused; reads how many bytes there are.
    private record Selfish(Connection through) implements Codec<@Nullable Object> {
        @Override
        public void encode(@Nullable Object value, CodecOutput out) {
            try {
                through.sendBytes(new byte[0]);
            } catch (Exception e) {
                throw new CodecException("cannot", e);
            }
        }

        @Override
        public @Nullable Object decode(CodecInput in) {
            return in.getBytes(in.remaining()).length;
        }

        @Override
        public String name() {
            return "selfish";
        }
    }

    @Test
    void codecsArePerView() throws Exception {
        final Connection other = client.withCodec(new Selfish(client));
        final Throwable cause =
                assertThrows(CodecException.class, () -> other.send(1)).getCause();
        assertTrue(cause instanceof IllegalStateException, () -> "" + cause);
        client.send(1);
        assertEquals(
                ConnectionOptions.plainValues().toBytes(1).length,
                server.withCodec(new Selfish(server)).receive());
        other.close();
        assertFalse(client.isOpen());
    }

    @Test
    void nothingSecretShows() {
        final String key = "very secret";
        final ListenerOptions options =
                ListenerOptions.defaults().authkey(key.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (Object each : List.of(options, options.connections(), listener, client, server)) {
            assertFalse(each.toString().contains("secret"), each::toString);
        }
        assertTrue(options.toString().contains("an authkey"), options::toString);
        assertTrue(client.toString().contains(listener.endpoint().toString()), client::toString);
        final ObjectOutputStream[] out = new ObjectOutputStream[1];
        Refusal.of(
                NotSerializableException.class,
                () -> {
                    out[0] = new ObjectOutputStream(new ByteArrayOutputStream());
                    out[0].writeObject(client);
                },
                "socket");
        assertThrows(
                IllegalArgumentException.class,
                () -> ConnectionOptions.defaults().authkey(new byte[0]));
        assertThrows(
                IllegalArgumentException.class,
                () -> ConnectionOptions.defaults().maxFrameBytes(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> ConnectionOptions.defaults().handshakeTimeout(Duration.ZERO));
    }

    @Test
    void messagesWithinATimeArriveAsOthersDo() throws Exception {
        final byte[] large = bytes(3_000_000);
        final FutureTask<byte[]> received = new FutureTask<>(() -> server.receiveBytes(LONG));
        Thread.ofVirtual().start(received);
        client.sendBytes(large, LONG);
        assertArrayEquals(large, received.get());
        client.sendBytes(bytes(3), LONG);
        assertArrayEquals(bytes(3), server.receiveBytes(Duration.ofSeconds(Long.MAX_VALUE)));
        // Whoever comes later has no limit.
        client.sendBytes(bytes(4));
        assertArrayEquals(bytes(4), server.receiveBytes());
        client.close();
        assertThrows(EOFException.class, () -> server.receiveBytes(LONG));
    }

    @Test
    void messageThatStopsMidwayIsGivenUpWhenItsTimeIsUp() throws Exception {
        final Duration soon = Duration.ofMillis(50);
        try (Listener open = Listener.open("unix:" + directory.resolve("open"), ListenerOptions.defaults())) {
            for (byte[] part : new byte[][] {{}, {0, 0}, {0, 0, 0, 9, 1, 2, 3}, {0, 1, 0, 0, 5}}) {
                try (Raw peer = Raw.to(open.endpoint());
                        Connection accepted = open.accept()) {
                    peer.write(part);
                    Refusal.of(
                            SocketTimeoutException.class,
                            () -> accepted.receiveBytes(soon),
                            accepted.peer(),
                            soon.toString());
                    assertFalse(accepted.isOpen());
                }
            }
            try (Raw peer = Raw.to(open.endpoint());
                    Connection accepted = open.accept()) {
                assertThrows(SocketTimeoutException.class, () -> accepted.sendBytes(bytes(50_000_000), soon));
                assertFalse(accepted.isOpen());
                assertTrue(peer.socket().isOpen());
            }
        }
    }

    @Test
    void turnThatDoesNotComeInTimeLeavesTheConnectionOpen() throws Exception {
        final FutureTask<byte[]> receiving = new FutureTask<>(() -> server.receiveBytes());
        final Thread receiver = Thread.ofPlatform().daemon().start(receiving);
        Eventually.holds(
                "it reads",
                () -> Arrays.stream(receiver.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(TimedSocket.class.getName())));
        assertThrows(SocketTimeoutException.class, () -> server.receiveBytes(Duration.ofMillis(20)));
        client.sendBytes(bytes(5));
        assertArrayEquals(bytes(5), receiving.get());
    }
}
