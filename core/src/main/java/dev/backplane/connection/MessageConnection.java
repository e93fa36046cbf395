package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.store.StreamSocket;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serial;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [Connection] over a transport. Serializable if the transport is: as what attaches it where it is read.
final class MessageConnection implements Connection, Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient MessageExchange exchange;
    private final transient Codec<@Nullable Object> codec;

    MessageConnection(MessageExchange exchange, Codec<@Nullable Object> codec) {
        this.exchange = exchange;
        this.codec = codec;
    }

    /// A connection over a socket that is connected, and authenticated, already.
    static MessageConnection over(StreamSocket socket, ConnectionOptions options) {
        final TimedSocket timed = new TimedSocket(socket, options.waiting(), options.interruptGrace());
        return new MessageConnection(
                new MessageExchange(new FramedTransport(timed, () -> {}), options.maxFrameBytes()), options.codec());
    }

    MessageExchange exchange() {
        return exchange;
    }

    @Override
    public void send(@Nullable Object value) throws IOException, InterruptedException {
        exchange.send(codec, value);
    }

    @Override
    public @Nullable Object receive() throws IOException, InterruptedException {
        final CodecInput in = CodecInput.of(exchange.receive(ArraySink.LONGEST));
        final Object value = codec.decode(in);
        if (in.remaining() > 0) {
            throw new CodecException(
                    codec.name() + ": " + in.remaining() + " bytes follow a value of " + in.position());
        }
        return value;
    }

    @Override
    public void sendBytes(MemorySegment source, long offset, long lengthBytes)
            throws IOException, InterruptedException {
        Objects.checkFromIndexSize(offset, lengthBytes, source.byteSize());
        exchange.send(source, offset, lengthBytes);
    }

    @Override
    public void sendBytes(byte[] message, Duration timeout) throws IOException, InterruptedException {
        exchange.sendWithin(TimeUnit.NANOSECONDS.convert(timeout), message);
    }

    @Override
    public byte[] receiveBytes(Duration timeout) throws IOException, InterruptedException {
        return exchange.receiveWithin(TimeUnit.NANOSECONDS.convert(timeout));
    }

    @Override
    public byte[] receiveBytes(int most) throws IOException, InterruptedException {
        if (most < 0) {
            throw new IllegalArgumentException("most is " + most + ", must not be negative");
        }
        return exchange.receive(most);
    }

    @Override
    public long receiveBytesInto(MemorySegment into, long offset) throws IOException, InterruptedException {
        return exchange.receive(into.asSlice(offset));
    }

    @Override
    public boolean poll(Duration timeout) throws IOException, InterruptedException {
        return exchange.poll(TimeUnit.NANOSECONDS.convert(timeout));
    }

    @Override
    public void shutdownOutput() throws IOException {
        exchange.transport().shutdownOutput();
    }

    @Override
    public Connection withCodec(Codec<@Nullable Object> other) {
        return new MessageConnection(exchange, other);
    }

    @Override
    public boolean isOpen() {
        return exchange.transport().isOpen();
    }

    @Override
    public OptionalLong peerProcess() {
        return exchange.transport().peerProcess();
    }

    @Override
    public String peer() {
        return exchange.transport().peer();
    }

    @Override
    public void keepWhileIdle() {
        exchange.transport().keepWhileIdle();
    }

    @Override
    public void close() throws IOException {
        exchange.transport().close();
    }

    @Serial
    private Object writeReplace() throws ObjectStreamException {
        return exchange.transport().serialForm();
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
        throw new InvalidObjectException("a connection is read as what attaches it only");
    }

    @Override
    public String toString() {
        return "connection to " + peer() + (isOpen() ? "" : ", closed");
    }
}
