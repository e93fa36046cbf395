package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Where the components of records are, and that they come back.
final class RecordLayoutTest {
    private record Quote(long time, double price, int size, boolean bid) {}

    private record Every(boolean z, byte b, short s, char c, int i, float f, long j, double d) {}

    private record Small(byte a, short b, byte c) {}

    @SuppressWarnings("UnusedMethod") // Called through the layout.
    private record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive: " + value);
            }
        }
    }

    @SuppressWarnings("UnusedMethod") // Called through the layout.
    private record Sulky(int first, int second) {
        @Override
        public int second() {
            throw new UnsupportedOperationException("no");
        }
    }

    @SuppressWarnings("UnusedMethod") // Called through the layout.
    private record Slice(int from, int to) {
        Slice {
            Objects.checkFromToIndex(from, to, 100);
        }

        @Override
        public int to() {
            return Objects.checkIndex(to, 50);
        }
    }

    private record Named(int id, String name) {}

    private record Nothing() {}

    @Test
    void componentsAreAlignedToTheirSizesInTheOrderOfTheHeader() {
        final RecordLayout<Quote> layout = RecordLayout.of(Quote.class);
        assertEquals("{long time@0, double price@8, int size@16, boolean bid@20} 24 bytes", layout.signature());
        assertEquals(24, layout.bytes());
        assertEquals(8, layout.alignment());
        assertEquals(16, layout.field("size").orElseThrow().offset());
        assertTrue(layout.field("colour").isEmpty());
        assertEquals(
                "{byte a@0, short b@2, byte c@4} 6 bytes",
                RecordLayout.of(Small.class).signature());
        assertEquals(2, RecordLayout.of(Small.class).alignment());
        assertSame(layout, RecordLayout.of(Quote.class));
    }

    @Test
    void theBytesAreLittleEndianWhereTheLayoutSays() {
        final ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        RecordLayout.of(Quote.class).write(new Quote(7, 1.25, -3, true), MemorySegment.ofBuffer(bytes), 5);
        assertEquals(7, bytes.getLong(5));
        assertEquals(1.25, bytes.getDouble(13));
        assertEquals(-3, bytes.getInt(21));
        assertEquals(1, bytes.get(25));
    }

    @Test
    void everyPrimitiveComesBack() {
        final RecordLayout<Every> layout = RecordLayout.of(Every.class);
        final MemorySegment memory = MemorySegment.ofArray(new byte[layout.bytes()]);
        for (Every one : List.of(
                new Every(true, (byte) -1, (short) -2, '\uffff', -3, -0.5f, -4, Double.MIN_VALUE),
                new Every(
                        false, Byte.MAX_VALUE, Short.MIN_VALUE, 'a', Integer.MIN_VALUE, 1f, Long.MAX_VALUE, -1e300))) {
            layout.write(one, memory, 0);
            assertEquals(one, layout.read(memory, 0));
        }
    }

    @Test
    void aRecordThatDoesNotFitWritesNothing() {
        final RecordLayout<Quote> layout = RecordLayout.of(Quote.class);
        final byte[] bytes = new byte[23];
        final MemorySegment memory = MemorySegment.ofArray(bytes);
        assertThrows(IndexOutOfBoundsException.class, () -> layout.write(new Quote(-1, -1, -1, true), memory, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> layout.read(memory, 0));
        assertEquals(0, ByteBuffer.wrap(bytes).getLong());
    }

    @Test
    void whatTheRecordItselfRefusesIsToldWithItsClass() {
        final CodecException made = assertThrows(
                CodecException.class,
                () -> RecordLayout.of(Positive.class).read(MemorySegment.ofArray(new byte[4]), 0));
        assertTrue(Objects.requireNonNull(made.getMessage()).contains("Positive")
                && Objects.requireNonNull(made.getMessage()).contains("not positive: 0"));
        final CodecException written = assertThrows(
                CodecException.class,
                () -> RecordLayout.of(Sulky.class).write(new Sulky(1, 2), MemorySegment.ofArray(new byte[8]), 0));
        assertTrue(Objects.requireNonNull(written.getMessage()).contains("Sulky"));
    }

    @Test
    void anIndexThatTheRecordRefusesIsNoneOfTheMemory() {
        final RecordLayout<Slice> layout = RecordLayout.of(Slice.class);
        final MemorySegment memory = MemorySegment.ofArray(new byte[] {5, 0, 0, 0, 4, 0, 0, 0});
        final CodecException made = assertThrows(CodecException.class, () -> layout.read(memory, 0));
        assertTrue(Objects.requireNonNull(made.getMessage()).contains("Slice"));
        final CodecException written =
                assertThrows(CodecException.class, () -> layout.write(new Slice(0, 60), memory, 0));
        assertTrue(Objects.requireNonNull(written.getMessage()).contains("Slice"));
        assertThrows(
                CodecException.class,
                () -> FixedRecordCodec.of(Slice.class).fromBytes(new byte[] {5, 0, 0, 0, 4, 0, 0, 0}));
    }

    @Test
    void onlyRecordsOfPrimitivesHaveALayout() {
        assertTrue(RecordLayout.hasLayout(Quote.class));
        for (Class<?> type : List.of(Named.class, Nothing.class, String.class, int.class, List.class)) {
            assertFalse(RecordLayout.hasLayout(type));
            final CodecException refused = assertThrows(CodecException.class, () -> RecordLayout.of(type));
            assertTrue(Objects.requireNonNull(refused.getMessage()).contains(type.getName()));
        }
    }
}
