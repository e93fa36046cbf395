package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ListOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedList;
import dev.backplane.SharedQueue;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.codec.RecordLayout;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Refusal;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What queues do with their codecs, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class QueueCodecTest extends TwoAttachments {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    record Quote(long time, double price, int size, boolean bid) {}

    record Sulky(int value) {
        @Override
        public int value() {
            throw new UnsupportedOperationException("no");
        }
    }

    @Test
    void recordsAndPrimitivesPassWithoutACodecsHelp() throws Exception {
        final QueueOptions<Quote> options = QueueOptions.of(2, FixedRecordCodec.of(Quote.class));
        final SharedQueue<Quote> quotes = mine.queue("quotes", options);
        final Quote quote = new Quote(1, 2.5, 3, true);
        quotes.put(quote);
        final RecordLayout.Field price =
                RecordLayout.of(Quote.class).field("price").orElseThrow();
        final double[] seen = new double[1];
        final SharedQueue<Quote> other = theirs.queue("quotes", options);
        assertEquals(quote, other.peek());
        assertTrue(other.receive(
                (memory, offset, length) -> seen[0] = memory.get(ValueLayout.JAVA_DOUBLE, offset + price.offset())));
        assertEquals(2.5, seen[0]);
        quotes.put(quote);
        assertEquals(quote, other.take());
        final SharedQueue.Longs longs =
                mine.queue("longs", QueueOptions.of(2, Codecs.of(Long.class))).longs();
        final SharedQueue<Long> boxed = theirs.queue("longs", QueueOptions.of(2, Codecs.of(Long.class)));
        assertTrue(longs.offer(-5));
        boxed.put(6L);
        assertFalse(longs.offer(0));
        assertEquals(-5, boxed.take());
        assertEquals(6, longs.take());
        assertEquals(Long.MIN_VALUE, longs.poll(Long.MIN_VALUE));
        final SharedQueue<Double> doubles = mine.queue("doubles", QueueOptions.of(2, Codecs.of(Double.class)));
        doubles.doubles().put(0.5);
        assertEquals(0.5, doubles.peek());
        assertEquals(0.5, doubles.doubles().take());
        Refusal.of(IllegalStateException.class, boxed::doubles, "int64", "float64");
    }

    @Test
    void whatTheCodecRefusesLeavesTheQueueAsItWas() throws Exception {
        final SharedQueue<Object> queue = mine.queue("q", 1);
        Refusal.of(CodecException.class, () -> queue.offer(new Object()), "java.lang.Object", "q");
        assertTrue(queue.offer("fine"));
        assertEquals("fine", queue.poll());
        final SharedQueue<Sulky> records = mine.queue("r", QueueOptions.of(1, FixedRecordCodec.of(Sulky.class)));
        for (int i = 0; i < 3; i++) {
            Refusal.of(CodecException.class, () -> records.offer(new Sulky(1)), "Sulky");
        }
        final SharedQueue<?> raw = records;
        Refusal.of(CodecException.class, () -> offer(raw, "no record"), "r cannot take a java.lang.String", "Sulky");
        assertTrue(records.publish(4, (memory, offset, length) -> memory.set(ValueLayout.JAVA_INT, offset, 9)));
        assertEquals(1, records.size());
        assertTrue(records.receive((memory, offset, length) -> assertEquals(4, length)));
        assertEquals(0, records.size());
        assertEquals(1, records.remainingCapacity());
    }

    @SuppressWarnings("unchecked") // On purpose.
    private static void offer(SharedQueue<?> queue, Object element) {
        ((SharedQueue<Object>) queue).offer(element);
    }

    @Test
    void bytesThatTheCodecCannotReadLoseThatElementOnly() throws Exception {
        final SharedQueue<Object> queue = mine.queue("q", 2);
        assertTrue(queue.publish(3, (memory, offset, length) -> {
            for (long i = 0; i < length; i++) {
                memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0xFF);
            }
        }));
        assertTrue(queue.offer("next"));
        assertThrows(CodecException.class, queue::poll);
        assertEquals("next", queue.poll());
        queue.offer("damaged");
        queue.offer("next");
        final SegmentQueue<?> raw = (SegmentQueue<?>) (Object) queue;
        final int stride = QueueLayout.stride(QueueOptions.DEFAULT_SLOT_BYTES);
        QueueLayout.LENGTH.set(raw.region().memory(), QueueLayout.slot(0, stride), 1 << 20);
        Refusal.of(SegmentException.class, queue::poll, "1048576", "240", "damaged");
        assertEquals("next", queue.poll());
    }

    /// Some program's own.
    private record Own() implements dev.backplane.codec.Codec<Object> {
        @Override
        public void encode(Object value, CodecOutput out) {
            out.putByte(1);
        }

        @Override
        public Object decode(CodecInput in) {
            return in.getByte();
        }

        @Override
        public String name() {
            return "own";
        }
    }

    @Test
    void everybodyMustUseTheSameCodecAndOptions() throws Exception {
        mine.queue("q", QueueOptions.of(4, FixedRecordCodec.of(Quote.class)).withSlotBytes(48));
        Refusal.of(
                SegmentException.class,
                () -> theirs.queue("q", QueueOptions.capacity(4).withSlotBytes(48)),
                "fixed record",
                "Quote",
                "price",
                "tagged 1");
        Refusal.of(
                SegmentException.class,
                () -> theirs.queue("q", QueueOptions.of(5, FixedRecordCodec.of(Quote.class))),
                "q");
        assertThrows(IllegalArgumentException.class, () -> QueueOptions.capacity(0));
        assertThrows(
                IllegalArgumentException.class, () -> QueueOptions.capacity(1).withSlotBytes(15));
        mine.queue("own", QueueOptions.of(4, new Own())).put("x");
        final SharedQueue<?> attached = (SharedQueue<?>) theirs.attach("own");
        Refusal.of(CodecException.class, attached::poll, "own", "QueueOptions");
        assertEquals((byte) 1, mine.queue("own", QueueOptions.of(4, new Own())).poll(), "it went back");
    }

    @Test
    void primitivesAndRecordsAllocateNothing() throws Exception {
        final SharedQueue.Longs longs =
                mine.queue("longs", QueueOptions.of(4, Codecs.of(Long.class))).longs();
        final SharedQueue<Quote> quotes = mine.queue("quotes", QueueOptions.of(4, FixedRecordCodec.of(Quote.class)));
        final Quote quote = new Quote(1, 2.5, 3, true);
        final long[] sum = new long[1];
        final SharedQueue.Handler handler = (memory, offset, length) -> sum[0] += memory.get(LONG, offset);
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int elements = 100_000;
        long allocated = Long.MAX_VALUE;
        // The first rounds are for the compiler.
        for (int round = 0; round < 10 && allocated >= elements; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < elements; i++) {
                longs.put(i);
                sum[0] += longs.take();
                quotes.put(quote);
                quotes.receive(handler);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(allocated < elements, allocated + " bytes for " + elements + " elements");
    }

    /// A class of the application.
    record Order(String what) {}

    /// Another.
    enum Side {
        BUY,
        SELL
    }

    @Test
    void whatNobodyCouldReadIsRefusedWhenItIsPut() throws Exception {
        final SharedQueue<Object> queue = mine.queue("q", 10);
        for (Object refused : List.of(
                new Order("tea"),
                Side.BUY,
                List.of(new Order("tea")),
                new Side[] {Side.SELL},
                new Error("serialized"))) {
            Refusal.of(CodecException.class, () -> queue.put(refused), "q", "allowing", "Codecs.of");
            Refusal.of(CodecException.class, () -> queue.offer(refused), "not allowed");
        }
        Refusal.of(CodecException.class, () -> queue.put(new Order("tea")), Order.class.getName());
        assertEquals(0, queue.size());
        queue.put(List.of("tea", 1, LocalDate.EPOCH));
        assertEquals(List.of("tea", 1, LocalDate.EPOCH), queue.take());
        final SharedList<Object> list = mine.list("l", Codecs.tagged(), ListOptions.elements(10));
        Refusal.of(CodecException.class, () -> list.add(new Order("tea")), Order.class.getName());
        assertEquals(0, list.size());
    }

    private static QueueOptions<Object> allowing(Class<?> type) {
        return QueueOptions.of(4, Codecs.tagged(SerializationPolicy.standard().allowing(type.getName())));
    }

    @Test
    void whatOneProcessRefusesIsLeftToThoseThatDoNot() throws Exception {
        final SharedQueue<Object> knowing = mine.queue("q", allowing(Order.class));
        final SharedQueue<Object> strict = theirs.queue("q", allowing(Side.class));
        knowing.put(new Order("tea"));
        knowing.put("next");
        for (int i = 0; i < 3; i++) {
            Refusal.of(CodecException.class, strict::take, Order.class.getName(), "in the queue still", "receive");
            Refusal.of(CodecException.class, strict::poll, "allowing");
            assertThrows(CodecException.class, () -> strict.drainTo(new ArrayList<>()));
        }
        assertEquals(2, strict.size());
        assertEquals(new Order("tea"), knowing.poll());
        assertEquals("next", strict.take());
        knowing.put(new Order("coffee"));
        knowing.put("after it");
        assertTrue(
                strict.receive((memory, offset, length) -> assertTrue(length > 0)), "who will not wait goes past it");
        assertEquals("after it", strict.take());
        assertNull(strict.poll());
    }

    @Test
    void aRefusedElementOfAJoinableQueueIsNotDone() throws Exception {
        final SharedQueue<Object> knowing =
                mine.queue("q", allowing(Order.class).withSlotBytes(16).asJoinable());
        final SharedQueue<Object> strict =
                theirs.queue("q", allowing(Side.class).withSlotBytes(16).asJoinable());
        final Order order = new Order("in a file of its own");
        knowing.put(order);
        assertThrows(CodecException.class, strict::take);
        assertThrows(IllegalStateException.class, strict::taskDone);
        assertFalse(knowing.join(0, TimeUnit.SECONDS));
        assertEquals(order, knowing.take());
        knowing.taskDone();
        assertTrue(knowing.join(0, TimeUnit.SECONDS));
    }

    @Test
    void aQueueThatIsAttachedByItsHandleLosesNothingThatItsPolicyRefuses() throws Exception {
        final SharedQueue<Object> knowing = mine.queue("q", allowing(Order.class));
        knowing.put(new Order("tea"));
        final SharedQueue<?> attached = (SharedQueue<?>) theirs.attach("q");
        Refusal.of(CodecException.class, attached::take, Order.class.getName(), "QueueOptions");
        assertEquals(new Order("tea"), knowing.take());
    }
}
