package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.Samples.Flags;
import dev.backplane.codec.Samples.Order;
import dev.backplane.codec.Samples.Side;
import dev.backplane.store.testing.Refusal;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CodecsTest {
    private static <T> void check(Class<T> type, T value, int length) {
        final Codec<T> codec = Codecs.of(type);
        assertEquals(value, codec.fromBytes(codec.toBytes(value)));
        assertEquals(length, codec.fixedLength());
        if (length >= 0) {
            assertEquals(length, codec.toBytes(value).length);
        }
    }

    @Test
    void everyTypeHasItsCodec() {
        check(Boolean.class, true, 1);
        check(Byte.class, (byte) -1, 1);
        check(Short.class, (short) -2, 2);
        check(Character.class, '\uFFFF', 2);
        check(Integer.class, Integer.MIN_VALUE, 4);
        check(Long.class, Long.MIN_VALUE, 8);
        check(Float.class, -0.5f, 4);
        check(Double.class, Double.NaN, 8);
        check(String.class, "ζ", Codec.VARIABLE);
        check(Side.class, Side.SELL, 1);
        check(Flags.class, new Flags(true, (byte) 1, (short) 2, 'c', 4, 5, 6, 7), 30);
        check(Order.class, new Order(1, Side.BUY, 2, 3, null), Codec.VARIABLE);
        check(BigInteger.class, BigInteger.TEN.pow(100), Codec.VARIABLE);
        assertArrayEquals(
                new byte[] {1, 2},
                Codecs.of(byte[].class).fromBytes(Codecs.of(byte[].class).toBytes(new byte[] {1, 2})));
        assertEquals(Codecs.of(long.class).name(), Codecs.of(Long.class).name());
    }

    @Test
    void namesTellFormatsApart() {
        assertNotEquals(Codecs.of(Integer.class).name(), Codecs.of(Float.class).name());
        assertTrue(Codecs.of(Side.class).name().contains("BUY,SELL"));
        assertTrue(Codecs.of(Order.class).name().contains("price:double"));
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        Refusal.of(CodecException.class, () -> Codecs.of(Long.class).fromBytes(new byte[7]), "needs 8 bytes", "7");
        Refusal.of(CodecException.class, () -> Codecs.of(Long.class).fromBytes(new byte[9]), "1 bytes follow");
        Refusal.of(
                CodecException.class, () -> Codecs.of(Side.class).fromBytes(new byte[] {2}), "2 constants", "number 2");
        Refusal.of(
                CodecException.class,
                () -> Codecs.of(String.class).fromBytes(new byte[] {4, (byte) 0xC3, 0x28}),
                "UTF-8");
    }

    @Test
    void valuesOfAnotherTypeAreRefused() {
        final byte[] bytes = Codecs.of(BigInteger.class).toBytes(BigInteger.ONE);
        Refusal.of(
                CodecException.class,
                () -> Codecs.of(java.math.BigDecimal.class).fromBytes(bytes),
                "expected a java.math.BigDecimal",
                "java.math.BigInteger");
    }

    @Test
    @SuppressWarnings("NullAway") // On purpose.
    void taggedAndSerializedValuesOfAnotherClassAreNotWritten() {
        final Codec<?> serialized = Codecs.java(BigInteger.class, SerializationPolicy.standard());
        for (Codec<?> codec : List.of(Codecs.of(BigInteger.class), serialized, Codecs.symmetric(serialized))) {
            final String message = isNotWritten(codec, "no number").getMessage();
            assertTrue(
                    message.contains(BigInteger.class.getName()) && message.contains(String.class.getName()), message);
            assertThrows(NullPointerException.class, () -> codec.toBytes(null), codec::name);
        }
        isNotWritten(Codecs.of(int[].class), new long[1]);
        isNotWritten(Codecs.of(ArrayList.class), List.of());
        assertEquals(
                List.of(1),
                Codecs.of(List.class).fromBytes(Codecs.of(List.class).toBytes(List.of(1))));
    }

    @Test
    void enumsAndRecordsOfAnotherClassAreNotWritten() {
        isNotWritten(Codecs.of(Side.class), TimeUnit.DAYS);
        isNotWritten(Codecs.of(Order.class), new Samples.Positive(1));
        isNotWritten(Codecs.of(Order.class), "no record");
        isNotWritten(Codecs.of(Nothing.class), new Samples.Positive(1));
        isNotWritten(FixedRecordCodec.of(Flags.class), new Samples.Positive(1));
        isNotWritten(FixedRecordCodec.of(Flags.class), "no record");
        Refusal.of(CodecException.class, () -> Codecs.of(Casting.class).toBytes(new Casting(1)), "Casting");
        Refusal.of(
                CodecException.class, () -> FixedRecordCodec.of(Casting.class).toBytes(new Casting(1)), "Casting");
    }

    @SuppressWarnings("unchecked") // On purpose.
    private static ClassCastException isNotWritten(Codec<?> codec, Object value) {
        return assertThrows(ClassCastException.class, () -> ((Codec<Object>) codec).toBytes(value), codec::name);
    }

    private record Nothing() {}

    /// A cast of the record's own is a fault of its accessor.
    @SuppressWarnings("UnusedMethod") // Called by the codecs.
    private record Casting(int value) {
        @Override
        public int value() {
            return (Integer) Object.class.cast("no number");
        }
    }

    @Test
    void javaSerializationIsACodecToo() {
        final Codec<ArrayList<Integer>> codec = javaCodec();
        assertEquals(new ArrayList<>(List.of(1)), codec.fromBytes(codec.toBytes(new ArrayList<>(List.of(1)))));
    }

    @SuppressWarnings({"unchecked", "rawtypes", "NonApiType"})
    private static Codec<ArrayList<Integer>> javaCodec() {
        return (Codec<ArrayList<Integer>>) (Codec) Codecs.java(ArrayList.class, SerializationPolicy.standard());
    }

    @Test
    void anOutputStaysInItsPlaceWhileItFits() {
        final byte[] place = new byte[16];
        final CodecOutput out = CodecOutput.in(MemorySegment.ofArray(place));
        out.putLong(1);
        out.putLong(2);
        assertFalse(out.spilled());
        assertEquals(2, place[8]);
        out.putByte(3);
        assertTrue(out.spilled());
        final CodecInput in = CodecInput.of(out.toByteArray());
        assertEquals(1, in.getLong());
        assertEquals(2, in.getLong());
        assertEquals(3, in.getByte());
        assertEquals(0, in.remaining());
    }

    @Test
    void varintsTakeTheWholeRange() {
        for (long value : new long[] {0, 1, 127, 128, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            final CodecOutput out = CodecOutput.growing(16);
            out.putVarint(value);
            out.putZigzag(value);
            final CodecInput in = CodecInput.of(out.toByteArray());
            assertEquals(value, in.getVarint());
            assertEquals(value, in.getZigzag());
        }
        Refusal.of(
                CodecException.class,
                () -> CodecInput.of(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})
                        .getVarint(),
                "varint");
    }
}
