package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedTopic;
import dev.backplane.SharedTopic.Subscription;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import dev.backplane.store.testing.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Topics, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentTopicTest extends TwoAttachments {
    private static final int CAPACITY = 1024;

    private static <E> List<E> drain(Subscription<E> subscription) {
        final List<E> values = new ArrayList<>();
        for (E value = subscription.poll(); value != null; value = subscription.poll()) {
            values.add(value);
        }
        return values;
    }

    @Test
    void eachSubscriberGetsEachValueFromItsSubscriptionOn() throws Exception {
        final SharedTopic<String> out = mine.topic("t", String.class, CAPACITY);
        final SharedTopic<String> in = theirs.topic("t", String.class, CAPACITY);
        final Subscription<String> early = in.subscribe();
        assertNull(early.poll());
        out.publish("one");
        out.publish("two");
        final Subscription<String> late = in.subscribe();
        in.publish("three");
        assertEquals(List.of("one", "two", "three"), drain(early));
        assertEquals(List.of("three"), drain(late));
        assertEquals(0, early.lost() + late.lost());
    }

    @Test
    void anIntentFarAheadOfAllRecordsIsRefused() throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final Subscription<String> subscription = topic.subscribe();
        topic.publish("one");
        ((SegmentTopic<String>) topic)
                .region()
                .memory()
                .set(ValueLayout.JAVA_LONG, TopicLayout.RECORDS_OFFSET + TopicLayout.intent(CAPACITY), 1L << 40);
        Refusal.of(SegmentException.class, subscription::poll, "1099511627776", "damaged");
        Refusal.of(SegmentException.class, topic::subscribe, "1099511627776", "damaged");
    }

    @Test
    void everyLengthComesThroughWholeForManyLaps() throws Exception {
        final SharedTopic<byte[]> out = mine.topic("t", byte[].class, CAPACITY);
        final Subscription<byte[]> in =
                theirs.topic("t", byte[].class, CAPACITY).subscribe();
        for (int i = 0; i < 2_000; i++) {
            final byte[] value = new byte[i % (out.maxValueBytes() - 1)];
            Arrays.fill(value, (byte) -1); // What padding has for its type.
            out.publish(value);
            assertTrue(Arrays.equals(value, in.poll()));
        }
        assertEquals(0, in.lost());
    }

    @Test
    void aSlowSubscriberIsToldHowManyItLost() throws Exception {
        final SharedTopic<Integer> out = mine.topic("t", Integer.class, CAPACITY);
        final Subscription<Integer> in =
                theirs.topic("t", Integer.class, CAPACITY).subscribe();
        for (int i = 0; i < 1_000; i++) {
            out.publish(i);
        }
        assertEquals(999, in.poll(), "it goes on with the newest");
        assertEquals(999, in.lost());
        out.publish(1_000);
        assertEquals(1_000, in.poll());
        assertEquals(999, in.lost());
    }

    @Test
    void concurrentReadersSeeWholeValuesInOrderAndCountTheRest() throws Exception {
        final int values = 200_000;
        final SharedTopic<Long> out = mine.topic("t", Long.class, CAPACITY);
        try (var threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final Subscription<Long> in =
                        theirs.topic("t", Long.class, CAPACITY).subscribe();
                readers.add(threads.submit((Callable<?>) () -> {
                    long received = 0;
                    long last = -1;
                    for (Long value = in.receive(); value != null; value = in.receive()) {
                        received++;
                        assertEquals(value, received - 1 + in.lost(), "received and lost are all that was published");
                        assertTrue(value > last);
                        last = value;
                    }
                    assertEquals(values - 1, last);
                    return null;
                }));
            }
            for (long i = 0; i < values; i++) {
                out.publish(i);
            }
            out.shutdown();
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    @Test
    void severalPublishersAreNumberedTogether() throws Exception {
        final Subscription<Integer> in = mine.topic("t", Integer.class, 1 << 16).subscribe();
        try (var threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> publishers = new ArrayList<>();
            for (Manager manager : List.of(mine, mine, theirs)) {
                final SharedTopic<Integer> out = manager.topic("t", Integer.class, 1 << 16);
                publishers.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        out.publish(i);
                    }
                }));
            }
            for (Future<?> publisher : publishers) {
                publisher.get();
            }
        }
        assertEquals(1_500, drain(in).size());
        assertEquals(0, in.lost());
    }

    @Test
    void aSubscriberSleepsUntilAValueOrTheEndComes() throws Exception {
        final SharedTopic<String> out = mine.topic("t", String.class, CAPACITY);
        final SharedTopic<String> in = theirs.waiting(Waiting.block()).topic("t", String.class, CAPACITY);
        final Subscription<String> subscription = in.subscribe();
        assertNull(subscription.receive(1, TimeUnit.MILLISECONDS));
        assertNull(subscription.receive(0, TimeUnit.MILLISECONDS));
        try (var threads = Executors.newCachedThreadPool()) {
            final Future<List<String>> received = threads.submit(() -> {
                final String first = subscription.receive();
                final String end = subscription.receive();
                return Arrays.asList(first, end);
            });
            final TopicBuffer buffer = new TopicBuffer(((SegmentTopic<String>) out).region());
            Eventually.holds("the subscriber sleeps", () -> buffer.gate().isAnnounced());
            out.publish("wake");
            Eventually.holds("it sleeps again", () -> buffer.gate().isAnnounced());
            out.shutdown();
            assertEquals(Arrays.asList("wake", null), received.get());
        }
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, subscription::receive);
        Refusal.of(IllegalStateException.class, () -> out.publish("late"), "t in", "shut down");
    }

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final Subscription<String> in = topic.subscribe();
        Refusal.of(IllegalArgumentException.class, () -> topic.publish("x".repeat(119)), "121 bytes", "120");
        topic.publish("x".repeat(118));
        assertEquals(118, in.poll().length());
        Refusal.of(IllegalArgumentException.class, () -> mine.topic("u", String.class, 1000), "1000", "power of two");
        assertThrows(SegmentException.class, () -> theirs.topic("t", String.class, 2 * CAPACITY));
        theirs.topic("t", Integer.class, CAPACITY).publish(1);
        Refusal.of(CodecException.class, in::poll, "not published with the codec string");
        topic.publish("good");
        assertEquals("good", in.poll());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPublisherThatDiesOrFailsAtAnyStorePublishesWholeOrNotAtAll(boolean lives) throws Exception {
        Abandonment.assumeSeen();
        final SharedTopic<byte[]> out = mine.topic("t", byte[].class, 256);
        int next = 0;
        for (int round = 0; round < 6; round++) {
            boolean dies = true;
            for (long stores = 0; dies; stores++) {
                // Behind by as much as there is room for: what the dead one announced to overwrite is not read.
                final Subscription<byte[]> behind = out.subscribe();
                for (int i = 0; i < 4; i++) {
                    out.publish(value(next++));
                }
                final Subscription<byte[]> near = out.subscribe();
                final Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                final SharedTopic<byte[]> victim = manager.topic("t", byte[].class, 256);
                final byte[] last = value(next);
                final Life life = lives ? Life.stumbling(stores) : Life.of(stores);
                dies = life.cutsOff(() -> victim.publish(last));
                final Region region = ((SegmentTopic<byte[]>) victim).region();
                // One that fails to leave the section has to die.
                if (!lives || OwnerWord.ownerOf(TopicLayout.SECTION.getAcquire(region.memory(), 0)) != 0) {
                    Abandonment.of(region.segment());
                }
                final Subscription<byte[]> between = out.subscribe();
                out.publish(value(next + 1));
                final List<Integer> nearly =
                        drain(near).stream().map(SegmentTopicTest::number).toList();
                final boolean published = nearly.size() == 2;
                assertEquals(published ? List.of(next, next + 1) : List.of(next + 1), nearly);
                assertTrue(published || dies, "what was published is there");
                assertEquals(0, near.lost());
                final List<byte[]> late = drain(between);
                assertEquals(next + 1, number(late.getLast()));
                int due = next - 4;
                for (byte[] value : drain(behind)) {
                    assertTrue(number(value) >= due);
                    due = number(value) + 1;
                }
                assertEquals(next + 2, due);
                next += 2;
                manager.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 9223372036854775800",
        "24, 24, 24",
        "24, 24, -8",
        "-24, 24, 0",
        "48, 24, 0",
        "4611686018427387904, 24, 0",
        "-9223372036854775808, 24, -9223372036854775808",
        "24, 4611686018427387904, 0"
    })
    void whoSubscribesRefusesDamagedCounters(long tail, long intent, long latest) throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final var _ = damage(topic, tail, intent, latest);
        Refusal.of(SegmentException.class, topic::subscribe, "t in", "tail of " + tail, "damaged", "remove");
    }

    /// Stores counters, and returns the records.
    private static MemorySegment damage(SharedTopic<String> topic, long tail, long intent, long latest) {
        final MemorySegment records =
                ((SegmentTopic<String>) topic).region().memory().asSlice(TopicLayout.RECORDS_OFFSET);
        records.set(ValueLayout.JAVA_LONG, TopicLayout.tail(CAPACITY), tail);
        records.set(ValueLayout.JAVA_LONG, TopicLayout.intent(CAPACITY), intent);
        records.set(ValueLayout.JAVA_LONG, TopicLayout.latest(CAPACITY), latest);
        return records;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTailBeyondAllThatIsPublishedIsRefused(boolean voids) throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final Subscription<String> subscription = topic.subscribe();
        final MemorySegment records =
                ((SegmentTopic<String>) topic).region().memory().asSlice(TopicLayout.RECORDS_OFFSET);
        final int record = 48;
        for (int at = TopicLayout.HEADER_BYTES; at < CAPACITY; at += record) {
            topic.publish("x".repeat(28));
        }
        assertEquals(CAPACITY, records.get(ValueLayout.JAVA_LONG, TopicLayout.tail(CAPACITY)), "the ring is full");
        for (int at = TopicLayout.HEADER_BYTES; voids && at < CAPACITY; at += record) {
            records.set(ValueLayout.JAVA_INT, at + TopicLayout.TYPE_OFFSET, TopicLayout.VOID);
        }
        final long tail = 1L << 62;
        records.set(ValueLayout.JAVA_LONG, TopicLayout.tail(CAPACITY), tail);
        Refusal.of(SegmentException.class, subscription::poll, "t in", "tail of " + tail, "damaged", "remove");
    }

    @ParameterizedTest
    @CsvSource({"4, 4, 0", "20, 20, 0", "-8, -8, 0", "24, 32, 0", "24, 24, 24", "24, 24, 4"})
    void whoPublishesRefusesDamagedCounters(long tail, long intent, long latest) throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final MemorySegment records = damage(topic, tail, intent, latest);
        final byte[] before = records.toArray(ValueLayout.JAVA_BYTE);
        Refusal.of(SegmentException.class, () -> topic.publish("one"), "t in", "tail of " + tail, "damaged", "remove");
        assertEquals(-1, records.mismatch(MemorySegment.ofArray(before)), "nothing is written");
    }

    @Test
    void whoJoinsBehindWhatTheDeadLeftUnpublishedLosesNothing() throws Exception {
        Abandonment.assumeSeen();
        final SharedTopic<byte[]> out = mine.topic("t", byte[].class, 256);
        out.publish(value(0));
        for (long first = 0; publishAndDie(first); first++) {
            boolean dies = true;
            for (long second = 0; dies; second++) {
                publishAndDie(first);
                dies = publishAndDie(second); // Clears away what the first has left, as far as it comes.
                final Subscription<byte[]> joined = out.subscribe();
                out.publish(value(1));
                assertEquals(1, number(drain(joined).getLast()));
                assertEquals(0, joined.lost(), first + " and " + second);
            }
        }
    }

    private boolean publishAndDie(long stores) throws Exception {
        final Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
        final SharedTopic<byte[]> victim = manager.topic("t", byte[].class, 256);
        final boolean dies = Mortality.diesBefore(stores, () -> victim.publish(value(2)));
        Abandonment.of(((SegmentTopic<byte[]>) victim).region().segment());
        return dies;
    }

    private static byte[] value(int number) {
        final byte[] value = new byte[4 + number % 4 * 4];
        Arrays.fill(value, (byte) number);
        value[0] = (byte) (number >>> 8);
        return value;
    }

    private static int number(byte[] value) {
        final int number = (value[0] & 0xff) << 8 | value[1] & 0xff;
        assertTrue(Arrays.equals(value(number), value), () -> "torn: " + Arrays.toString(value));
        return number;
    }

    @Test
    void aTopicIsSerializedWithTheClassOfItsElements() throws Exception {
        final SharedTopic<String> topic = mine.topic("t", String.class, CAPACITY);
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            out.writeObject(topic);
        }
        final Subscription<String> in = topic.subscribe();
        try (ObjectInputStream read = new ObjectInputStream(new ByteArrayInputStream(stream.toByteArray()))) {
            @SuppressWarnings("unchecked")
            final SharedTopic<String> copy = (SharedTopic<String>) read.readObject();
            copy.publish("from the copy");
        }
        assertEquals("from the copy", in.poll());
        final SharedTopic<String> byCodec = mine.topic("t", Codecs.of(String.class), CAPACITY);
        byCodec.publish("same codec");
        assertEquals("same codec", in.poll());
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            Refusal.of(IllegalStateException.class, () -> out.writeObject(byCodec), "codec string", "by the class");
        }
        assertFalse(((SharedTopic<?>) theirs.attach("t")).isShutDown());
    }

    @Test
    void whoSubscribesWhileOthersPublishHasLostNothing() throws Exception {
        final SharedTopic<Integer> topic = mine.topic("t", Integer.class, 1 << 16);
        final SharedTopic<Integer> other = theirs.topic("t", Integer.class, 1 << 16);
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicInteger published = new AtomicInteger();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<?> publishing = threads.submit(() -> {
                for (int i = 0; !over.get(); i++) {
                    topic.publish(i);
                    published.set(i + 1);
                }
            });
            try {
                for (int i = 0; i < 100_000; i++) {
                    final int before = published.get();
                    final Subscription<Integer> subscription = other.subscribe();
                    final int after = published.get() + 1; // One more may be published and not counted.
                    final int value = subscription.receive();
                    final long lost = subscription.lost();
                    assertTrue(
                            lost >= 0 && before <= value - lost && value - lost <= after,
                            () -> "subscribed behind " + before + " to " + after + ", it got " + value
                                    + " and says that it lost " + lost);
                }
            } finally {
                over.set(true);
            }
            publishing.get();
        }
    }

    @Test
    void nullIsNoValue() throws Exception {
        final SharedTopic<Object> topic = mine.topic("t", Codecs.tagged(), CAPACITY);
        final Subscription<Object> subscription = topic.subscribe();
        assertThrows(NullPointerException.class, () -> topic.publish(null));
        topic.publish("one");
        assertEquals("one", subscription.poll());
        theirs.topic("t", new NullWriter(), CAPACITY).publish("null");
        Refusal.of(CodecException.class, subscription::poll, "t in", "null");
        topic.publish("two");
        assertEquals("two", subscription.poll());
        final SharedChannel.Values<Object> values =
                mine.channel("c", ChannelOptions.oneToOne(1 << 12)).values(Codecs.tagged());
        assertThrows(NullPointerException.class, () -> values.send(null));
        assertThrows(NullPointerException.class, () -> values.send(null, 1, TimeUnit.SECONDS));
        values.send("one");
        assertEquals("one", values.receive(1, TimeUnit.SECONDS));
    }
}
