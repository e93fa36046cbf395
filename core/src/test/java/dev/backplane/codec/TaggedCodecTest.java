package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SerializableFunction;
import dev.backplane.codec.Samples.Order;
import dev.backplane.codec.Samples.Positive;
import dev.backplane.codec.Samples.Side;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
final class TaggedCodecTest {
    private static final Codec<Object> CODEC = Codecs.tagged(Samples.POLICY);

    private static Stream<Object> values() {
        return Samples.values();
    }

    private static Stream<Object> arrays() {
        return Samples.arrays();
    }

    @ParameterizedTest
    @MethodSource("values")
    void valuesComeBackAsTheyWere(Object value) {
        final Object read = CODEC.fromBytes(CODEC.toBytes(value));
        assertEquals(value, read);
        if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
            assertEquals(CODEC.toBytes(value)[0], CODEC.toBytes(read)[0], "it is a collection of the same kind");
        } else {
            assertEquals(value.getClass(), read.getClass());
        }
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void arraysComeBackWithTheirTypes(Object array) {
        final Object read = CODEC.fromBytes(CODEC.toBytes(array));
        assertEquals(array.getClass(), read.getClass());
        assertTrue(Arrays.deepEquals(new Object[] {array}, new Object[] {read}));
    }

    @Test
    void nullsAndDequesComeBack() {
        assertEquals(null, CODEC.fromBytes(CODEC.toBytes(null)));
        final Object deque = CODEC.fromBytes(CODEC.toBytes(Samples.deque()));
        assertArrayEquals(Samples.deque().toArray(), ((Collection<?>) deque).toArray());
    }

    @Test
    void unmodifiableCollectionsStayUnmodifiable() {
        final List<?> list = (List<?>) CODEC.fromBytes(CODEC.toBytes(List.of(1, 2)));
        assertThrows(UnsupportedOperationException.class, () -> list.removeFirst());
        final Map<?, ?> map = (Map<?, ?>) CODEC.fromBytes(CODEC.toBytes(Map.of(1, 2)));
        assertThrows(UnsupportedOperationException.class, map::clear);
    }

    @Test
    void comparatorsTravelWithTheirSets() {
        final TreeSet<String> set = new TreeSet<>(Comparator.comparing(
                (SerializableFunction<String, Integer>) String::length, Comparator.reverseOrder()));
        set.addAll(List.of("a", "ccc", "bb"));
        final Codec<Object> all = Codecs.tagged(SerializationPolicy.sameUser());
        final TreeSet<?> read = assertInstanceOf(TreeSet.class, all.fromBytes(all.toBytes(set)));
        assertEquals(List.of("ccc", "bb", "a"), List.copyOf(read));
    }

    @Test
    void smallValuesTakeFewBytes() {
        assertEquals(2, CODEC.toBytes(63).length);
        assertEquals(2, CODEC.toBytes(-64L).length);
        assertEquals(5, CODEC.toBytes("abc").length);
        assertEquals(2 + 100 * 2, CODEC.toBytes(new ArrayList<>(java.util.Collections.nCopies(100, 1))).length);
        final List<Order> orders = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            orders.add(new Order(i, Side.BUY, i, i, null));
        }
        final int one = CODEC.toBytes(new ArrayList<>(orders.subList(0, 1))).length;
        assertTrue(CODEC.toBytes(orders).length < one + 99 * 40, "a class is named once");
    }

    @Test
    void classesThatThePolicyDoesNotNameAreRefused() {
        final Codec<Object> strict = Codecs.tagged();
        Refusal.of(
                CodecException.class,
                () -> strict.fromBytes(CODEC.toBytes(Samples.hidden())),
                "dev.backplane.codec.Samples$Hidden",
                "SerializationPolicy.allowing");
        Refusal.of(CodecException.class, () -> strict.fromBytes(CODEC.toBytes(Side.BUY)), "Samples$Side");
        Refusal.of(
                CodecException.class,
                () -> strict.fromBytes(CODEC.toBytes((SerializableFunction<Integer, Integer>) x -> x)),
                "is not allowed");
    }

    @Test
    void aRecordsOwnChecksRun() {
        final byte[] bytes = CODEC.toBytes(new Positive(1));
        bytes[bytes.length - 4] = 0;
        Refusal.of(CodecException.class, () -> CODEC.fromBytes(bytes), "Positive", "not positive: 0");
    }

    @Test
    void anotherVersionOfARecordIsRefusedWithBothSignatures() {
        final byte[] bytes = CODEC.toBytes(new Positive(1));
        final String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        final byte[] other =
                text.replace("value:int", "value:xxx").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Refusal.of(CodecException.class, () -> CODEC.fromBytes(other), "(value:int)", "(value:xxx)", "versions");
    }

    @Test
    void whatContainsItselfIsRefused() {
        final List<Object> list = new ArrayList<>();
        list.add(list);
        Refusal.of(CodecException.class, () -> CODEC.toBytes(list), "nested deeper than 64 levels");
        Object nest = List.of();
        for (int i = 0; i < 70; i++) {
            nest = List.of(nest);
        }
        final byte[] deep = Codecs.tagged(SerializationPolicy.sameUser()).toBytes(nest);
        Refusal.of(CodecException.class, () -> CODEC.fromBytes(deep), "depth 64");
    }

    @Test
    void whatIsNotSerializableIsNamed() {
        Refusal.of(
                CodecException.class, () -> CODEC.toBytes(new ArrayList<>(List.of(new Object()))), "java.lang.Object");
        final Runnable lambda = () -> {};
        Refusal.of(CodecException.class, () -> CODEC.toBytes(lambda), "is not Serializable");
    }

    @Test
    void lengthsThatLieAreRefusedBeforeAnythingIsAllocated() {
        for (int tag : new int[] {Tag.INT_ARRAY, Tag.DOUBLE_ARRAY, Tag.ARRAY_LIST, Tag.HASH_MAP, Tag.STRING}) {
            final CodecOutput out = CodecOutput.growing(16);
            out.putByte(tag);
            out.putVarint(Integer.MAX_VALUE);
            assertThrows(CodecException.class, () -> CODEC.fromBytes(out.toByteArray()));
        }
    }

    @Test
    void damagedBytesGiveAValueOrACodecException() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final List<byte[]> originals = new ArrayList<>();
        Stream.concat(Samples.values(), Samples.arrays()).forEach(value -> originals.add(CODEC.toBytes(value)));
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            final byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            final byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            try {
                CODEC.fromBytes(damaged);
            } catch (CodecException _) {
                refused++;
            } catch (Throwable e) {
                throw new AssertionError(seed + ": " + Arrays.toString(damaged), e);
            }
        }
        assertTrue(refused > 1000);
    }
}
