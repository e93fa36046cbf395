package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SerializableCallable;
import dev.backplane.SerializableFunction;
import dev.backplane.SerializableSupplier;
import dev.backplane.store.testing.Refusal;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class FunctionCodecTest {
    private final FunctionCodec codec = new FunctionCodec(getClass().getClassLoader());

    @SuppressWarnings("unchecked")
    private <T> T copy(T function) {
        return (T) Objects.requireNonNull(codec.read(FunctionCodec.write(function)));
    }

    private static String name() {
        return "called";
    }

    private static String described(long a, int b, double c, String d, boolean e, byte f, short g, float h, char i) {
        return a + " " + b + " " + c + " " + d + " " + e + " " + f + " " + g + " " + h + " " + i;
    }

    @Test
    void lambdasCaptureSimpleValues() throws Exception {
        for (long n = 0; n < 3; n++) {
            final long a = n;
            final int b = -5;
            final double c = Double.MIN_VALUE;
            final String d = n == 0 ? "ä €" : null;
            final boolean e = true;
            final byte f = -1;
            final short g = 300;
            final float h = 1.5f;
            final char i = 'x';
            final SerializableCallable<String> callable = () -> described(a, b, c, String.valueOf(d), e, f, g, h, i);
            assertTrue(CompactLambda.isOne(FunctionCodec.write(callable)));
            assertEquals(callable.call(), copy(callable).call());
        }
    }

    @Test
    void methodReferencesAndLambdasWithoutCaptures() throws Exception {
        final SerializableFunction<Integer, Integer> square = x -> x * x;
        assertEquals(49, copy(square).apply(7));
        final SerializableSupplier<String> supplier = FunctionCodecTest::name;
        assertEquals("called", copy(supplier).get());
        final SerializableFunction<String, Integer> length = String::length;
        assertEquals(3, copy(length).apply("abc"));
        final SerializableFunction<String, String> bound = "a-"::concat;
        assertEquals("a-b", copy(bound).apply("b"));
        final SerializableFunction<String, StringBuilder> made = StringBuilder::new;
        assertEquals("x", copy(made).apply("x").toString());
        for (Object each : List.of(square, supplier, length, bound, made)) {
            assertTrue(CompactLambda.isOne(FunctionCodec.write(each)));
        }
    }

    @Test
    void twoLambdasOfOneClassAreToldApart() throws Exception {
        final SerializableCallable<String> one = () -> "one";
        final SerializableCallable<String> two = () -> "two";
        assertEquals("two", copy(two).call());
        assertEquals("one", copy(one).call());
    }

    @Test
    void intersectionTypesStayWhatTheyAre() throws Exception {
        final Callable<String> marked = (Callable<String> & Serializable & Cloneable) () -> "marked";
        assertTrue(copy(marked) instanceof Cloneable);
        assertEquals("marked", copy(marked).call());
    }

    @Test
    void whatCapturesMoreIsSerializedAsEver() throws Exception {
        final List<String> list = new ArrayList<>(List.of("a"));
        final SerializableCallable<String> callable = () -> list.set(0, "b") + list;
        final byte[] bytes = FunctionCodec.write(callable);
        assertArrayEquals(JavaSerialization.serialize(callable), bytes);
        assertEquals("a[b]", copy(callable).call());
        assertEquals(List.of("a"), list);
        assertEquals("text", codec.read(FunctionCodec.write("text")));
        final Object captured = new Object();
        final SerializableCallable<String> bad = () -> captured.toString();
        Refusal.of(CodecException.class, () -> FunctionCodec.write(bad), "java.lang.Object is not Serializable");
        final Function<Integer, Integer> plain = x -> x;
        Refusal.of(CodecException.class, () -> FunctionCodec.write(plain), "not Serializable");
    }

    @Test
    void aClassThatIsMissingIsNamed() {
        final SerializableCallable<String> callable = () -> "x";
        final FunctionCodec elsewhere = new FunctionCodec(ClassLoader.getPlatformClassLoader());
        Refusal.of(
                CodecException.class,
                () -> elsewhere.read(FunctionCodec.write(callable)),
                "class " + FunctionCodecTest.class.getName() + " is missing here");
    }

    @Test
    void bytesThatFollowALambdaAreRefused() throws Exception {
        final long captured = 7;
        final SerializableCallable<String> callable = () -> "x" + captured;
        final byte[] whole = FunctionCodec.write(callable);
        assertTrue(CompactLambda.isOne(whole));
        for (int more = 1; more < 20; more++) {
            final byte[] longer = Arrays.copyOf(whole, whole.length + more);
            Refusal.of(CodecException.class, () -> codec.read(longer), more + " bytes before the end");
        }
    }

    @Test
    void damagedBytesAreRefused() {
        final long captured = 7;
        final SerializableCallable<String> callable = () -> "x" + captured;
        final byte[] whole = FunctionCodec.write(callable);
        for (int length = 1; length < whole.length; length++) {
            final byte[] part = Arrays.copyOf(whole, length);
            assertThrows(CodecException.class, () -> codec.read(part), "of " + length);
        }
        final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < 2_000; round++) {
            final byte[] damaged = whole.clone();
            damaged[1 + random.nextInt(whole.length - 1)] ^= (byte) (1 + random.nextInt(255));
            try {
                codec.read(damaged);
            } catch (CodecException expected) {
                assertTrue(expected.getMessage() != null);
            }
        }
    }
}
