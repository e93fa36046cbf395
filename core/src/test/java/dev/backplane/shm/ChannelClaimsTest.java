package dev.backplane.shm;

import static dev.backplane.shm.ChannelMessages.bytes;
import static dev.backplane.shm.ChannelMessages.drain;
import static dev.backplane.shm.ChannelMessages.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of claims and ends of channels that are given up.
@NullUnmarked
final class ChannelClaimsTest extends TwoAttachments {
    @Test
    void whatWasWrittenIntoAClaimThatIsGivenUpIsGone() throws Exception {
        final SharedChannel channel = mine.channel("c", options(true));
        final long claim = channel.tryClaim(24);
        final long at = channel.offsetOf(claim);
        channel.memory().asSlice(at, 24).fill((byte) 8);
        channel.abort(claim);
        assertEquals(-1, channel.memory().asSlice(at, 24).mismatch(MemorySegment.ofArray(new byte[24])));
        channel.send(bytes("next"));
        assertEquals(List.of("next"), drain(channel));
    }

    @Test
    void aThreadThatHasAllClaimsGetsNoMore() throws Exception {
        final SharedChannel channel = mine.channel("c", new ChannelOptions(true, 1 << 16));
        final List<Long> claims = new ArrayList<>();
        for (long claim = channel.tryClaim(1); claim != SharedChannel.NO_ROOM; claim = channel.tryClaim(1)) {
            claims.add(claim);
        }
        assertEquals(ChannelLayout.ANNOUNCEMENTS, claims.size());
        assertFalse(channel.trySend(new byte[1]));
        claims.forEach(channel::commit);
        assertTrue(channel.trySend(new byte[1]));
        assertEquals(claims.size() + 1, drain(channel).size());
    }

    @Test
    void whatASoleSenderHasClaimedWhenItLeavesIsGivenUp() throws Exception {
        final SharedChannel out = mine.channel("c", options(false));
        final SharedChannel in = theirs.channel("c", options(false));
        for (int i = 0; i < 50; i++) { // Laps of the ring, with claims at its end.
            out.send(bytes("one"));
            final long first = out.tryClaim(40 + i % 3 * 8);
            final long second = out.tryClaim(3);
            final long third = out.tryClaim(100);
            out.memory().asSlice(out.offsetOf(first), 40).fill((byte) 8);
            out.memory().asSlice(out.offsetOf(second), 3).copyFrom(MemorySegment.ofArray(bytes("two")));
            out.commit(second);
            out.leave();
            assertThrows(IllegalStateException.class, () -> out.commit(first));
            assertThrows(IllegalStateException.class, () -> out.abort(third));
            in.send(bytes("three")); // By the other attachment, as the next sender.
            in.leave();
            assertThrows(IllegalStateException.class, () -> out.commit(first), "it is not the sender");
            assertEquals(List.of("one", "two", "three"), drain(in));
            in.leave();
            assertEquals(0, out.usedBytes());
        }
    }

    @Test
    void aCodecThatLeavesHasGivenItsClaimUp() throws Exception {
        final SharedChannel out = mine.channel("c", options(false));
        final Codec<Integer> ints = Codecs.of(Integer.class);
        final Codec<Integer> leaving = new Codec<>() {
            @Override
            public String name() {
                return ints.name();
            }

            @Override
            public int fixedLength() {
                return ints.fixedLength();
            }

            @Override
            public void encode(Integer value, CodecOutput output) {
                ints.encode(value, output);
                out.leave();
            }

            @Override
            public Integer decode(CodecInput input) {
                return ints.decode(input);
            }
        };
        Refusal.of(IllegalStateException.class, () -> out.values(leaving).send(7), "not the sender", "given up");
        out.values(ints).send(8);
        assertEquals(8, out.values(ints).receive(0, TimeUnit.SECONDS));
        assertEquals(0, out.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandlerThatLeavesHasTheEndUntilItIsOver(boolean many) throws Exception {
        final SharedChannel in = theirs.channel("c", options(many));
        final SharedChannel other = mine.channel("c", options(many));
        for (String text : List.of("one", "two", "three")) {
            other.send(bytes(text));
        }
        final SharedChannel.Handler leaving = (memory, offset, length) -> {
            in.leave();
            assertThrows(IllegalStateException.class, () -> other.poll((bytes, at, count) -> {}, 1));
        };
        assertEquals(1, in.poll(leaving, 1));
        assertEquals(List.of("two", "three"), drain(other));
    }

    private void closeTheirs() {
        try {
            theirs.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandlerWhoseManagerIsClosedMovesNothing(boolean many) throws Exception {
        final SharedChannel in = theirs.channel("c", options(many));
        final SharedChannel other = mine.channel("c", options(many));
        other.send(bytes("one"));
        other.send(bytes("two"));
        final SharedChannel.Handler closing = (memory, offset, length) -> {
            closeTheirs();
            assertEquals(List.of("one", "two"), drain(other));
            assertTrue(other.trySend(bytes("three")));
        };
        Refusal.of(IllegalStateException.class, () -> in.poll(closing, 10), "closed");
        assertEquals(List.of("three"), drain(other));
        assertEquals(0, other.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandlerThatLeavesAChannelOfAClosedManagerIsToldThatItIsClosed(boolean many) throws Exception {
        final SharedChannel in = theirs.channel("c", options(many));
        final SharedChannel other = mine.channel("c", options(many));
        other.send(bytes("one"));
        final SharedChannel.Handler leaving = (memory, offset, length) -> {
            in.leave();
            closeTheirs();
        };
        Refusal.of(IllegalStateException.class, () -> in.receive(leaving), "segment", "is closed");
        assertEquals(List.of("one"), drain(other));
    }

    @Test
    void aDeadClaimIsPassedInTimeThoughOthersGoOnSendingAndTheReceiverLooksSeldom() throws Exception {
        Abandonment.assumeSeen();
        final SharedChannel in = mine.channel("c", options(true));
        final SharedChannel out = theirs.channel("c", options(true));
        leaveAClaim(false);
        out.send(bytes("behind it"));
        int polls = 0;
        List<String> received = List.of();
        while (received.isEmpty()) {
            assertTrue(polls++ < 1000, "it has been looked at for a second");
            received = drain(in);
            if (out.usedBytes() < 512) {
                out.send(bytes("more"));
            }
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals("behind it", received.getFirst());
    }

    @Test
    void aDeadClaimIsPassedInTimeByAReceiverThatHasLookedOftenAndThenLooksSeldom() throws Exception {
        Abandonment.assumeSeen();
        final SharedChannel in = mine.channel("c", options(true));
        leaveAClaim(false);
        theirs.channel("c", options(true)).send(bytes("behind it"));
        final List<String> received = new ArrayList<>();
        for (int polls = 0; polls < 97; polls++) { // The clock was asked just before, if it was not each time.
            received.addAll(drain(in));
        }
        for (int polls = 0; received.isEmpty(); polls++) {
            assertTrue(polls < 10, "it has been looked at ten times, each a slice after the one before");
            LockSupport.parkNanos(WaitLoop.SLICE_NANOS + 10_000_000);
            received.addAll(drain(in));
        }
        assertEquals(List.of("behind it"), received);
    }

    /// Claims the place of an earlier claim, with a lap of messages before.
    private static long claimAgain(SharedChannel out, SharedChannel in, long offset) throws Exception {
        for (int sent = 0; sent < 100; sent++) {
            final long claim = out.tryClaim(8);
            if (out.offsetOf(claim) == offset) {
                return claim;
            }
            out.commit(claim);
            drain(in);
        }
        throw new AssertionError("in a lap nothing is claimed at " + offset);
    }

    private static void refuses(SharedChannel channel, long claim) {
        Refusal.of(IllegalStateException.class, () -> channel.commit(claim), "claim");
        Refusal.of(IllegalStateException.class, () -> channel.abort(claim), "claim");
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "true, true"})
    void aClaimThatWasSentIsNotTheLaterOneOfItsPlace(boolean many, boolean byAnother) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        final SharedChannel next = byAnother ? in : out;
        final long first = out.tryClaim(8);
        out.commit(first);
        assertEquals(1, drain(in).size());
        final long second = claimAgain(next, in, out.offsetOf(first));
        refuses(out, first);
        assertEquals(List.of(), drain(in), "it is not written yet");
        next.memory()
                .asSlice(next.offsetOf(second), 8)
                .copyFrom(MemorySegment.ofArray(bytes("it is now")).asSlice(1));
        next.commit(second);
        assertEquals(List.of("t is now"), drain(in));
        final long third = claimAgain(next, in, out.offsetOf(first));
        refuses(out, first);
        next.abort(third);
        assertEquals(List.of(), drain(in));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClaimThatWasSentChangesNoMessageThatIsWhereItWas(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        out.send(new byte[8]);
        final long sent = out.tryClaim(8);
        final long given = out.tryClaim(8);
        out.commit(sent);
        out.abort(given);
        assertEquals(2, drain(in).size());
        out.commit(claimAgain(out, in, ChannelLayout.RING_OFFSET + 1024L - 8)); // The ring's last message.
        final byte[] message = new byte[40];
        Arrays.fill(message, (byte) -1);
        out.send(message); // At the ring's start, so that the claims had their headers in the midst of it.
        refuses(out, sent);
        refuses(out, given);
        assertEquals(1, in.poll((memory, offset, length) -> {}, 1));
        assertEquals(
                1,
                in.poll(
                        (memory, offset, length) -> assertEquals(
                                -1, memory.asSlice(offset, length).mismatch(MemorySegment.ofArray(message))),
                        1));
    }

    @ParameterizedTest
    @CsvSource({"false, -1", "false, 0", "false, 8", "true, -1", "true, 0", "true, 8", "true, 9223372036854775807"})
    void whatIsNoClaimIsRefused(boolean many, long claim) throws Exception {
        final SharedChannel channel = mine.channel("c", options(many));
        final SharedChannel in = theirs.channel("c", options(many));
        channel.send(bytes("one"));
        refuses(channel, claim);
        final long open = channel.tryClaim(8);
        refuses(channel, open ^ 1L << Integer.SIZE);
        channel.abort(open);
        assertEquals(List.of("one"), drain(in));
    }

    /// What a sender leaves that is killed when it has claimed.
    ///
    /// @param isHole whether it has advanced the tail and not yet stored its length
    private void leaveAClaim(boolean isHole) throws Exception {
        final Manager victim = Manager.open(directory.resolve("segment"));
        final SharedChannel channel = victim.channel("c", options(true));
        final long header = channel.offsetOf(channel.tryClaim(8)) - Long.BYTES;
        if (isHole) {
            channel.memory().set(ValueLayout.JAVA_LONG, header, 0);
        }
        Abandonment.of(Scene.segment(victim));
    }

    @Test
    void aHoleIsPassedInTimeThoughOthersWakeTheReceiverAllTheTime() throws Exception {
        Abandonment.assumeSeen();
        final SharedChannel in = mine.waiting(Waiting.block()).channel("c", options(true));
        final SharedChannel out = theirs.channel("c", options(true));
        leaveAClaim(true);
        out.send(bytes("behind it"));
        final List<String> received = new ArrayList<>();
        final FutureTask<Boolean> receiving = new FutureTask<>(() -> in.receive(
                (memory, offset, length) -> received.add(ChannelMessages.text(memory, offset, length)),
                1,
                TimeUnit.MINUTES));
        Thread.ofPlatform().daemon().start(receiving);
        final Segment segment = Scene.segment(theirs);
        final Doorbell bell = new Doorbell(segment, out.memory(), ChannelLayout.DOORBELL_OFFSET);
        for (int rings = 0; !receiving.isDone(); rings++) {
            assertTrue(rings < 1000, "it has been rung for a second");
            Eventually.holds("it sleeps, or is done", () -> receiving.isDone() || isAsleep(out));
            bell.ring();
            LockSupport.parkNanos(1_000_000);
        }
        assertTrue(receiving.get());
        assertEquals(List.of("behind it"), received);
    }

    private static boolean isAsleep(SharedChannel channel) {
        return channel.memory().get(ValueLayout.JAVA_INT, ChannelLayout.DOORBELL_OFFSET + Integer.BYTES) != 0;
    }
}
