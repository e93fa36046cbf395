package dev.backplane.shm;

import static dev.backplane.shm.ChannelMessages.bytes;
import static dev.backplane.shm.ChannelMessages.drain;
import static dev.backplane.shm.ChannelMessages.options;
import static dev.backplane.shm.ChannelMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentChannelTest extends TwoAttachments {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesArriveInTheOrderInWhichTheyWereSent(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        assertEquals(0, in.poll((memory, offset, length) -> {}, 1));
        out.send(bytes("one"));
        out.send(new byte[0]);
        assertTrue(out.trySend(MemorySegment.ofArray(bytes("xtwox")), 1, 3));
        assertEquals(List.of("one", "", "two"), drain(in));
        assertEquals(0, in.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyLapsOfEveryLengthComeThroughWhole(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        for (int i = 0; i < 3000; i++) {
            final byte[] message = new byte[i % (out.maxMessageBytes() + 1)];
            java.util.Arrays.fill(message, (byte) i);
            assertTrue(out.trySend(message));
            final int each = i;
            assertTrue(in.receive((memory, offset, length) -> {
                assertEquals(message.length, length);
                for (int at = 0; at < length; at++) {
                    assertEquals((byte) each, memory.get(ValueLayout.JAVA_BYTE, offset + at));
                }
            }));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullChannelRefusesAndItsSendersWaitForRoom(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        int sent = 0;
        while (out.trySend(new byte[100])) {
            sent++;
        }
        assertTrue(sent >= 7, () -> "a channel of 1024 bytes holds 7 messages of 108: " + out);
        assertFalse(out.send(MemorySegment.ofArray(new byte[100]), 0, 100, 1, TimeUnit.MILLISECONDS));
        out.leave();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final Future<?> sender = threads.submit((Callable<?>) () -> {
                for (int i = 0; i < 100; i++) {
                    out.send(new byte[100]);
                }
                return null;
            });
            for (int i = 0; i < sent + 100; i++) {
                assertTrue(in.receive((memory, offset, length) -> assertEquals(100, length), 1, TimeUnit.MINUTES));
            }
            sender.get();
        }
        assertEquals(0, in.poll((memory, offset, length) -> {}, 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverSleepsUntilAMessageComes(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.waiting(Waiting.block()).channel("c", options(many));
        try (var threads = Executors.newCachedThreadPool()) {
            final Future<String> received = threads.submit(() -> {
                final List<String> one = new ArrayList<>();
                in.receive((memory, offset, length) -> one.add(text(memory, offset, length)));
                return one.getFirst();
            });
            Eventually.holds("somebody receives", out::hasReceiver);
            assertFalse(received.isDone());
            out.send(bytes("wake"));
            assertEquals("wake", received.get());
        }
    }

    @Test
    void waitsTimeOutAndAreInterrupted() throws Exception {
        final SharedChannel in = mine.channel("c", options(false));
        final SharedChannel spinning = mine.waiting(Waiting.spin()).channel("c", options(false));
        assertFalse(in.receive((memory, offset, length) -> {}, 2, TimeUnit.MILLISECONDS));
        assertFalse(spinning.receive((memory, offset, length) -> {}, 2, TimeUnit.MILLISECONDS));
        assertFalse(in.receive((memory, offset, length) -> {}, -1, TimeUnit.DAYS));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> in.receive((memory, offset, length) -> {}));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> in.send(bytes("not sent")));
        assertEquals(0, in.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndComesAfterWhatWasSentBefore(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        out.send(bytes("last"));
        out.shutdown();
        out.shutdown();
        assertTrue(in.isShutDown());
        assertTrue(in.receive((memory, offset, length) -> assertEquals("last", text(memory, offset, length))));
        assertFalse(in.receive((memory, offset, length) -> {}));
        Refusal.of(IllegalStateException.class, () -> out.send(bytes("late")), "c in", "shut down");
    }

    @Test
    void theEndWakesAReceiver() throws Exception {
        final SharedChannel out = mine.channel("c", options(false));
        final SharedChannel in = theirs.waiting(Waiting.block()).channel("c", options(false));
        try (var threads = Executors.newCachedThreadPool()) {
            final Future<Boolean> received = threads.submit(() -> in.receive((memory, offset, length) -> {}));
            Eventually.holds("somebody receives", out::hasReceiver);
            out.shutdown();
            assertFalse(received.get());
        }
    }

    @Test
    void eachEndIsOneThreadsUntilItLeaves() throws Exception {
        final SharedChannel one = mine.channel("c", options(false));
        final SharedChannel other = theirs.channel("c", options(false));
        assertFalse(one.hasSender() || one.hasReceiver());
        one.send(bytes("a"));
        one.poll((memory, offset, length) -> {}, 1);
        assertTrue(other.hasSender() && other.hasReceiver());
        Refusal.of(IllegalStateException.class, () -> other.send(bytes("b")), "sender of c", "another process", "pid");
        Refusal.of(IllegalStateException.class, () -> other.poll((memory, offset, length) -> {}, 1), "receiver of c");
        try (var threads = Executors.newCachedThreadPool()) {
            final Future<?> refused = threads.submit(() -> one.trySend(bytes("c")));
            final ExecutionException e = assertThrows(ExecutionException.class, refused::get);
            assertTrue(String.valueOf(e.getMessage()).contains("of this process"));
        }
        one.leave();
        assertFalse(one.hasSender() || one.hasReceiver());
        other.send(bytes("d"));
        assertEquals(List.of("d"), drain(other));
        one.leave(); // It has no end to leave.
        assertTrue(one.hasSender());
    }

    @Test
    void theEndOfAThreadThatHasEndedIsFree() throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        final Thread first = Thread.ofPlatform().start(() -> channel.trySend(bytes("from the first")));
        first.join();
        channel.send(bytes("from the second"));
        assertEquals(List.of("from the first", "from the second"), drain(theirs.channel("c", options(false))));
    }

    @Test
    void aClosedManagersEndsAreFree() throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        channel.send(bytes("kept"));
        final SharedChannel in;
        try (Manager third = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            in = third.channel("c", options(false));
            assertEquals(List.of("kept"), drain(in));
        }
        assertThrows(IllegalStateException.class, () -> in.poll((memory, offset, length) -> {}, 1));
        channel.send(bytes("next"));
        assertEquals(List.of("next"), drain(theirs.channel("c", options(false))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAHandlerThrowsIsThrownAndTheMessageIsGone(boolean many) throws Exception {
        final SharedChannel channel = mine.channel("c", options(many));
        channel.send(bytes("bad"));
        channel.send(bytes("good"));
        Refusal.of(
                UnsupportedOperationException.class,
                () -> channel.poll(
                        (memory, offset, length) -> {
                            throw new UnsupportedOperationException("no");
                        },
                        10),
                "no");
        assertEquals(List.of("good"), drain(channel));
    }

    @Test
    void aHandlerDoesNotReceiveFromItsOwnChannel() throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        channel.send(bytes("a"));
        channel.send(bytes("b"));
        final SharedChannel.Handler nested = (memory, offset, length) -> drain(channel);
        Refusal.of(IllegalStateException.class, () -> channel.poll(nested, 1), "a handler of c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claimsAreWrittenInPlaceAndSentOrGivenUp(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        final long first = out.tryClaim(8);
        final long second = out.tryClaim(8);
        out.memory().set(LONG, out.offsetOf(second), 22);
        out.commit(second);
        assertEquals(0, in.poll((memory, offset, length) -> {}, 10), "behind an open claim nothing is received");
        out.abort(first);
        assertEquals(1, in.poll((memory, offset, length) -> assertEquals(22, memory.get(LONG, offset)), 10));
        assertThrows(IllegalStateException.class, () -> out.commit(first));
        long claimed = 0;
        while (claimed != SharedChannel.NO_ROOM) {
            claimed = out.tryClaim(100);
        }
        assertFalse(out.trySend(new byte[100]));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 1 << 20, Integer.MAX_VALUE - 3, Integer.MAX_VALUE})
    void aLengthThatNoMessageHasIsRefusedByItsReceiver(int length) throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        channel.send(new byte[8]);
        channel.memory().set(ValueLayout.JAVA_INT, ChannelLayout.RING_OFFSET, length);
        Refusal.of(
                SegmentException.class,
                () -> channel.poll((memory, offset, bytes) -> fail("a message of " + bytes + " bytes"), 1),
                String.valueOf(length),
                "damaged");
    }

    @Test
    void messagesThatAreTooLongAndOtherChannelsAreRefused() throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        assertEquals(128, channel.maxMessageBytes());
        Refusal.of(IllegalArgumentException.class, () -> channel.send(new byte[129]), "129", "128");
        Refusal.of(IllegalArgumentException.class, () -> channel.tryClaim(-1), "-1");
        Refusal.of(IllegalArgumentException.class, () -> ChannelOptions.oneToOne(1000), "1000", "power of two");
        assertThrows(IllegalArgumentException.class, () -> ChannelOptions.oneToOne(128));
        assertThrows(SegmentException.class, () -> theirs.channel("c", options(true)));
        assertThrows(SegmentException.class, () -> theirs.channel("c", ChannelOptions.oneToOne(2048)));
        assertThrows(IllegalArgumentException.class, () -> channel.poll((memory, offset, length) -> {}, 0));
    }

    @Test
    void manySendersLoseAndMixNothing() throws Exception {
        final int senders = 4;
        final int each = 2_000;
        final SharedChannel in = theirs.channel("c", options(true));
        final long[] next = new long[senders];
        try (var threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> done = new ArrayList<>();
            for (int sender = 0; sender < senders; sender++) {
                final SharedChannel out = (sender % 2 == 0 ? mine : theirs).channel("c", options(true));
                final byte id = (byte) sender;
                done.add(threads.submit((Callable<?>) () -> {
                    final byte[] message = new byte[9];
                    message[8] = id;
                    for (long i = 0; i < each; i++) {
                        MemorySegment.ofArray(message).set(LONG, 0, i);
                        out.send(message);
                    }
                    return null;
                }));
            }
            for (int i = 0; i < senders * each; i++) {
                assertTrue(in.receive(
                        (memory, offset, length) -> {
                            final int sender = memory.get(ValueLayout.JAVA_BYTE, offset + 8);
                            assertEquals(next[sender]++, memory.get(LONG, offset));
                        },
                        1,
                        TimeUnit.MINUTES));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
    }

    private record Trade(long id, double price) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void valuesGoByTheirCodec(boolean many) throws Exception {
        final SharedChannel.Values<Trade> out = mine.channel("c", options(many)).values(Codecs.of(Trade.class));
        final SharedChannel in = theirs.channel("c", options(many));
        final SharedChannel.Values<Trade> trades = in.values(Codecs.of(Trade.class));
        out.send(new Trade(1, 2.5));
        assertEquals(new Trade(1, 2.5), trades.receive());
        assertNull(trades.receive(1, TimeUnit.MILLISECONDS));
        mine.channel("c", options(many)).values(Codecs.of(String.class)).send("text");
        Refusal.of(CodecException.class, trades::receive, "not sent with the codec record");
        mine.channel("c", options(many)).values(Codecs.of(String.class)).send("more text");
        assertEquals("more text", in.values(Codecs.of(String.class)).receive());
        in.shutdown();
        assertNull(trades.receive());
    }

    @Test
    void aValueThatItsCodecRefusesIsNotSent() throws Exception {
        final SharedChannel channel = mine.channel("c", options(false));
        final Codec<Integer> odd = new Codec<>() {
            @Override
            public void encode(Integer value, dev.backplane.codec.CodecOutput out) {
                out.putInt(value);
                if (value % 2 == 0) {
                    throw new CodecException("even: " + value);
                }
            }

            @Override
            public Integer decode(dev.backplane.codec.CodecInput in) {
                return in.getInt();
            }

            @Override
            public String name() {
                return "odd";
            }

            @Override
            public int fixedLength() {
                return 4;
            }
        };
        final SharedChannel.Values<Integer> values = channel.values(odd);
        Refusal.of(CodecException.class, () -> values.send(2), "even: 2");
        values.send(3);
        assertEquals(3, values.receive());
        final SharedChannel.Values<String> strings = channel.values(Codecs.of(String.class));
        Refusal.of(IllegalArgumentException.class, () -> strings.send("x".repeat(200)), "202 bytes", "128");
    }

    @Test
    void aChannelIsSerializedAsItsHandleAndAttachedByName() throws Exception {
        final SharedChannel channel = mine.channel("c", options(true));
        channel.send(bytes("there"));
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            out.writeObject(channel);
        }
        final SharedChannel copy;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream.toByteArray()))) {
            copy = (SharedChannel) in.readObject();
        }
        assertNotNull(copy);
        assertEquals(channel.handle(), copy.handle());
        assertEquals(List.of("there"), drain((SharedChannel) theirs.attach("c")));
        assertTrue(channel.toString().endsWith("0 of 1024 bytes used"), channel::toString);
    }
}
