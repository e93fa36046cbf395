package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The words of short records are the bytes of their layout.
final class RecordWordsTest {
    private record Pair(long first, long second) {}

    private record Every(boolean z, byte b, short s, char c, short t, long j) {}

    private record Reals(float low, float high, double all) {}

    private record Mixed(int i, byte b, char c, int k) {}

    private record Small(byte a, short b, byte c) {}

    private record Long3(long a, long b, long c) {}

    @SuppressWarnings("UnusedMethod") // Called through the layout.
    private record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive: " + value);
            }
        }
    }

    @SuppressWarnings("UnusedMethod") // Called through the layout.
    private record Sulky(int first, long second) {
        @Override
        public long second() {
            throw new UnsupportedOperationException("no");
        }
    }

    private static final List<Record> RECORDS = List.of(
            new Pair(Long.MIN_VALUE, -1),
            new Pair(0x0102030405060708L, Long.MAX_VALUE),
            new Every(true, (byte) -1, (short) -2, '\uffff', Short.MIN_VALUE, -3),
            new Every(false, (byte) 127, (short) 258, 'a', (short) 1, 1L << 40),
            new Reals(-0.0f, Float.NaN, -1.5e300),
            new Reals(Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Double.NaN),
            new Mixed(-1, (byte) -1, '\u8000', Integer.MIN_VALUE),
            new Small((byte) -128, (short) -1, (byte) 3));

    @Test
    void wordsAreTheBytesThatALayoutWrites() {
        RECORDS.forEach(RecordWordsTest::wordsAreItsBytes);
    }

    @SuppressWarnings("unchecked") // Its own class.
    private static <R extends Record> void wordsAreItsBytes(R record) {
        final RecordLayout<R> layout = RecordLayout.of((Class<R>) record.getClass());
        final RecordWords<R> words = RecordWords.of(layout);
        final ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        layout.write(record, MemorySegment.ofBuffer(bytes), 0);
        assertEquals(bytes.getLong(0), words.first(record), () -> "first word of " + record);
        assertEquals(bytes.getLong(8), words.second(record), () -> "second word of " + record);
        assertEquals(record, words.of(bytes.getLong(0), bytes.getLong(8)));
    }

    @Test
    void aClassHasItsWordsOnce() {
        assertSame(RecordWords.of(RecordLayout.of(Pair.class)), RecordWords.of(RecordLayout.of(Pair.class)));
    }

    @Test
    void aLongRecordIsRefused() {
        final RecordLayout<Long3> layout = RecordLayout.of(Long3.class);
        final CodecException refused = assertThrows(CodecException.class, () -> RecordWords.of(layout));
        assertTrue(String.valueOf(refused.getMessage()).contains("24 bytes"), refused::toString);
    }

    @Test
    void whatARecordRefusesIsACodecException() {
        final RecordWords<Positive> positive = RecordWords.of(RecordLayout.of(Positive.class));
        final CodecException refused = assertThrows(CodecException.class, () -> positive.of(0, 0));
        assertTrue(String.valueOf(refused.getMessage()).contains("not positive: 0"), refused::toString);
        final RecordWords<Sulky> sulky = RecordWords.of(RecordLayout.of(Sulky.class));
        assertEquals(7, sulky.first(new Sulky(7, 8)));
        assertThrows(CodecException.class, () -> sulky.second(new Sulky(7, 8)));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // On purpose.
    void aRecordOfAnotherClassIsRefused() {
        final RecordWords words = RecordWords.of(RecordLayout.of(Pair.class));
        for (Object other : List.of(new Small((byte) 1, (short) 2, (byte) 3), "no record")) {
            assertThrows(ClassCastException.class, () -> words.first(other));
            assertThrows(ClassCastException.class, () -> words.second(other));
        }
    }
}
