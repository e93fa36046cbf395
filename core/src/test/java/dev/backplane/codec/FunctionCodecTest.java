package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableFunction;
import dev.backplane.SerializableSupplier;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLong;
import dev.backplane.SharedValue;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
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

    /// Some suppliers, each of which captures the one before.
    private static SerializableSupplier<Integer> chain(int length) {
        SerializableSupplier<Integer> last = () -> 1;
        for (int i = 1; i < length; i++) {
            final SerializableSupplier<Integer> before = last;
            last = () -> before.get() + 1;
        }
        return last;
    }

    @Test
    void lambdasCaptureOneAnother() {
        final SerializableFunction<Integer, Integer> twice = x -> 2 * x;
        final SerializableFunction<String, Integer> length = String::length;
        final int more = 5;
        final SerializableFunction<String, Integer> both = text -> twice.apply(length.apply(text)) + more;
        assertTrue(CompactLambda.isOne(FunctionCodec.write(both)));
        assertEquals(11, copy(both).apply("abc"));
        final SerializableSupplier<Integer> bound = chain(3)::get;
        assertTrue(CompactLambda.isOne(FunctionCodec.write(bound)));
        assertEquals(3, copy(bound).get());
        for (int levels : new int[] {CompactLambda.DEEPEST, CompactLambda.DEEPEST + 1, 100}) {
            final SerializableSupplier<Integer> chain = chain(levels);
            assertEquals(levels <= CompactLambda.DEEPEST, CompactLambda.isOne(FunctionCodec.write(chain)));
            assertEquals(levels, copy(chain).get());
        }
    }

    @Test
    void sharedObjectsAreCapturedAsReferences() throws Exception {
        try (Manager manager = Manager.anonymous("captured", SegmentOptions.defaults())) {
            final SharedLong number = manager.longValue("number");
            final SharedIntArray slice = manager.intArray("ints", 9).slice(3, 5);
            final SharedValue<String> value = manager.value("value", String.class, 20);
            final SerializableFunction<Integer, Integer> twice = x -> 2 * x;
            final SerializableSupplier<String> supplier = () -> {
                slice.set(1, twice.apply((int) number.incrementAndGet()));
                value.set("set");
                return slice.length() + " " + slice.get(1);
            };
            assertTrue(CompactLambda.isOne(FunctionCodec.write(supplier)));
            assertEquals("2 2", copy(supplier).get());
            assertEquals("2 4", copy(supplier).get());
            assertEquals(2, number.get());
            assertEquals(4, manager.intArray("ints", 9).get(4));
            assertEquals("set", value.get());
        }
    }

    @Test
    void whatCapturesAlsoSomethingElseIsSerializedAsEver() throws Exception {
        try (Manager manager = Manager.anonymous("captured", SegmentOptions.defaults())) {
            final SharedLong number = manager.longValue("number");
            final List<Integer> list = new ArrayList<>(List.of(7));
            final SerializableSupplier<Integer> inner = () -> list.get(0);
            final SerializableSupplier<Long> outer = () -> number.addAndGet(inner.get());
            assertArrayEquals(JavaSerialization.serialize(outer), FunctionCodec.write(outer));
            assertEquals(7, copy(outer).get());
            assertEquals(7, number.get());
        }
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

    private static byte[] joined(byte[]... parts) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void lambdasThatNestTooDeeplyAreRefused() {
        final byte[] leaf = FunctionCodec.write(chain(1));
        final byte[] two = FunctionCodec.write(chain(2));
        final byte[] outer = Arrays.copyOfRange(two, 1, two.length - (leaf.length - 1));
        final byte[] form = {two[0]};
        final byte[] inner = Arrays.copyOfRange(leaf, 1, leaf.length);
        byte[] nested = inner;
        for (int levels = 2; levels <= CompactLambda.DEEPEST; levels++) {
            nested = joined(outer, nested);
        }
        assertArrayEquals(FunctionCodec.write(chain(CompactLambda.DEEPEST)), joined(form, nested));
        for (int more = 1; more < 2_000; more *= 2) {
            for (int i = 0; i < more; i++) {
                nested = joined(outer, nested);
            }
            final byte[] bytes = joined(form, nested);
            Refusal.of(CodecException.class, () -> codec.read(bytes), "deeper than 16 levels before position");
        }
    }

    /// Some bytes, with a text in them replaced by another of the same length.
    private static byte[] replaced(byte[] bytes, String text, String other) {
        final String all = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(all.contains(text), all);
        assertEquals(text.length(), other.length());
        return all.replace(text, other).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void damagedReferencesAreRefused() throws Exception {
        try (Manager manager = Manager.anonymous("captured", SegmentOptions.defaults())) {
            final SharedIntArray slice = manager.intArray("ints", 9).slice(3, 5);
            final SharedValue<String> value = manager.value("value", String.class, 20);
            final SerializableSupplier<String> supplier = () -> value.get() + slice.length();
            final byte[] whole = FunctionCodec.write(supplier);
            assertEquals("null2", copy(supplier).get());
            final String id = manager.handle().id().toString();
            final String[][] damages = {
                {"@segment:", "@sexment:", "not a handle of a shared object"},
                {"[3:5]", "[3:x]", "cannot attach", "For input string"},
                {"[3:5]", "[5:3]", "cannot attach"},
                {"[3:5]", "[3:-]", "cannot attach"},
                {"/ints@", "/intx@", "no object of that name"},
                {"/value@", "/ints@s", "cannot attach"},
                {"java.lang.String", "java.lang.Strong", "java.lang.Strong"},
                {id, id.substring(0, 35) + (id.endsWith("0") ? "1" : "0"), "cannot attach"},
            };
            for (String[] damage : damages) {
                final byte[] damaged = replaced(whole, damage[0], damage[1]);
                Refusal.of(
                        CodecException.class, () -> codec.read(damaged), Arrays.copyOfRange(damage, 2, damage.length));
            }
            assertEquals("null2", copy(supplier).get());
        }
    }

    @Test
    void damagedBytesAreRefused() throws Exception {
        final long captured = 7;
        final SerializableCallable<String> callable = () -> "x" + captured;
        try (Manager manager = Manager.anonymous("captured", SegmentOptions.defaults())) {
            final SharedLong number = manager.longValue("number");
            final SerializableCallable<String> nesting = () -> callable.call() + number.get();
            for (SerializableCallable<String> each : List.of(callable, nesting)) {
                checkRefused(FunctionCodec.write(each));
            }
        }
    }

    private void checkRefused(byte[] whole) {
        assertTrue(CompactLambda.isOne(whole));
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
