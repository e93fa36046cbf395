package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What every implementation of [StreamSocket] and [StreamListener] does, over one kind of address.
abstract class StreamSocketContract extends SocketFixture {
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int BLOCK_BYTES = 1 << 20;

    private static byte[] randomBytes(int count) {
        final byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void bytesArriveBothWays() throws Exception {
        final Pair pair = pair();
        send(pair.client(), "question");
        assertTrue(pair.server().poll(BLOCK, FOREVER));
        assertEquals("question", receive(pair.server(), 8));
        send(pair.server(), "answer");
        assertEquals("answer", receive(pair.client(), 6));
        assertTrue(pair.client().isOpen() && pair.server().isOpen());
        assertFalse(pair.client().peer().isEmpty() || pair.server().peer().isEmpty());
    }

    @Test
    void readGivesWhatIsThereAndKeepsTheRest() throws Exception {
        final Pair pair = pair();
        send(pair.client(), "abcdef");
        final ByteBuffer into = ByteBuffer.allocate(10).position(2).limit(6);
        while (into.hasRemaining()) {
            assertTrue(pair.server().read(into, BLOCK, FOREVER) > 0);
        }
        assertEquals("\0\0abcd\0\0\0\0", new String(into.array(), java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals("ef", receive(pair.server(), 2));
    }

    @Test
    void everyKindOfBufferIsWrittenInOrder() throws Exception {
        final Pair pair = pair();
        final byte[] large = randomBytes(3 * BLOCK_BYTES + 17);
        final byte[] half = randomBytes(300_000);
        final ByteBuffer direct = ByteBuffer.allocateDirect(large.length + 5)
                .position(5)
                .put(large)
                .flip()
                .position(5);
        final ByteBuffer[] from = {
            ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2),
            ByteBuffer.allocate(0),
            direct,
            ByteBuffer.allocateDirect(3).put(new byte[] {3, 4, 5}).flip(),
            ByteBuffer.wrap(half).asReadOnlyBuffer(),
            ByteBuffer.wrap(new byte[] {6})
        };
        final Task<Boolean> writing = Task.of(() -> {
            final boolean written = pair.client().write(from, Waiting.byDefault(), FOREVER);
            pair.client().shutdownOutput();
            return written;
        });
        final byte[] all = receiveAll(pair.server(), ByteBuffer.allocate(70_000));
        assertTrue(writing.get());
        final ByteBuffer expected = ByteBuffer.allocate(2 + large.length + 3 + half.length + 1);
        expected.put(new byte[] {1, 2})
                .put(large)
                .put(new byte[] {3, 4, 5})
                .put(half)
                .put((byte) 6);
        assertArrayEquals(expected.array(), all);
        for (ByteBuffer buffer : from) {
            assertFalse(buffer.hasRemaining());
        }
    }

    @Test
    void largeTransfersBothWaysAtOnce() throws Exception {
        final Pair pair = pair();
        final byte[] up = randomBytes(8 * BLOCK_BYTES);
        final byte[] down = randomBytes(5 * BLOCK_BYTES + 1);
        final List<Task<Boolean>> writers = new ArrayList<>();
        writers.add(Task.of(() -> {
            final boolean written = pair.client().write(one(up), BLOCK, FOREVER);
            pair.client().shutdownOutput();
            return written;
        }));
        writers.add(Task.ofVirtual(() -> {
            final boolean written = pair.server().write(one(down), BLOCK, FOREVER);
            pair.server().shutdownOutput();
            return written;
        }));
        final Task<byte[]> got = Task.ofVirtual(() -> receiveAll(pair.client(), ByteBuffer.allocateDirect(100_000)));
        assertArrayEquals(up, receiveAll(pair.server(), ByteBuffer.allocateDirect(BLOCK_BYTES)));
        assertArrayEquals(down, got.get());
        for (Task<Boolean> writer : writers) {
            assertTrue(writer.get());
        }
    }

    @Test
    void waitsEndWithTheirTime() throws Exception {
        final Pair pair = pair();
        final ByteBuffer into = ByteBuffer.allocate(1);
        for (Waiting waiting : List.of(BLOCK, Waiting.byDefault(), Waiting.spin())) {
            for (long nanos : new long[] {0, -1, SHORT_NANOS, TimeUnit.MILLISECONDS.toNanos(60)}) {
                final long start = System.nanoTime();
                assertEquals(0, pair.client().read(into, waiting, nanos));
                assertTrue(System.nanoTime() - start >= nanos);
                assertFalse(pair.client().poll(waiting, nanos));
                assertFalse(pair.listener().poll(waiting, nanos));
                assertNull(pair.listener().accept(waiting, nanos));
                assertTrue(System.nanoTime() - start >= 4 * nanos);
            }
        }
        final long start = System.nanoTime();
        assertEquals(
                0,
                Task.ofVirtual(() -> pair.client().read(into, BLOCK, SHORT_NANOS))
                        .get());
        assertTrue(System.nanoTime() - start >= SHORT_NANOS);
        send(pair.server(), "x");
        assertEquals("x", receive(pair.client(), 1));
    }

    @Test
    void writeThatFindsNoRoomSaysHowFarItCame() throws Exception {
        final Pair pair = pair();
        final byte[] bytes = randomBytes(64 * BLOCK_BYTES);
        final ByteBuffer[] from = one(bytes);
        assertFalse(pair.client().write(from, BLOCK, SHORT_NANOS));
        final int written = from[0].position();
        assertTrue(written > 0 && written < bytes.length, () -> "written " + written);
        assertFalse(pair.client().write(from, BLOCK, 0));
        final Task<byte[]> reading = Task.of(() -> receiveAll(pair.server(), ByteBuffer.allocate(BLOCK_BYTES)));
        assertTrue(pair.client().write(from, BLOCK, FOREVER));
        pair.client().close();
        assertArrayEquals(bytes, reading.get());
        assertTrue(pair.server().write(new ByteBuffer[0], BLOCK, 0));
    }

    @Test
    void interruptEndsAWaitAndNothingElse() throws Exception {
        final byte[] much = new byte[64 * BLOCK_BYTES];
        for (boolean virtual : new boolean[] {false, true}) {
            final Pair pair = pair();
            expectInterrupt(virtual, "read", () -> pair.client().read(ByteBuffer.allocate(1), BLOCK, FOREVER));
            expectInterrupt(virtual, "poll", () -> pair.client().poll(Waiting.byDefault(), FOREVER));
            expectInterrupt(virtual, "accept", () -> pair.listener().accept(BLOCK, FOREVER));
            expectInterrupt(virtual, "poll", () -> pair.listener().poll(BLOCK, FOREVER));
            expectInterrupt(virtual, "write", () -> pair.server().write(one(much), BLOCK, FOREVER));
            assertTrue(pair.client().isOpen());
            send(pair.client(), "still");
            assertEquals("still", receive(pair.server(), 5));
        }
    }

    private static void expectInterrupt(boolean virtual, String method, Callable<?> wait) {
        final Task<Boolean> waiting = new Task<>(
                () -> {
                    assertThrows(InterruptedException.class, wait::call);
                    return Thread.currentThread().isInterrupted();
                },
                virtual);
        waiting.isIn(method).interrupt();
        assertFalse(org.junit.jupiter.api.Assertions.assertDoesNotThrow(waiting::get), "status is cleared");
    }

    @Test
    void closeEndsTheWaitsOfOthers() throws Exception {
        for (boolean virtual : new boolean[] {false, true}) {
            for (Waiting waiting : List.of(BLOCK, virtual ? Waiting.byDefault() : Waiting.spin())) {
                final Pair pair = pair();
                final List<Task<?>> tasks = List.of(
                        new Task<Object>(() -> pair.client().read(ByteBuffer.allocate(1), waiting, FOREVER), virtual)
                                .isIn("read"),
                        new Task<Object>(
                                        () -> pair.client().write(one(new byte[64 * BLOCK_BYTES]), waiting, FOREVER),
                                        virtual)
                                .isIn("write"),
                        new Task<Object>(() -> pair.server().poll(waiting, FOREVER), virtual),
                        new Task<Object>(() -> pair.listener().accept(BLOCK, FOREVER), virtual).isIn("accept"));
                pair.client().close();
                pair.listener().close();
                for (int i : new int[] {0, 1, 3}) {
                    assertThrows(ClosedChannelException.class, tasks.get(i)::get);
                }
                assertEquals(true, tasks.get(2).get()); // The other end only learns that there is no more.
            }
        }
    }

    @Test
    void closedSocketsRefuseEverything() throws Exception {
        final Pair pair = pair();
        for (int i = 0; i < 2; i++) {
            pair.client().close();
            pair.listener().close();
        }
        assertFalse(pair.client().isOpen());
        assertThrows(ClosedChannelException.class, () -> pair.client().read(ByteBuffer.allocate(1), BLOCK, FOREVER));
        assertThrows(ClosedChannelException.class, () -> pair.client().write(one((byte) 1), BLOCK, 0));
        assertThrows(ClosedChannelException.class, () -> pair.client().poll(BLOCK, 0));
        assertThrows(ClosedChannelException.class, pair.client()::shutdownOutput);
        assertThrows(ClosedChannelException.class, () -> pair.listener().accept(BLOCK, 0));
        assertThrows(ClosedChannelException.class, () -> pair.listener().poll(BLOCK, 0));
        assertThrows(ClosedChannelException.class, pair.client()::openDescriptor);
        assertThrows(ClosedChannelException.class, pair.listener()::openDescriptor);
    }

    @Test
    void halfClosedSocketStillReads() throws Exception {
        final Pair pair = pair();
        send(pair.client(), "last");
        pair.client().shutdownOutput();
        assertEquals("last", receive(pair.server(), 4));
        assertTrue(pair.server().poll(BLOCK, FOREVER));
        assertEquals(-1, pair.server().read(ByteBuffer.allocate(1), BLOCK, FOREVER));
        assertEquals(-1, pair.server().read(ByteBuffer.allocate(1), BLOCK, 0));
        send(pair.server(), "reply");
        assertEquals("reply", receive(pair.client(), 5));
        assertThrows(IOException.class, () -> pair.client().write(one((byte) 1), BLOCK, FOREVER));
    }

    @Test
    void writingToAClosedEndIsRefusedWithItsName() throws Exception {
        final Pair pair = pair();
        final String peer = pair.client().peer();
        pair.server().close();
        final ByteBuffer[] from = one(new byte[64 * BLOCK_BYTES]);
        Refusal.of(
                IOException.class,
                () -> {
                    while (true) { // The first one may get through, before TCP has heard of the end.
                        from[0].clear();
                        assertTrue(pair.client().write(from, BLOCK, FOREVER));
                    }
                },
                peer);
        assertTrue(pair.client().isOpen());
    }

    @Test
    void nobodyThereIsARefusalThatSaysSo() throws Exception {
        final StreamListener listener = listen(fresh(), 1);
        final Endpoint gone = listener.endpoint();
        listener.close();
        Refusal.of(
                ConnectException.class,
                () -> connect(gone, LONG),
                gone.toString(),
                "cannot connect",
                "start its listener");
        Refusal.of(IllegalArgumentException.class, () -> connect(gone, Duration.ZERO), "timeout");
        Refusal.of(IllegalArgumentException.class, () -> listen(gone, 0), "backlog is 0");
    }

    @Test
    void takenAddressIsRefusedAndStaysTaken() throws Exception {
        final StreamListener first = closing(listen(fresh(), 4));
        for (int i = 0; i < 3; i++) {
            Refusal.of(
                    BindException.class,
                    () -> listen(first.endpoint(), 4),
                    first.endpoint().toString(),
                    "cannot listen");
        }
        final StreamSocket client = closing(connect(first.endpoint(), LONG));
        final StreamSocket server = accepted(first);
        send(client, "here");
        assertEquals("here", receive(server, 4));
        assertNull(first.accept(BLOCK, 0), "a refused listener must not show up as a client");
        first.close();
        closing(listen(first.endpoint(), 4));
    }

    @Test
    void buffersThatCannotBeReadIntoAreRefused() throws Exception {
        final Pair pair = pair();
        assertThrows(IllegalArgumentException.class, () -> pair.client().read(ByteBuffer.allocate(0), BLOCK, FOREVER));
        send(pair.server(), "kept");
        assertThrows(
                ReadOnlyBufferException.class,
                () -> pair.client().read(ByteBuffer.allocate(4).asReadOnlyBuffer(), BLOCK, FOREVER));
        assertEquals("kept", receive(pair.client(), 4));
    }

    @Test
    void waitingClientsAreAcceptedByManyThreads() throws Exception {
        final int clients = 60;
        final StreamListener listener = closing(listen(fresh(), 64));
        final List<Task<Object>> servers = new ArrayList<>();
        final AtomicInteger left = new AtomicInteger(clients);
        for (int i = 0; i < 6; i++) {
            servers.add(new Task<>(
                    () -> {
                        while (left.getAndDecrement() > 0) {
                            final StreamSocket socket = listener.accept(Waiting.byDefault(), FOREVER);
                            assertNotNull(socket);
                            try (socket) {
                                send(socket, receive(socket, 2));
                                assertEquals(-1, socket.read(ByteBuffer.allocate(1), BLOCK, FOREVER));
                            }
                        }
                        return "";
                    },
                    i % 2 == 0));
        }
        final List<Task<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            final String text = String.format("%02d", i);
            tasks.add(Task.ofVirtual(() -> {
                try (StreamSocket socket = connect(listener.endpoint(), LONG)) {
                    send(socket, text);
                    return receive(socket, 2);
                }
            }));
        }
        for (int i = 0; i < clients; i++) {
            assertEquals(String.format("%02d", i), tasks.get(i).get());
        }
        for (Task<Object> server : servers) {
            server.get();
        }
    }

    @Test
    void oneMessageOfEachThreadIsInOnePiece() throws Exception {
        final Pair pair = pair();
        final int writers = 4;
        final int rounds = 20;
        final CountDownLatch start = new CountDownLatch(1);
        final List<Task<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            final byte[] message = new byte[100_000];
            Arrays.fill(message, (byte) ('a' + i));
            tasks.add(new Task<>(
                    () -> {
                        start.await();
                        for (int round = 0; round < rounds; round++) {
                            assertTrue(pair.client().write(one(message), BLOCK, FOREVER));
                        }
                        return "";
                    },
                    i % 2 == 0));
        }
        start.countDown();
        for (int i = 0; i < writers * rounds; i++) {
            final String message = receive(pair.server(), 100_000);
            assertEquals(message.substring(0, 1).repeat(message.length()), message);
        }
        for (Task<Object> task : tasks) {
            task.get();
        }
    }

    @Test
    void socketsComeAndGoWhileOthersUseThem() throws Exception {
        final StreamListener listener = closing(listen(fresh(), 16));
        for (int round = 0; round < 200; round++) {
            final StreamSocket client = connect(listener.endpoint(), LONG);
            final StreamSocket server = listener.accept(BLOCK, FOREVER);
            assertNotNull(server);
            final boolean virtual = round % 2 == 0;
            final Task<Integer> reader =
                    new Task<>(() -> client.read(ByteBuffer.allocate(1), Waiting.byDefault(), FOREVER), virtual);
            final Task<Object> writer = new Task<>(
                    () -> {
                        while (true) {
                            server.write(one(new byte[1000]), BLOCK, FOREVER);
                        }
                    },
                    !virtual);
            final boolean read = round % 3 == 0;
            if (read) {
                assertEquals(1, reader.get());
            }
            client.close();
            if (!read) {
                try {
                    assertEquals(1, reader.get());
                } catch (ClosedChannelException e) {
                    assertFalse(client.isOpen());
                }
            }
            assertInstanceOf(IOException.class, assertThrows(IOException.class, writer::get));
            server.close();
        }
    }
}
