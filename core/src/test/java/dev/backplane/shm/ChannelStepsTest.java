package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels whose sender or receiver dies between any two stores: what was sent comes once, and others go on.
@NullUnmarked
final class ChannelStepsTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    /// So that deaths meet the ring's end at each store, with records that do and do not divide its length.
    private static final int ROUNDS = 8;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager survivor;

    @BeforeEach
    void open() throws IOException {
        Abandonment.assumeSeen();
        survivor = open("segment");
    }

    @AfterEach
    void close() throws IOException {
        if (survivor != null) { // Not where the test was assumed away.
            survivor.close();
        }
    }

    private Manager open(String name) throws IOException {
        return Manager.open(directory.resolve(name), SegmentOptions.defaults());
    }

    private static SharedChannel channel(Manager manager, boolean many) throws IOException {
        return manager.channel("c", new ChannelOptions(many, ChannelOptions.LEAST_CAPACITY));
    }

    private static Segment segment(SharedChannel channel) {
        return ((SegmentChannel) channel).region().segment();
    }

    private static byte[] message(long number) {
        final byte[] message = new byte[8 + (int) (number % 3) * 8];
        MemorySegment.ofArray(message).set(LONG, 0, number);
        return message;
    }

    private static List<Long> receiveUpTo(SharedChannel in, long last) throws InterruptedException {
        final List<Long> received = new ArrayList<>();
        do {
            final boolean there = in.receive(
                    (memory, offset, length) -> {
                        final long number = memory.get(LONG, offset);
                        assertEquals(message(number).length, length);
                        received.add(number);
                    },
                    1,
                    TimeUnit.MINUTES);
            assertTrue(there, () -> "nothing comes after " + received + " in " + in);
        } while (received.getLast() != last);
        return received;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSenderThatDiesAtAnyStoreLosesOnlyWhatItHadNotSent(boolean many) throws Exception {
        final SharedChannel in = channel(survivor, many);
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            boolean dies = true;
            for (long stores = 0; dies; stores++) {
                final SharedChannel victim = channel(open("segment"), many);
                final long first = next;
                final List<Long> sent = new ArrayList<>();
                dies = Mortality.diesBefore(stores, () -> {
                    for (long number = first; number < first + 4; number++) {
                        assertTrue(victim.trySend(message(number)), victim::toString);
                        sent.add(number);
                    }
                });
                Abandonment.of(segment(victim));
                next += 4;
                in.send(message(next));
                in.leave();
                final List<Long> received = receiveUpTo(in, next);
                assertEquals(sent, received.subList(0, sent.size()));
                // The one that it died in may have been sent; nothing else is there but the survivor's.
                assertTrue(received.size() <= sent.size() + 2, () -> sent + " was sent, received " + received);
                next++;
            }
        }
        assertEquals(0, in.usedBytes());
    }

    @Test
    void whatOneOfManyDiesInIsPassedInTimeByAReceiverThatLooksSeldom() throws Exception {
        final SharedChannel in = channel(survivor, true);
        boolean dies = true;
        for (long stores = 0; dies; stores++) {
            final SharedChannel victim = channel(open("segment"), true);
            dies = Mortality.diesBefore(stores, () -> victim.trySend(message(1)));
            Abandonment.of(segment(victim));
            in.send(message(2));
            final List<Long> received = new ArrayList<>();
            for (int polls = 0; !received.contains(2L); polls++) {
                assertTrue(polls < 1000, "it has been looked at for a second");
                in.poll((memory, offset, length) -> received.add(memory.get(LONG, offset)), 10);
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertEquals(0, in.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverThatDiesAtAnyStoreLeavesTheRestToTheNext(boolean many) throws Exception {
        final SharedChannel out = channel(survivor, many);
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            boolean dies = true;
            for (long stores = 0; dies; stores++) {
                final SharedChannel victim = channel(open("segment"), many);
                for (int i = 0; i < 4; i++) {
                    out.send(message(next + i));
                }
                final List<Long> received = new ArrayList<>();
                final long last = next + 3;
                dies = Mortality.diesBefore(stores, () -> {
                    do {
                        victim.poll((memory, offset, length) -> received.add(memory.get(LONG, offset)), 3);
                    } while (received.getLast() != last);
                });
                Abandonment.of(segment(victim));
                out.send(message(last + 1));
                final List<Long> rest = receiveUpTo(out, last + 1);
                out.leave();
                // Only the last one that the victim's handler saw may come again.
                final int again = !received.isEmpty() && received.getLast().equals(rest.getFirst()) ? 1 : 0;
                received.addAll(rest.subList(again, rest.size()));
                assertEquals(List.of(next, next + 1, next + 2, next + 3, next + 4), received);
                next += 5;
            }
        }
        assertEquals(0, out.usedBytes());
    }

    @Test
    void aSlowSenderIsWaitedForHoweverManyDieAroundIt() throws Exception {
        final SharedChannel slow = channel(survivor, true);
        for (long stores = 0; stores < 8; stores++) {
            try (Manager receiver = open("segment")) {
                final SharedChannel in = channel(receiver, true);
                final SharedChannel before = channel(open("segment"), true);
                final long deadFirst = before.tryClaim(16);
                final long claim = slow.tryClaim(8);
                final SharedChannel after = channel(open("segment"), true);
                Mortality.diesBefore(stores, () -> after.trySend(message(77)));
                Abandonment.of(segment(after));
                Abandonment.of(segment(before));
                assertTrue(deadFirst >= 0 && claim >= 0);
                assertFalse(
                        in.receive((memory, offset, length) -> {}, 120, TimeUnit.MILLISECONDS), "it is not sent yet");
                slow.memory().set(LONG, slow.offsetOf(claim), 42);
                slow.commit(claim);
                assertTrue(in.receive(
                        (memory, offset, length) -> assertEquals(42, memory.get(LONG, offset)), 1, TimeUnit.MINUTES));
                Eventually.holds("what the dead one has claimed is passed", () -> {
                    in.poll((memory, offset, length) -> assertEquals(77, memory.get(LONG, offset)), 10);
                    return in.usedBytes() == 0;
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndComesAlsoAfterTheClaimOfADeadSender(boolean many) throws Exception {
        final SharedChannel in = channel(survivor, many);
        final SharedChannel victim = channel(open("segment"), many);
        victim.send(message(0));
        assertTrue(victim.tryClaim(8) >= 0);
        Abandonment.of(segment(victim));
        in.shutdown();
        assertEquals(List.of(0L), receiveUpTo(in, 0));
        assertFalse(in.receive((memory, offset, length) -> {}), "the end");
    }

    @Test
    void announcementsOfTheDeadAreFreedForTheLiving() throws Exception {
        final SharedChannel victim = channel(open("segment"), true);
        for (int i = 0; i < ChannelLayout.ANNOUNCEMENTS; i++) {
            assertTrue(Mortality.diesBefore(2, () -> victim.tryClaim(0)));
        }
        Abandonment.of(segment(victim));
        final SharedChannel in = channel(survivor, true);
        in.send(message(7));
        assertEquals(List.of(7L), receiveUpTo(in, 7));
    }

    @Test
    void repairsThatAreCutOffAreBegunAgain() throws Exception {
        final SharedChannel in = channel(survivor, false);
        long next = 0;
        for (long death = 0; death < 40; death++) {
            final SharedChannel first = channel(open("segment"), false);
            final long number = next;
            final long stores = death;
            Mortality.diesBefore(stores % 8, () -> first.trySend(message(number)));
            Abandonment.of(segment(first));
            final SharedChannel second = channel(open("segment"), false);
            Mortality.diesBefore(1 + stores / 8, () -> second.trySend(message(number + 1)));
            Abandonment.of(segment(second));
            in.send(message(next + 2));
            in.leave();
            final List<Long> received = receiveUpTo(in, next + 2);
            assertEquals(received.stream().sorted().distinct().toList(), received);
            next += 3;
        }
    }
}
