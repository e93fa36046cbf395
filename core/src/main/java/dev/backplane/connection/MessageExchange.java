package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecOutput;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A transport and whose turn it is: what all views of one connection share.
final class MessageExchange {
    private static final int FIRST_BYTES = 256;
    /// What is kept for the next value; longer memory is given back.
    private static final long KEPT_BYTES = 1 << 20;

    private final Transport transport;
    private final long maxFrameBytes;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private CodecOutput encoded = CodecOutput.growing(FIRST_BYTES);

    MessageExchange(Transport transport, long maxFrameBytes) {
        this.transport = transport;
        this.maxFrameBytes = maxFrameBytes;
    }

    Transport transport() {
        return transport;
    }

    void send(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException {
        enter(sending);
        try {
            transport.send(source, offset, lengthBytes);
        } finally {
            sending.unlock();
        }
    }

    /// Sends all of a message within some time, in which its turn comes too.
    void sendWithin(long nanos, byte[] message) throws IOException, InterruptedException {
        final Limit limit = transport.sending();
        final long start = System.nanoTime();
        enter(sending, nanos);
        try {
            limit.within(start, nanos);
            transport.send(MemorySegment.ofArray(message), 0, message.length);
        } finally {
            limit.none();
            sending.unlock();
        }
    }

    /// Receives all of a message within some time, in which its turn comes too.
    byte[] receiveWithin(long nanos) throws IOException, InterruptedException {
        final ArraySink sink = new ArraySink(Math.min(ArraySink.LONGEST, maxFrameBytes));
        final Limit limit = transport.receiving();
        final long start = System.nanoTime();
        enter(receiving, nanos);
        boolean done = false;
        try {
            limit.within(start, nanos);
            done = transport.receive(sink);
        } finally {
            limit.none();
            receiving.unlock();
        }
        if (!done) {
            throw atEnd();
        }
        return sink.bytes();
    }

    /// Waits for a turn, for some time at most.
    private void enter(ReentrantLock turn, long nanos) throws IOException, InterruptedException {
        ensureNotInTurn(turn);
        if (!turn.tryLock(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
            throw new SocketTimeoutException("another thread's message to or from " + transport.peer()
                    + " has not ended within " + Duration.ofNanos(nanos));
        }
    }

    void send(Codec<@Nullable Object> codec, @Nullable Object value) throws IOException, InterruptedException {
        enter(sending);
        try {
            encoded.clear();
            codec.encode(value, encoded);
            transport.send(encoded.written(), 0, encoded.position());
        } finally {
            if (encoded.position() > KEPT_BYTES) {
                encoded = CodecOutput.growing(FIRST_BYTES);
            }
            sending.unlock();
        }
    }

    private void enter(ReentrantLock turn) throws InterruptedException {
        ensureNotInTurn(turn);
        turn.lockInterruptibly();
    }

    private void ensureNotInTurn(ReentrantLock turn) {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a codec uses the connection to " + transport.peer() + " that its own value goes through");
        }
    }

    private EOFException atEnd() {
        return new EOFException(transport.peer() + " has nothing more to send");
    }

    byte[] receive(long most) throws IOException, InterruptedException {
        final ArraySink sink = new ArraySink(Math.min(most, maxFrameBytes));
        receive(sink);
        return sink.bytes();
    }

    long receive(MemorySegment into) throws IOException, InterruptedException {
        final MemorySink sink = new MemorySink(into, maxFrameBytes);
        receive(sink);
        return sink.length();
    }

    private void receive(Sink sink) throws IOException, InterruptedException {
        enter(receiving);
        try {
            if (!transport.receive(sink)) {
                throw atEnd();
            }
        } finally {
            receiving.unlock();
        }
    }

    /// What is done while this thread alone sends and receives.
    @FunctionalInterface
    interface Turn<T> {
        /// Does it.
        T take(Transport transport) throws IOException, InterruptedException;
    }

    /// Does something that is neither to be mixed with messages that others send nor with those they receive.
    <T> T alone(Turn<T> turn) throws IOException, InterruptedException {
        enter(receiving);
        try {
            enter(sending);
            try {
                return turn.take(transport);
            } finally {
                sending.unlock();
            }
        } finally {
            receiving.unlock();
        }
    }

    boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        final long start = System.nanoTime();
        if (!receiving.tryLock(Math.max(0, timeoutNanos), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            return transport.poll(timeoutNanos - (System.nanoTime() - start));
        } finally {
            receiving.unlock();
        }
    }
}
