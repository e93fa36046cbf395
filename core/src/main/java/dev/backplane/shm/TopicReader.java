package dev.backplane.shm;

import dev.backplane.SharedTopic.Subscription;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.broadcast.RecordDescriptor;
import org.jspecify.annotations.Nullable;

/// One subscriber's place in a topic.
final class TopicReader<E> implements Subscription<E> {
    /*
     * Agrona's BroadcastReceiver reads a record's length and type after it has found that it was not
     * overwritten, and believes them: overwritten in between, they are bytes of some message, and send it
     * anywhere. So this one reads the same buffer with each record checked after all of it was read; what was
     * read then is what was published, and nothing read before is acted on but to leave off.
     *
     * Who finds its record overwritten goes on with the newest, whose beginning is the only one that is
     * known. The numbers tell how many values were between.
     */
    private final Segment segment;
    private final TopicBuffer buffer;
    private final Waiting waiting;
    private final Codec<E> codec;
    private final int messageType;
    private long next;
    private long expected;
    private long lost;

    TopicReader(Segment segment, TopicBuffer buffer, Waiting waiting, Codec<E> codec, int messageType) {
        this.segment = segment;
        this.buffer = buffer;
        this.waiting = waiting;
        this.codec = codec;
        this.messageType = messageType;
        join();
    }

    /// Goes behind the newest record.
    private void join() {
        while (true) {
            final long tail = buffer.tail();
            final long latest = buffer.latest();
            final int length = buffer.length(latest);
            final int type = buffer.type(latest);
            final long number = buffer.number(latest);
            final boolean intact = buffer.isIntact(latest, tail);
            buffer.checkCounters(tail, latest);
            // Behind the same tail, the newest is the last published, or the next, which was not published then.
            if (intact && buffer.tail() == tail) {
                if (!buffer.fits(latest, length)) {
                    throw damaged(length, latest);
                }
                final boolean published = latest < tail;
                next = published ? latest + TopicLayout.aligned(length) : tail;
                // What a death has left is no value, and has the number of the one before.
                expected = published || type == TopicLayout.VOID ? number + 1 : number;
                return;
            }
        }
    }

    @Override
    public @Nullable E poll() {
        segment.ensureOpen();
        for (long tail = buffer.tail(); tail > next; tail = buffer.tail()) {
            final long position = next;
            final int length = buffer.length(position);
            final int type = buffer.type(position);
            final boolean padding = type == RecordDescriptor.PADDING_MSG_TYPE_ID;
            final boolean sound = padding || buffer.fits(position, length);
            final long number = sound && !padding ? buffer.number(position) : 0;
            final byte[] value = new byte[type == messageType && sound ? length - TopicLayout.HEADER_BYTES : 0];
            buffer.copyValue(position, value);
            if (!buffer.isIntact(position, tail)) {
                final long latest = buffer.latest();
                buffer.checkCounters(tail, latest);
                next = latest;
            } else if (!sound) {
                throw damaged(length, position);
            } else if (padding) {
                next = buffer.lapAfter(position);
            } else {
                next = position + TopicLayout.aligned(length);
                if (type != TopicLayout.VOID) {
                    lost += number - expected;
                    expected = number + 1;
                    return decode(type, value);
                }
            }
        }
        return null;
    }

    private SegmentException damaged(int length, long position) {
        return new SegmentException("a record of " + buffer + " claims " + length + " bytes at position " + position
                + ": the segment is damaged, remove the topic");
    }

    private E decode(int type, byte[] value) {
        if (type != messageType) {
            throw new CodecException("a value of " + buffer + " was not published with the codec " + codec.name());
        }
        final @Nullable E decoded = codec.fromBytes(value);
        if (decoded == null) { // It would pass for there being none.
            throw new CodecException(
                    "a value of " + buffer + " is null by its " + value.length + " bytes, as none is published");
        }
        return decoded;
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
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final @Nullable E there = poll();
        if (there != null || timeoutNanos == 0) {
            return there;
        }
        final Arrival arrival = new Arrival();
        final long start = System.nanoTime();
        if (!Spin.until(arrival, waiting, timeoutNanos)) {
            final long left = timeoutNanos == WaitLoop.FOREVER
                    ? WaitLoop.FOREVER
                    : Math.max(0, timeoutNanos - (System.nanoTime() - start));
            buffer.gate().awaitAnnounced(arrival, () -> {}, waiting, left, true);
        }
        return arrival.value;
    }

    /// A value, or the end.
    private final class Arrival implements BooleanSupplier {
        private @Nullable E value;

        @Override
        public boolean getAsBoolean() {
            // Asked first: what was published before the end is there then.
            final boolean ended = buffer.isShutDown();
            value = poll();
            return value != null || ended;
        }
    }

    @Override
    public long lost() {
        return lost;
    }
}
