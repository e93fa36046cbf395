package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;

/// When a socket was last busy.
final class TimedSocketTest {
    /// Takes as many bytes as it is told.
    private static final class Slow implements StreamSocket {
        final SynchronousQueue<Integer> toTake = new SynchronousQueue<>();

        @Override
        public boolean write(ByteBuffer[] from, Waiting waiting, long timeoutNanos) throws InterruptedException {
            while (from[0].hasRemaining()) {
                from[0].position(from[0].position() + toTake.take());
            }
            return true;
        }

        @Override
        public int read(ByteBuffer into, Waiting waiting, long timeoutNanos) {
            return -1;
        }

        @Override
        public boolean poll(Waiting waiting, long timeoutNanos) {
            return true;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public String peer() {
            return "slow";
        }

        @Override
        public OptionalInt openDescriptor() {
            return OptionalInt.empty();
        }

        @Override
        public void sendDescriptor(ByteBuffer from, int descriptor, Waiting waiting) {}

        @Override
        public int receiveDescriptor(ByteBuffer into, Waiting waiting) {
            return -1;
        }

        @Override
        public void close() {}
    }

    @Test
    void aWriteThatComesForwardIsBusyAndOneThatDoesNotIsNot() throws Exception {
        final Slow slow = new Slow();
        final TimedSocket timed = new TimedSocket(slow, Waiting.block(), Duration.ZERO);
        final ByteBuffer message = ByteBuffer.allocate(10);
        final FutureTask<Void> writing = new FutureTask<>(() -> {
            timed.write(false, message);
            return null;
        });
        Thread.ofPlatform().daemon().start(writing);
        for (int left = 10; left > 4; left -= 3) {
            slow.toTake.put(3);
            final int expected = left - 3;
            dev.backplane.store.testing.Eventually.holds("it has moved", () -> message.remaining() == expected);
            final long before = System.nanoTime();
            final long active = timed.lastActiveNanos();
            assertTrue(active - before >= 0, "it has moved since the last look");
            assertEquals(active, timed.lastActiveNanos(), "it has not");
        }
        final long before = System.nanoTime();
        slow.toTake.put(4);
        writing.get();
        final long active = timed.lastActiveNanos();
        assertTrue(active - before >= 0);
        assertEquals(active, timed.lastActiveNanos());
    }
}
