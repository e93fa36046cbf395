package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who is let in, how many, and for how long.
final class ListenerTest {
    private static final byte[] KEY = {4, 5, 6};
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(2);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ConnectionOptions client =
            ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
    private final BlockingQueue<Exception> refusals = new LinkedBlockingQueue<>();
    private final ListenerOptions options = ListenerOptions.of(client).onRefused((peer, why) -> refusals.add(why));

    private Listener listen(ListenerOptions how) throws IOException {
        return Listener.open("unix:" + directory.resolve("socket"), how);
    }

    @Test
    void stalledHandshakesHoldNobodyUp() throws Exception {
        final int stalled = 200;
        final List<Raw> peers = new ArrayList<>();
        try (Listener listener = listen(options)) {
            for (int i = 0; i < stalled; i++) {
                final Raw peer = Raw.to(listener.endpoint());
                peers.add(peer);
                if (i % 2 == 0) {
                    peer.write((byte) 0); // The first byte of a length, and no more.
                }
            }
            for (int i = 0; i < 20; i++) {
                try (Connection honest = Client.connect(listener.endpoint(), client);
                        Connection accepted = listener.accept()) {
                    honest.send(i);
                    assertEquals(i, accepted.receive());
                }
            }
            assertEquals(0, listener.refusedPeers());
        } finally {
            for (Raw peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void slowHandshakeIsEndedEvenIfItSendsByteByByte() throws Exception {
        final long start = System.nanoTime(); // The listener's clock runs as soon as they have connected.
        try (Listener listener = listen(options.handshakeTimeout(SOON));
                Raw silent = Raw.to(listener.endpoint());
                Raw slow = Raw.to(listener.endpoint())) {
            slow.readFrame();
            slow.write((byte) 0, (byte) 0, (byte) 1, (byte) 0); // 256 bytes are to come.
            final FutureTask<Void> trickle = new FutureTask<>(() -> {
                while (true) {
                    slow.write((byte) 7);
                    slow.socket().poll(dev.backplane.store.Waiting.block(), 20_000_000);
                }
            });
            Thread.ofVirtual().start(trickle);
            assertEquals(SocketTimeoutException.class, refusals.take().getClass());
            assertEquals(SocketTimeoutException.class, refusals.take().getClass());
            assertTrue(System.nanoTime() - start >= SOON.toNanos());
            silent.readFrame();
            assertNull(silent.readFrame());
            assertThrows(ExecutionException.class, trickle::get);
            assertEquals(2, listener.refusedPeers());
        }
    }

    @Test
    void oldestHandshakeMakesWayForTheNewest() throws Exception {
        try (Listener listener = listen(options.maxHandshakes(2));
                Raw first = Raw.to(listener.endpoint())) {
            first.readFrame();
            try (Raw second = Raw.to(listener.endpoint())) {
                second.readFrame();
                try (Connection honest = Client.connect(listener.endpoint(), client);
                        Connection accepted = listener.accept()) {
                    honest.send(1);
                    assertEquals(1, accepted.receive());
                    final String why = String.valueOf(refusals.take().getMessage());
                    assertTrue(why.contains("maxHandshakes"), why);
                    assertNull(first.readFrame());
                    assertTrue(second.socket().isOpen());
                }
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitWaitUntilOneIsClosed() throws Exception {
        try (Listener listener = listen(options.maxConnections(2))) {
            final Connection one = Client.connect(listener.endpoint(), client);
            final Connection two = Client.connect(listener.endpoint(), client);
            final Connection accepted = listener.accept();
            try (Connection other = listener.accept();
                    one;
                    two) {
                assertEquals(2, listener.openConnections());
                final ConnectionOptions hurried = client.handshakeTimeout(SOON);
                assertThrows(SocketTimeoutException.class, () -> Client.connect(listener.endpoint(), hurried));
                accepted.close();
                try (Connection three = Client.connect(listener.endpoint(), client)) {
                    assertTrue(three.isOpen());
                    listener.accept().close();
                }
                assertTrue(other.isOpen());
            }
            Eventually.holds("all are closed", () -> listener.openConnections() == 0);
        }
    }

    @Test
    void idleConnectionsAreClosedAndBusyOnesAreNot() throws Exception {
        final long start = System.nanoTime(); // Before anything can be idle.
        try (Listener listener = listen(options.idleTimeout(SOON));
                Connection idle = Client.connect(listener.endpoint(), client);
                Connection idleHere = listener.accept();
                Connection busy = Client.connect(listener.endpoint(), client);
                Connection busyHere = listener.accept()) {
            final FutureTask<Object> received = new FutureTask<>(() -> idleHere.receive());
            Thread.ofVirtual().start(received);
            while (idleHere.isOpen()) {
                busy.send(1);
                assertEquals(1, busyHere.receive());
                busyHere.poll(Duration.ofMillis(10));
            }
            assertTrue(busyHere.isOpen());
            assertTrue(System.nanoTime() - start >= SOON.toNanos() / 2);
            assertTrue(Action.failure(received) instanceof ClosedChannelException);
            assertThrows(IOException.class, idle::receive);
            Eventually.holds("the other is idle now", () -> listener.openConnections() == 0);
        }
    }

    @Test
    void acceptTimesOutAndIsInterrupted() throws Exception {
        try (Listener listener = listen(options)) {
            assertTrue(listener.accept(Duration.ZERO).isEmpty());
            assertTrue(listener.accept(Duration.ofMillis(5)).isEmpty());
            assertFalse(listener.poll(Duration.ZERO));
            assertTrue(listener.lastAccepted().isEmpty());
            final FutureTask<Object> accepting = new FutureTask<>(() -> listener.accept());
            final Thread thread = Thread.ofVirtual().start(accepting);
            Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
            thread.interrupt();
            assertTrue(Action.failure(accepting) instanceof InterruptedException);
            try (Connection connection = Client.connect(listener.endpoint(), client)) {
                assertTrue(listener.poll(LONG));
                assertTrue(connection.isOpen());
                listener.accept(Duration.ZERO).orElseThrow().close();
                assertTrue(listener.lastAccepted().orElseThrow().startsWith("unix:"));
            }
        }
    }

    @Test
    void closeEndsAcceptHandshakesAndWhoWasNotAccepted() throws Exception {
        final Listener listener = listen(options);
        final Connection accepted;
        try (Connection stays = Client.connect(listener.endpoint(), client)) {
            accepted = listener.accept();
            try (Connection waits = Client.connect(listener.endpoint(), client);
                    Raw stalled = Raw.to(listener.endpoint())) {
                assertTrue(listener.poll(LONG));
                stalled.readFrame();
                listener.close();
                listener.close();
                assertNull(stalled.readFrame());
                assertThrows(IOException.class, waits::receive);
            }
            assertThrows(ClosedChannelException.class, listener::accept);
            assertThrows(ClosedChannelException.class, () -> listener.poll(Duration.ZERO));
            assertFalse(Files.exists(directory.resolve("socket")));
            stays.send("on");
            assertEquals("on", accepted.receive());
            accepted.close();
            assertEquals(0, listener.openConnections());
            assertEquals(0, listener.refusedPeers());
        }
    }

    /// A listener of the system that has no descriptors left, just once.
    private static final class Exhausted implements StreamListener {
        private final CountDownLatch accepts = new CountDownLatch(2);

        @Override
        public StreamSocket accept(Waiting waiting, long timeoutNanos) throws IOException {
            accepts.countDown();
            if (accepts.getCount() > 0) {
                throw new IOException("too many open files");
            }
            throw new ClosedChannelException();
        }

        @Override
        public boolean poll(Waiting waiting, long timeoutNanos) {
            return true;
        }

        @Override
        public Endpoint endpoint() {
            return new Endpoint.Tcp("127.0.0.1", 1);
        }

        @Override
        public OptionalInt openDescriptor() {
            return OptionalInt.empty();
        }

        @Override
        public void close() {} // Nothing was opened.
    }

    @Test
    void whoIsToldOfARefusalAndFailsDoesNotEndTheListener() throws Exception {
        final Exhausted socket = new Exhausted();
        final ListenerOptions failing = options.onRefused((peer, why) -> {
            refusals.add(why);
            throw new IllegalStateException("a callback that fails");
        });
        try (Listener listener = Listener.over(socket, failing)) {
            assertTrue(socket.accepts.await(LONG.toSeconds(), TimeUnit.SECONDS));
            assertEquals("too many open files", refusals.take().getMessage());
            assertEquals(1, listener.refusedPeers());
        }
    }

    @Test
    void timesMayBeLongerThanThereAreNanoseconds() throws Exception {
        final Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
        try (Listener listener = listen(options.handshakeTimeout(ages).idleTimeout(ages));
                Connection one = Client.connect(
                        listener.endpoint(), client.handshakeTimeout(ages).unacknowledgedTimeout(ages));
                Connection other = listener.accept(ages).orElseThrow()) {
            one.send("after all");
            assertEquals("after all", other.receive());
        }
    }

    @Test
    void closeEndsAWaitingAccept() throws Exception {
        final Listener listener = listen(options);
        final FutureTask<Object> accepting = new FutureTask<>(() -> listener.accept());
        final Thread thread = Thread.ofVirtual().start(accepting);
        Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
        listener.close();
        assertTrue(Action.failure(accepting) instanceof ClosedChannelException);
    }

    @Test
    void backlogOfTheProvedIsBoundedAndNoneIsLost() throws Exception {
        final int backlog = 3;
        final int peers = 12;
        try (Listener listener = listen(options.backlog(backlog));
                Listener other = Listener.open("unix:" + directory.resolve("other"), options)) {
            final List<FutureTask<Connection>> clients = new ArrayList<>();
            for (int i = 0; i < peers; i++) {
                final FutureTask<Connection> task = new FutureTask<>(() -> Client.connect(listener.endpoint(), client));
                Thread.ofVirtual().start(task);
                clients.add(task);
            }
            Eventually.holds("the backlog is full", () -> listener.openConnections() >= backlog);
            for (int i = 0; i < peers; i++) {
                // Meanwhile the others could have come in too.
                Client.connect(other.endpoint(), client).close();
                other.accept().close();
                assertEquals(backlog, listener.openConnections());
            }
            for (int i = 0; i < peers; i++) {
                listener.accept().close();
                assertTrue(listener.openConnections() <= backlog);
            }
            for (FutureTask<Connection> task : clients) {
                task.get().close();
            }
            assertEquals(0, listener.refusedPeers());
        }
    }

    @Test
    void refusesNumbersThatAreNone() {
        Refusal.of(IllegalArgumentException.class, () -> options.backlog(0), "backlog", "0");
        Refusal.of(IllegalArgumentException.class, () -> options.maxConnections(-1), "maxConnections", "-1");
        Refusal.of(IllegalArgumentException.class, () -> options.maxHandshakes(0), "maxHandshakes", "0");
        Refusal.of(IllegalArgumentException.class, () -> options.idleTimeout(Duration.ZERO), "idleTimeout");
        Refusal.of(IllegalArgumentException.class, () -> Listener.open("http://x", options), "http://x");
        Refusal.of(IllegalArgumentException.class, () -> Client.connect("x", client), "'x'");
    }

    @Test
    void clientGivesUpOnAListenerThatSaysNothing() throws Exception {
        try (Listener listener = listen(ListenerOptions.defaults())) {
            Refusal.of(
                    SocketTimeoutException.class,
                    () -> Client.connect(listener.endpoint(), client.handshakeTimeout(SOON)),
                    listener.endpoint().toString());
        }
    }
}
