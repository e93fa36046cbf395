package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pool.ProcessPool;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// Pipes within a JVM and between JVMs.
final class PipeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static byte[] bytes(int length) {
        final byte[] all = new byte[length];
        for (int i = 0; i < length; i++) {
            all[i] = (byte) (i * 13 + i / 256);
        }
        return all;
    }

    @Test
    void messagesOfAnyLengthGoBothWays() throws Exception {
        try (Pipe pipe = Pipe.open(64 << 10)) {
            for (int length : new int[] {0, 1, 8183, 8184, 8185, 8192, 16_368, 16_369, 500_000, 3_000_000}) {
                final byte[] message = bytes(length);
                final FutureTask<byte[]> echo = new FutureTask<>(() -> {
                    final byte[] got = pipe.right().receiveBytes();
                    pipe.right().sendBytes(got);
                    return got;
                });
                Thread.ofVirtual().start(echo);
                pipe.left().sendBytes(message);
                assertArrayEquals(message, pipe.left().receiveBytes());
                assertArrayEquals(message, echo.get());
            }
            pipe.left().send(List.of("a", 1));
            assertEquals(List.of("a", 1), pipe.right().receive());
        }
    }

    @Test
    void pollTakesNothingAway() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            assertFalse(pipe.right().poll(Duration.ZERO));
            assertFalse(pipe.right().poll(Duration.ofMillis(5)));
            pipe.left().send("one");
            pipe.left().send("two");
            assertTrue(pipe.right().poll(LONG));
            assertTrue(pipe.right().poll(Duration.ZERO));
            assertEquals("one", pipe.right().receive());
            assertEquals("two", pipe.right().receive());
            pipe.left().sendBytes(bytes(100));
            assertTrue(pipe.right().poll(LONG));
            final BufferTooShortException e = assertThrows(
                    BufferTooShortException.class, () -> pipe.right().receiveBytesInto(new byte[9], 0));
            assertArrayEquals(bytes(100), e.bytes());
            pipe.left().close();
            assertTrue(pipe.right().poll(LONG));
            assertThrows(EOFException.class, pipe.right()::receive);
            assertThrows(IOException.class, () -> pipe.right().send(1));
        }
    }

    @Test
    void closeEndsWaitsHereAndThere() throws Exception {
        final Pipe pipe = Pipe.open();
        final FutureTask<Object> here = new FutureTask<>(() -> pipe.left().receive());
        final FutureTask<Object> there = new FutureTask<>(() -> pipe.right().receive());
        final Thread one = Thread.ofVirtual().start(here);
        final Thread two = Thread.ofVirtual().start(there);
        Eventually.holds(
                "they wait",
                () -> one.getState() == Thread.State.TIMED_WAITING && two.getState() == Thread.State.TIMED_WAITING);
        pipe.left().close();
        assertEquals(ClosedChannelException.class, Action.failure(here).getClass());
        assertEquals(EOFException.class, Action.failure(there).getClass());
        pipe.close();
        pipe.close();
        assertThrows(ClosedChannelException.class, () -> pipe.left().send(1));
        assertThrows(ClosedChannelException.class, () -> pipe.right().poll(Duration.ZERO));
    }

    @Test
    void halfCloseAndOneWay() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            pipe.left().send(1);
            pipe.left().shutdownOutput();
            assertEquals(1, pipe.right().receive());
            assertThrows(EOFException.class, pipe.right()::receive);
            assertThrows(IOException.class, () -> pipe.left().send(2));
            pipe.right().send(3);
            assertEquals(3, pipe.left().receive());
        }
        try (Pipe pipe = Pipe.oneWay()) {
            pipe.right().send(1);
            assertEquals(1, pipe.left().receive());
            Refusal.of(UnsupportedOperationException.class, () -> pipe.left().send(1), "receives only");
            Refusal.of(UnsupportedOperationException.class, pipe.right()::receive, "sends only");
            pipe.right().close();
            assertThrows(EOFException.class, pipe.left()::receive);
        }
    }

    @Test
    void messageLongerThanAskedForIsRefused() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            pipe.left().sendBytes(bytes(10));
            Refusal.of(ProtocolException.class, () -> pipe.right().receiveBytes(9), "10", "9");
            assertFalse(pipe.right().isOpen());
        }
    }

    @Test
    void interruptEndsTheWait() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            final FutureTask<Object> waiting =
                    new FutureTask<>(() -> pipe.left().receive());
            final Thread thread = Thread.ofVirtual().start(waiting);
            Eventually.holds("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            assertTrue(Action.failure(waiting) instanceof InterruptedException);
            pipe.right().send(1);
            assertEquals(1, pipe.left().receive());
        }
    }

    @Test
    void endGoesToAnotherJvmAndItsEndIsSeen() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            final Connection theirs = pipe.right();
            try (JvmProcess child = Body.start(() -> {
                theirs.send("hello");
                theirs.sendBytes(theirs.receiveBytes());
            })) {
                assertEquals("hello", pipe.left().receive());
                pipe.left().sendBytes(bytes(1_000_000));
                assertArrayEquals(bytes(1_000_000), pipe.left().receiveBytes());
                assertEquals(0, child.join());
                assertThrows(EOFException.class, pipe.left()::receive);
                assertThrows(IOException.class, () -> pipe.left().send(1));
            }
        }
    }

    @Test
    void closedByTheChildIsTheEndThough() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            final Connection theirs = pipe.right();
            try (JvmProcess child = Body.start(() -> {
                theirs.send(1);
                theirs.close();
                Body.stay();
            })) {
                assertEquals(1, pipe.left().receive());
                assertThrows(EOFException.class, pipe.left()::receive);
                assertTrue(child.isAlive());
            }
        }
    }

    @Test
    void ownCopyMayBeClosedBeforeTheChildHasBegun() throws Exception {
        final Pipe pipe = Pipe.open();
        final Connection theirs = pipe.right();
        theirs.poll(Duration.ZERO); // So it was used here.
        try (JvmProcess child = Body.start(() -> {
            final Object got = theirs.receive();
            theirs.send(got);
        })) {
            theirs.close();
            pipe.left().send("through");
            assertEquals("through", pipe.left().receive());
            assertEquals(0, child.join());
            assertThrows(EOFException.class, pipe.left()::receive);
        }
        pipe.close();
    }

    @Test
    void endGoesToTheWorkersOfAPool() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1);
                Pipe pipe = Pipe.open()) {
            final Connection theirs = pipe.right();
            final FutureTask<Object> echoed = new FutureTask<>(() -> pool.apply(() -> {
                try (theirs) {
                    final Object got = theirs.receive();
                    theirs.send(got);
                    return got;
                }
            }));
            Thread.ofVirtual().start(echoed);
            pipe.left().send("to a worker");
            assertEquals("to a worker", pipe.left().receive());
            assertEquals("to a worker", echoed.get());
            assertThrows(EOFException.class, pipe.left()::receive);
        }
    }

    @Test
    void bothEndsMayBeElsewhere() throws Exception {
        try (Pipe pipe = Pipe.open();
                Pipe result = Pipe.oneWay()) {
            final Connection left = pipe.left();
            final Connection right = pipe.right();
            final Connection report = result.right();
            try (JvmProcess one = Body.start(() -> left.send(41L));
                    JvmProcess two =
                            Body.start(() -> report.send(List.of(Objects.requireNonNull(right.receive()), 1)))) {
                assertEquals(List.of(41L, 1), result.left().receive());
                assertEquals(0, one.join());
                assertEquals(0, two.join());
            }
        }
    }

    /// Sends until it is killed, in the midst of messages that do not fit.
    private static void flood(Connection to) throws IOException, InterruptedException {
        to.send("ready");
        for (int number = 0; true; number++) {
            final byte[] message = new byte[100_000];
            Arrays.fill(message, (byte) number);
            to.sendBytes(message);
        }
    }

    @Test
    void killedSenderIsTheEndAfterWholeMessages() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (Pipe pipe = Pipe.open(64 << 10)) {
                final Connection theirs = pipe.right();
                try (JvmProcess child = Body.start(() -> flood(theirs))) {
                    assertEquals("ready", pipe.left().receive());
                    for (int number = 0; number < 20 * round; number++) {
                        assertEquals((byte) number, pipe.left().receiveBytes()[99_999]);
                    }
                    child.kill();
                    assertEquals(137, child.join());
                    receiveToTheEnd(pipe.left());
                }
            }
        }
    }

    /// The last message may be cut off, which is told; what comes before is whole.
    private static void receiveToTheEnd(Connection from) throws InterruptedException {
        final IOException end = assertThrows(IOException.class, () -> {
            while (true) {
                final byte[] message = from.receiveBytes();
                assertEquals(100_000, message.length);
                assertEquals(message[0], message[99_999]);
            }
        });
        assertTrue(end instanceof EOFException || end instanceof ProtocolException, end::toString);
    }

    @Test
    void killedReceiverEndsASenderThatWaitsForRoom() throws Exception {
        try (Pipe pipe = Pipe.open(64 << 10)) {
            final Connection theirs = pipe.right();
            try (JvmProcess child = Body.start(() -> {
                theirs.send("ready");
                Body.stay();
            })) {
                assertEquals("ready", pipe.left().receive());
                final FutureTask<Boolean> sending = Action.task(() -> flood(pipe.left()));
                final Thread thread = Thread.ofVirtual().start(sending);
                Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
                child.kill();
                final Throwable failure = Action.failure(sending);
                assertTrue(failure instanceof IOException, failure::toString);
            }
        }
    }

    @Test
    void messageThatTakesTooLongIsGivenUp() throws Exception {
        final Duration soon = Duration.ofMillis(50);
        try (Pipe pipe = Pipe.open(64 << 10)) {
            pipe.left().sendBytes(bytes(5), LONG);
            assertArrayEquals(bytes(5), pipe.right().receiveBytes(LONG));
            assertThrows(SocketTimeoutException.class, () -> pipe.right().receiveBytes(soon));
            assertFalse(pipe.right().isOpen());
        }
        try (Pipe pipe = Pipe.open(64 << 10)) {
            assertThrows(SocketTimeoutException.class, () -> pipe.left().sendBytes(bytes(500_000), soon));
            assertFalse(pipe.left().isOpen());
        }
    }
}
