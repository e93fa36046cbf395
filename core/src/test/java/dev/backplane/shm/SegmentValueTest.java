package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedStruct;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.Abandonment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Values and structs, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentValueTest extends TwoAttachments {
    private record Quote(
            long time, double price, int size, boolean bid, char venue, short depth, byte flags, float skew) {}

    private record Switch(boolean on, int count) {}

    private record OtherQuote(long time, double price) {}

    private record Square(long root, long square) {
        private Square {
            if (square != root * root) {
                throw new IllegalArgumentException("torn: " + root + ", " + square);
            }
        }
    }

    private record Slice(int from, int to, int size) {
        /// What the next constructor does first.
        private static final AtomicReference<Runnable> NEXT = new AtomicReference<>(() -> {});

        private Slice {
            NEXT.getAndSet(() -> {}).run();
            Objects.checkFromToIndex(from, to, size);
        }
    }

    @Test
    void aValueIsAbsentUntilItIsSetAndThenTheSameForAll() throws Exception {
        final SharedValue<String> value = mine.value("v", String.class, 32);
        final SharedValue<String> other = theirs.value("v", String.class, 32);
        assertNull(value.get());
        assertEquals(0, value.version());
        value.set("one");
        assertEquals("one", other.get());
        other.set("");
        assertEquals("", value.get());
        assertEquals(2, value.version());
        for (int i = 0; i < 10; i++) {
            other.set("lap " + i);
            assertEquals("lap " + i, value.get());
        }
        assertTrue(value.toString().endsWith("version 12 of string"), value::toString);
    }

    @Test
    void compareAndSetComparesByContent() throws Exception {
        final SharedValue<byte[]> value = mine.value("v", byte[].class, 32);
        assertFalse(value.compareAndSet(new byte[] {1}, new byte[] {2}));
        assertTrue(value.compareAndSet(null, new byte[] {1}));
        assertFalse(value.compareAndSet(null, new byte[] {2}));
        assertTrue(value.compareAndSet(new byte[] {1}, new byte[] {2, 3}));
        assertArrayEquals(new byte[] {2, 3}, theirs.value("v", byte[].class, 32).get());
    }

    @Test
    void whatIsTooLongOrRefusedLeavesTheValueUnharmed() throws Exception {
        final SharedValue<String> value = mine.value("v", String.class, 8);
        value.set("1234567");
        Refusal.of(IllegalArgumentException.class, () -> value.set("12345678"), "9 bytes", "at most 8");
        assertThrows(NullPointerException.class, () -> value.update(now -> null));
        Refusal.of(
                UnsupportedOperationException.class,
                () -> value.update(now -> {
                    throw new UnsupportedOperationException(now);
                }),
                "1234567");
        assertEquals("1234567", value.get());
        assertEquals(1, value.version());
        assertThrows(IllegalArgumentException.class, () -> mine.value("u", String.class, 0));
        assertThrows(SegmentException.class, () -> theirs.value("v", String.class, 9));
        Refusal.of(SegmentException.class, () -> theirs.value("v", Integer.class, 8), "values of string", "int32");
        assertEquals("1234567", ((SharedValue<?>) theirs.attach("v")).get());
    }

    @Test
    void nullIsNoValue() throws Exception {
        final SharedValue<Object> value = mine.value("v", Codecs.tagged(), 32);
        assertThrows(NullPointerException.class, () -> value.set(null));
        assertThrows(NullPointerException.class, () -> value.compareAndSet(null, null));
        assertThrows(NullPointerException.class, () -> value.update(now -> null));
        assertEquals(0, value.version());
        value.set("one");
        assertEquals("one", value.get());
        theirs.value("v", new NullWriter(), 32).set("null");
        Refusal.of(CodecException.class, value::get, "v", "null", "damaged");
        Refusal.of(CodecException.class, () -> value.compareAndSet(null, "two"), "v", "null");
        value.set("two");
        assertEquals("two", value.get());
    }

    @Test
    void aValueOfACodecThatNobodyKnowsHereIsAttachedAndNotRead() throws Exception {
        final Codec<String> strings = Codecs.of(String.class);
        final SharedValue<String> value = mine.value(
                "odd",
                new Codec<String>() {
                    @Override
                    public void encode(String text, CodecOutput out) {
                        strings.encode(text, out);
                    }

                    @Override
                    public String decode(CodecInput in) {
                        return strings.decode(in);
                    }

                    @Override
                    public String name() {
                        return "odd";
                    }
                },
                8);
        value.set("text");
        Refusal.of(
                CodecException.class,
                () -> ((SharedValue<?>) theirs.attach("odd")).get(),
                "created with the codec odd");
    }

    @Test
    void updatesOfSeveralWritersAreAllDone() throws Exception {
        final int each = 5_000;
        try (var threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> writers = new ArrayList<>();
            for (Manager manager : List.of(mine, mine, theirs)) {
                final SharedValue<Integer> count = manager.value("count", Integer.class, 4);
                final SharedStruct.Field size = manager.struct("s", Quote.class).field("size");
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        count.update(now -> now == null ? 1 : now + 1);
                        size.getAndAdd(1);
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        assertEquals(3 * each, mine.value("count", Integer.class, 4).get());
        assertEquals(3 * each, mine.struct("s", Quote.class).get().size());
        assertEquals(3 * each, mine.struct("s", Quote.class).version());
    }

    @Test
    void readersNeverSeePartsOfTwoValues() throws Exception {
        final int writes = 100_000;
        final SharedValue<byte[]> bytes = mine.value("bytes", byte[].class, 300);
        final SharedStruct<Square> squares = mine.struct("squares", Square.class);
        bytes.set(new byte[1]);
        try (var threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final SharedValue<byte[]> read = theirs.value("bytes", byte[].class, 300);
                final SharedStruct<Square> look = theirs.struct("squares", Square.class);
                readers.add(threads.submit((Callable<?>) () -> {
                    long last = 0;
                    while (last < writes - 1) {
                        final byte[] value = read.get();
                        for (byte one : value) {
                            assertEquals(value[0], one);
                        }
                        assertEquals(1 + (value[0] & 0xff), value.length);
                        final long root = look.get().root(); // Whose constructor checks.
                        assertTrue(root >= last, "versions go forward");
                        last = root;
                    }
                    return null;
                }));
            }
            for (long i = 0; i < writes; i++) {
                final byte[] value = new byte[1 + (int) (i & 0xff)];
                Arrays.fill(value, (byte) i);
                bytes.set(value);
                squares.set(new Square(i, i * i));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    @Test
    void aStructIsZerosAtFirstAndReadAndWrittenFieldByField() throws Exception {
        final SharedStruct<Quote> struct = mine.struct("s", Quote.class);
        final SharedStruct<Quote> other = theirs.struct("s", Quote.class);
        assertEquals(new Quote(0, 0, 0, false, '\0', (short) 0, (byte) 0, 0), struct.get());
        final Quote quote = new Quote(1, 2.5, -3, true, '\uffff', (short) -4, (byte) -5, 0.5f);
        struct.set(quote);
        assertEquals(quote, other.get());
        assertEquals(1, other.field("time").getLong());
        assertEquals(2.5, other.field("price").getDouble());
        assertEquals(-3, other.field("size").getLong());
        assertEquals(1, other.field("bid").getLong());
        assertEquals(0xffff, other.field("venue").getLong());
        assertEquals(-4, other.field("depth").getLong());
        assertEquals(-5, other.field("flags").getLong());
        assertEquals(0.5, other.field("skew").getDouble());
        other.field("price").setDouble(7.25);
        other.field("skew").setDouble(1.5);
        other.field("bid").setLong(0);
        other.field("depth").setLong(9);
        other.field("venue").setLong('x');
        other.field("flags").setLong(2);
        assertEquals(1, other.field("time").getAndAdd(10));
        assertEquals(new Quote(11, 7.25, -3, false, 'x', (short) 9, (byte) 2, 1.5f), struct.get());
        assertEquals("price", other.field("price").name());
        assertEquals(double.class, other.field("price").type());
        assertEquals(8, struct.version());
    }

    @Test
    void aFieldTakesOnlyWhatItCanHold() throws Exception {
        final SharedStruct<Quote> struct = mine.struct("s", Quote.class);
        Refusal.of(IllegalArgumentException.class, () -> struct.field("colour"), "no field colour", "price");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("price").getLong(), "price", "double");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("size").setDouble(1), "size", "int");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("bid").setLong(2), "bid", "0 to 1");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("flags").setLong(128), "flags", "127");
        struct.field("flags").setLong(127);
        Refusal.of(IllegalArgumentException.class, () -> struct.field("flags").getAndAdd(1), "flags", "128");
        assertEquals(127, struct.field("flags").getLong());
        assertEquals(1, struct.version());
        final SharedStruct.Field time = struct.field("time");
        for (long end : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
            final int beyond = Long.signum(end);
            time.setLong(end);
            Refusal.of(IllegalArgumentException.class, () -> time.getAndAdd(beyond), "time", "" + end, "long");
            assertEquals(end, time.getAndAdd(-beyond));
            assertEquals(end - beyond, time.getAndAdd(beyond));
            assertEquals(end, time.getLong());
        }
    }

    @Test
    void whatAConstructorThrowsOfPartsOfTwoRecordsIsNotTold() throws Exception {
        final SharedStruct<Slice> struct = mine.struct("s", Slice.class);
        final SharedStruct<Slice> other = theirs.struct("s", Slice.class);
        final Slice last = new Slice(1, 2, 3);
        final List<RuntimeException> exceptions =
                List.of(new IndexOutOfBoundsException("torn"), new IllegalArgumentException("torn"));
        final List<Error> errors = List.of(new AssertionError("torn"), new StackOverflowError("torn"));
        for (int i = 0; i < 4; i++) {
            final int kind = i;
            Slice.NEXT.set(() -> {
                for (int lap = 0; lap < VersionsLayout.COPIES; lap++) {
                    other.set(last);
                }
                if (kind < 2) {
                    throw exceptions.get(kind);
                }
                throw errors.get(kind - 2);
            });
            assertEquals(last, struct.get());
        }
        other.field("from").setLong(5); // A field is set without asking the record.
        Refusal.of(CodecException.class, struct::get, "Slice", "[5, 2)");
        final Error error = new AssertionError("not torn");
        Slice.NEXT.set(() -> {
            throw error;
        });
        assertSame(error, assertThrows(AssertionError.class, struct::get));
    }

    @Test
    void aStructIsComparedAndUpdatedAsAWhole() throws Exception {
        final SharedStruct<Square> struct = mine.struct("s", Square.class);
        assertFalse(struct.compareAndSet(new Square(1, 1), new Square(2, 4)));
        assertTrue(struct.compareAndSet(new Square(0, 0), new Square(2, 4)));
        assertEquals(new Square(3, 9), theirs.struct("s", Square.class).update(now -> {
            final long root = now.root() + 1;
            return new Square(root, root * root);
        }));
        struct.field("root").setLong(4); // A field is set without asking the record.
        Refusal.of(CodecException.class, struct::get, "Square", "torn: 4, 9");
        Refusal.of(SegmentException.class, () -> theirs.struct("s", OtherQuote.class), "another struct", "root@0");
        assertThrows(SegmentException.class, () -> theirs.value("s", String.class, 16));
        final Object attached = ((SharedStruct<?>) theirs.attach("s")).get(); // Nor is the record asked here.
        assertEquals(4L, ((Map<?, ?>) attached).get("root"));
    }

    @Test
    void aStructIsOpenedByItsLayoutAlone() throws Exception {
        final SequencedMap<String, Class<?>> components = new LinkedHashMap<>();
        components.put("on", boolean.class);
        components.put("count", int.class);
        final RecordLayout<byte[]> layout = RecordLayout.ofBytes(components);
        final SharedStruct<byte[]> bytes = ManagerProvider.local().struct(mine, "s", layout);
        final SharedStruct<Switch> struct = theirs.struct("s", Switch.class);
        struct.set(new Switch(true, 0x0102));
        final byte[] before = {1, 0, 0, 0, 2, 1, 0, 0};
        assertArrayEquals(before, bytes.get());
        assertFalse(bytes.compareAndSet(new byte[8], new byte[8]));
        assertTrue(bytes.compareAndSet(before, new byte[] {0, 0, 0, 0, 5, 0, 0, 0}));
        assertEquals(new Switch(false, 5), struct.get());
        assertEquals(5, bytes.field("count").getAndAdd(1));
        Refusal.of(CodecException.class, () -> bytes.set(new byte[7]), "7 bytes", "8");
        Refusal.of(CodecException.class, () -> bytes.set(new byte[] {2, 0, 0, 0, 0, 0, 0, 0}), "boolean 2 at 0");
        Refusal.of(CodecException.class, () -> bytes.set(new byte[] {1, 0, 9, 0, 0, 0, 0, 0}), "9 at 2");
        assertEquals(new Switch(false, 6), struct.get());
        components.put("a@0, int b", long.class);
        Refusal.of(CodecException.class, () -> RecordLayout.ofBytes(components), "a@0, int b");
        Refusal.of(CodecException.class, () -> RecordLayout.ofBytes(new LinkedHashMap<>()), "0 components");
        components.remove("a@0, int b");
        components.put("text", String.class);
        Refusal.of(CodecException.class, () -> RecordLayout.ofBytes(components), "String");
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            Refusal.of(IllegalStateException.class, () -> out.writeObject(bytes), "class is not known");
        }
    }

    @Test
    void aWriterThatDiesAtAnyStoreLeavesTheOldOrTheNewValue() throws Exception {
        Abandonment.assumeSeen();
        final SharedValue<String> value = mine.value("v", String.class, 32);
        final SharedStruct<Square> struct = mine.struct("s", Square.class);
        value.set("0");
        int next = 1;
        for (int round = 0; round < 4; round++) {
            boolean dies = true;
            for (long stores = 0; dies; stores++) {
                final int number = next;
                final Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                final SharedValue<String> victims = manager.value("v", String.class, 32);
                final SharedStruct<Square> victimsStruct = manager.struct("s", Square.class);
                final String before = value.get();
                final Square squareBefore = struct.get();
                dies = Mortality.diesBefore(stores, () -> {
                    victims.update(now -> now + number);
                    victimsStruct.set(new Square(number, (long) number * number));
                });
                Abandonment.of(((SegmentValue<String>) victims).region().segment());
                final String after = value.get();
                assertTrue(
                        after.equals(before) && dies || after.equals(before + number), () -> before + " to " + after);
                final Square squareAfter = struct.get();
                assertTrue(squareAfter.equals(squareBefore) && dies || squareAfter.root() == number);
                value.set("" + number);
                struct.field("root").getAndAdd(0);
                assertEquals("" + number, value.get());
                next++;
            }
        }
    }

    @Test
    void bothAreSerializedWithTheirClasses() throws Exception {
        final SharedValue<String> value = mine.value("v", String.class, 32);
        final SharedStruct<Quote> struct = mine.struct("s", Quote.class);
        final SharedValue<String> byCodec = mine.value("v", Codecs.of(String.class), 32);
        value.set("there");
        struct.field("size").setLong(5);
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            out.writeObject(value);
            out.writeObject(struct);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream.toByteArray()))) {
            assertEquals("there", ((SharedValue<?>) in.readObject()).get());
            assertEquals(5, ((Quote) ((SharedStruct<?>) in.readObject()).get()).size());
        }
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            Refusal.of(IllegalStateException.class, () -> out.writeObject(byCodec), "codec string", "by the class");
        }
    }
}
