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
import dev.backplane.store.Abandonment;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void aDeadClaimIsPassedInTimeThoughOthersGoOnSendingAndTheReceiverLooksSeldom() throws Exception {
        Abandonment.assumeSeen();
        final SharedChannel in = mine.channel("c", options(true));
        final SharedChannel out = theirs.channel("c", options(true));
        try (Manager victim = Manager.open(directory.resolve("segment"))) {
            assertTrue(victim.channel("c", options(true)).tryClaim(8) >= 0);
            Abandonment.of(Scene.segment(victim));
        }
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
}
