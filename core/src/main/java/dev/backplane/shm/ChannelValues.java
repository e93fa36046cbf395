package dev.backplane.shm;

import dev.backplane.SharedChannel;
import dev.backplane.SharedChannel.Values;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.store.WaitLoop;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A channel as one of values: each message has a hash of the codec's name as its type, so that one of
/// another codec is not misread.
final class ChannelValues<E> implements Values<E> {
    private static final int LEAST_TYPE = 2;
    private static final int TYPE_MASK = (1 << 30) - 1;
    private static final int FIRST_BYTES = 256;

    private final SegmentChannel channel;
    private final Codec<E> codec;
    private final int messageType;
    private final int fixedLength;
    private final SharedChannel.Handler decoding = this::decode;
    private @Nullable E decoded;

    ChannelValues(SegmentChannel channel, Codec<E> codec) {
        this.channel = channel;
        this.codec = Codecs.symmetric(codec);
        this.messageType = LEAST_TYPE + (codec.name().hashCode() & TYPE_MASK);
        this.fixedLength = codec.fixedLength();
    }

    @Override
    public void send(E value) throws InterruptedException {
        send(value, WaitLoop.FOREVER);
    }

    @Override
    public boolean send(E value, long timeout, TimeUnit unit) throws InterruptedException {
        return send(value, SegmentChannel.nanos(timeout, unit));
    }

    private boolean send(E value, long timeoutNanos) throws InterruptedException {
        Objects.requireNonNull(value, "value");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (fixedLength != Codec.VARIABLE) {
            return trySendInPlace(value) || channel.awaitRoom(() -> trySendInPlace(value), timeoutNanos);
        }
        final CodecOutput out = CodecOutput.growing(FIRST_BYTES);
        codec.encode(value, out);
        final MemorySegment bytes = out.written();
        final int length = (int) Math.min(bytes.byteSize(), Integer.MAX_VALUE);
        return channel.send(messageType, bytes, 0, length, timeoutNanos);
    }

    private boolean trySendInPlace(E value) {
        final long claim = channel.tryClaim(messageType, fixedLength);
        if (claim == SharedChannel.NO_ROOM) {
            return false;
        }
        boolean written = false;
        try {
            final CodecOutput out = CodecOutput.in(channel.memory().asSlice(channel.offsetOf(claim), fixedLength));
            codec.encode(value, out);
            if (out.position() != fixedLength) {
                throw new CodecException("codec " + codec.name() + " has written " + out.position() + " bytes of a "
                        + "length that it says is " + fixedLength);
            }
            written = true;
        } finally {
            if (!written) {
                channel.abort(claim);
            }
        }
        channel.commit(claim);
        return true;
    }

    @Override
    public @Nullable E receive() throws InterruptedException {
        return receive(WaitLoop.FOREVER);
    }

    @Override
    public @Nullable E receive(long timeout, TimeUnit unit) throws InterruptedException {
        return receive(SegmentChannel.nanos(timeout, unit));
    }

    private @Nullable E receive(long timeoutNanos) throws InterruptedException {
        return decodedIf(channel.receive(decoding, timeoutNanos));
    }

    @Override
    public @Nullable E peek(long timeout, TimeUnit unit) throws InterruptedException {
        return decodedIf(channel.peek(decoding, timeout, unit));
    }

    private @Nullable E decodedIf(boolean received) {
        final E value = decoded;
        decoded = null;
        return received ? value : null;
    }

    private void decode(MemorySegment memory, long offset, int lengthBytes) {
        if (channel.messageType() != messageType) {
            throw new CodecException("a message of " + lengthBytes + " bytes in " + channel
                    + " was not sent with the codec " + codec.name());
        }
        final CodecInput in = CodecInput.of(memory.asSlice(offset, lengthBytes));
        final @Nullable E value = codec.decode(in);
        if (in.remaining() > 0) {
            throw new CodecException(
                    codec.name() + ": " + in.remaining() + " bytes follow a value of " + in.position());
        }
        if (value == null) { // It would pass for the end.
            throw new CodecException(
                    "a message in " + channel + " is null by its " + lengthBytes + " bytes, as none is sent");
        }
        decoded = value;
    }
}
