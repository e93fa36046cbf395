package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecOutput;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a codec uses the connection to " + transport.peer() + " that its own value goes through");
        }
        turn.lockInterruptibly();
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
                throw new EOFException(transport.peer() + " has nothing more to send");
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
