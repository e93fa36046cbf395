package dev.backplane.shm;

import static dev.backplane.shm.ChannelMessages.bytes;
import static dev.backplane.shm.ChannelMessages.options;
import static dev.backplane.shm.ChannelMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.SharedChannel;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Refusal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels whose bytes a stranger has changed: the receiver says so, having received what was sound before.
@NullUnmarked
final class ChannelDamageTest extends TwoAttachments {
    private static final int CAPACITY = 1024;

    private static void setLength(SharedChannel channel, int index, int length) {
        channel.memory().set(ValueLayout.JAVA_INT, ChannelLayout.RING_OFFSET + (long) index, length);
    }

    private static void setHead(SharedChannel channel, long head) {
        channel.memory().set(ValueLayout.JAVA_LONG, ChannelLayout.head(CAPACITY).offset(), head);
    }

    private static void refuses(SharedChannel in, SharedChannel.Handler handler, String... parts) {
        Refusal.of(SegmentException.class, () -> in.poll(handler, 100), parts);
        Refusal.of(SegmentException.class, () -> in.receive(handler), parts);
        Refusal.of(SegmentException.class, () -> in.peek(handler, 1, TimeUnit.MINUTES), parts);
    }

    @ParameterizedTest
    @CsvSource({
        "true, 1", "true, 7", "true, 1017", "true, 1993", "true, 1500000000", "true, 2147483647",
        "false, 1", "false, 7", "false, 1017", "false, 1993", "false, 1500000000", "false, 2147483647"
    })
    void aDamagedLengthIsRefusedAndWhatIsBeforeItComesOnce(boolean many, int length) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        for (String text : List.of("one", "two", "three", "four")) {
            out.send(bytes(text));
        }
        setLength(out, 32, length);
        final byte[] after = behind(out).toArray(ValueLayout.JAVA_BYTE);
        final List<String> received = new ArrayList<>();
        final SharedChannel.Handler handler = (memory, offset, bytes) -> received.add(text(memory, offset, bytes));
        refuses(in, handler, "c in", length + " bytes at 32", "damaged", "remove");
        assertEquals(List.of("one", "two"), received);
        assertEquals(-1, behind(out).mismatch(MemorySegment.ofArray(after)), "what is there is left alone");
        assertEquals(32, out.usedBytes());
    }

    /// From the damaged length to the counters.
    private static MemorySegment behind(SharedChannel channel) {
        final long from = ChannelLayout.RING_OFFSET + 32L;
        return channel.memory().asSlice(from, ChannelLayout.tail(CAPACITY).offset() + Long.BYTES - from);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRingOfNothingButPaddingIsRefused(boolean many) throws Exception {
        final SharedChannel in = theirs.channel("c", options(many));
        in.memory()
                .set(
                        ValueLayout.JAVA_INT,
                        ChannelLayout.RING_OFFSET + (long) RecordDescriptor.typeOffset(0),
                        RingBuffer.PADDING_MSG_TYPE_ID);
        setLength(in, 0, CAPACITY);
        Refusal.of(SegmentException.class, () -> in.poll((memory, offset, length) -> {}, 1), "1024", "damaged");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeadBetweenWordsIsRefused(boolean many) throws Exception {
        final SharedChannel in = theirs.channel("c", options(many));
        setHead(in, 1021);
        refuses(in, (memory, offset, length) -> {}, "1021", "damaged");
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 2048})
    void aHeadThatIsNotWithinARingOfTheTailIsNotTakenForAClaim(long distance) throws Exception {
        final SharedChannel in = theirs.channel("c", options(true));
        in.memory().set(ValueLayout.JAVA_LONG, ChannelLayout.tail(CAPACITY).offset(), 4096);
        setHead(in, 4096 - distance);
        Refusal.of(
                SegmentException.class,
                () -> {
                    for (int polls = 0; polls < 1000; polls++) {
                        in.poll((memory, offset, length) -> {}, 1);
                        LockSupport.parkNanos(1_000_000);
                    }
                },
                "its tail at 4096",
                "damaged");
        assertEquals(0, in.memory().get(ValueLayout.JAVA_INT, ChannelLayout.RING_OFFSET), "nothing is made padding");
    }
}
