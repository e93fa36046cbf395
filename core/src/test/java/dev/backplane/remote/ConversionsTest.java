package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pickle.PythonByteArray;
import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of Python as Java's parameters, results of Java as Python's values, and exceptions.
final class ConversionsTest {
    /// A record that checks itself.
    ///
    /// @param name of it
    /// @param counts some numbers
    record Sample(String name, List<Integer> counts) {
        Sample {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("no name");
            }
        }
    }

    /// A method with parameters of all kinds of types.
    @SuppressWarnings("unused") // Its types are looked at.
    private static void kinds(
            List<Integer> ints, Set<String> texts, Map<String, Double> map, Optional<Long> maybe, List<?> any) {}

    private static Type kind(int index) throws ReflectiveOperationException {
        return ConversionsTest.class.getDeclaredMethod(
                        "kinds", List.class, Set.class, Map.class, Optional.class, List.class)
                .getGenericParameterTypes()[index];
    }

    private static String refused(@Nullable Object value, Type type) {
        return assertThrows(PythonException.class, () -> JavaArguments.convert(value, type))
                .type();
    }

    @Test
    void numbersMustFit() {
        assertEquals(7, JavaArguments.convert(7L, int.class));
        assertEquals((byte) -128, JavaArguments.convert(-128L, Byte.class));
        assertEquals("builtins.OverflowError", refused(128L, byte.class));
        assertEquals("builtins.OverflowError", refused(1L << 31, int.class));
        assertEquals("builtins.OverflowError", refused(BigInteger.TWO.pow(63), long.class));
        assertEquals(1.0, JavaArguments.convert(1L, double.class));
        assertEquals(0.5f, JavaArguments.convert(0.5, float.class));
        assertEquals("builtins.TypeError", refused(1.0, int.class));
        assertEquals("builtins.TypeError", refused("1", int.class));
        assertEquals("builtins.TypeError", refused(null, int.class));
        assertEquals("builtins.TypeError", refused(1L, boolean.class));
        assertEquals(true, JavaArguments.convert(true, boolean.class));
        assertNull(JavaArguments.convert(null, Integer.class));
    }

    @Test
    void otherTypesAreMadeOfWhatPythonHas() {
        assertEquals('x', JavaArguments.convert("x", char.class));
        assertEquals("builtins.TypeError", refused("xy", char.class));
        assertEquals(TimeUnit.DAYS, JavaArguments.convert("DAYS", TimeUnit.class));
        assertEquals("builtins.ValueError", refused("WEEKS", TimeUnit.class));
        assertEquals(Duration.ofMillis(1500), JavaArguments.convert(1.5, Duration.class));
        final byte[] bytes = {1};
        assertEquals(bytes, JavaArguments.convert(new PythonByteArray(bytes), byte[].class));
        assertEquals("builtins.TypeError", refused("x", byte[].class));
        assertArrayEquals(new long[] {1, 2}, (long[]) JavaArguments.convert(PythonTuple.of(1L, 2L), long[].class));
        assertEquals("builtins.TypeError", refused(List.of("x"), long[].class));
        assertEquals("text", JavaArguments.convert("text", Object.class));
        assertEquals("text", JavaArguments.convert("text", String.class));
        assertEquals("builtins.TypeError", refused(1L, String.class));
    }

    @Test
    void elementsAreConvertedToo() throws Exception {
        assertEquals(List.of(1, 2), JavaArguments.convert(PythonTuple.of(1L, 2L), kind(0)));
        assertEquals("builtins.OverflowError", refused(List.of(1L << 40), kind(0)));
        assertEquals(Set.of("a"), JavaArguments.convert(List.of("a", "a"), kind(1)));
        assertEquals(Map.of("a", 1.0), JavaArguments.convert(PythonDict.of("a", 1L), kind(2)));
        assertEquals("builtins.TypeError", refused(PythonDict.of(1L, 1L), kind(2)));
        assertEquals(Optional.empty(), JavaArguments.convert(null, kind(3)));
        assertEquals(Optional.of(3L), JavaArguments.convert(3L, kind(3)));
        assertEquals(List.of(1L, "x"), JavaArguments.convert(List.of(1L, "x"), kind(4)));
        assertEquals("builtins.TypeError", refused(1L, kind(0)));
    }

    @Test
    void recordsAreMadeOfTheirComponents() {
        final Sample sample = new Sample("s", List.of(1));
        assertEquals(sample, JavaArguments.convert(List.of("s", List.of(1L)), Sample.class));
        assertEquals(sample, JavaArguments.convert(PythonDict.of("counts", List.of(1L), "name", "s"), Sample.class));
        assertEquals("builtins.TypeError", refused(List.of("s"), Sample.class));
        assertEquals("builtins.TypeError", refused(PythonDict.of("name", "s", "count", 1L), Sample.class));
        assertThrows(IllegalArgumentException.class, () -> JavaArguments.convert(List.of("", List.of()), Sample.class));
    }

    @Test
    void resultsBecomeWhatPythonKnows() {
        assertEquals(Map.of("name", "s", "counts", List.of(1)), JavaValues.toPython(new Sample("s", List.of(1))));
        assertEquals("DAYS", JavaValues.toPython(TimeUnit.DAYS));
        assertEquals(1.5, JavaValues.toPython(Duration.ofMillis(1500)));
        assertEquals("c", JavaValues.toPython('c'));
        assertEquals(List.of(1, 2), JavaValues.toPython(new int[] {1, 2}));
        assertEquals(Arrays.asList("x", null), JavaValues.toPython(new Object[] {"x", Optional.empty()}));
        assertEquals(Map.of("k", Set.of("DAYS")), JavaValues.toPython(Map.of("k", Set.of(TimeUnit.DAYS))));
        assertNull(JavaValues.toPython(null));
    }

    @ParameterizedTest
    @CsvSource({
        "java.lang.IllegalArgumentException, ValueError",
        "java.lang.NumberFormatException, ValueError",
        "java.lang.IndexOutOfBoundsException, IndexError",
        "java.lang.ArithmeticException, ArithmeticError",
        "java.lang.UnsupportedOperationException, NotImplementedError",
        "java.lang.IllegalStateException, RuntimeError",
        "java.util.concurrent.TimeoutException, TimeoutError",
        "java.io.IOException, OSError",
        "java.lang.StackOverflowError, RecursionError",
    })
    void exceptionsThatPythonHasTooBecomeThose(Class<? extends Throwable> type, String python) throws Exception {
        final Throwable failure = type.getConstructor(String.class).newInstance("why");
        final PythonException exception = Objects.requireNonNull(Failures.toPython(failure));
        assertEquals("builtins." + python, exception.type());
        assertEquals("why", exception.args().get(0));
    }

    @Test
    void exceptionsThatPythonHasNotAreNone() {
        assertNull(Failures.toPython(new Counter.StrangeException()));
        assertEquals(
                "threading.BrokenBarrierError",
                Objects.requireNonNull(Failures.toPython(new BrokenBarrierException()))
                        .type());
        final PythonException own = new PythonException("queue.Empty");
        assertEquals(own, Failures.toPython(own));
    }

    @Test
    void truthIsPythons() {
        final List<@Nullable Object> falsehoods = Arrays.asList(
                null, false, 0L, 0.0, "", new byte[0], List.of(), PythonTuple.EMPTY, new PythonDict(), BigInteger.ZERO);
        for (Object value : falsehoods) {
            assertEquals(false, PythonValues.truth(value), () -> "" + value);
        }
        assertTrue(PythonValues.truth(Opaque.call("builtins.object")));
        assertTrue(PythonValues.truth(Double.NaN));
        assertTrue(PythonValues.truth(BigInteger.TWO.pow(70)));
    }

    @Test
    void rangesHaveTheirNumbers() {
        assertEquals(List.of(9L, 6L, 3L), PythonValues.elements(Opaque.call("builtins.range", 9L, 0L, -3L)));
        assertEquals(List.of(), PythonValues.elements(Opaque.call("builtins.range", 1L, 1L, 1L)));
        assertEquals(
                List.of(Long.MAX_VALUE - 1),
                PythonValues.elements(Opaque.call("builtins.range", Long.MAX_VALUE - 1, Long.MAX_VALUE, 5L)));
        assertThrows(PythonException.class, () -> PythonValues.elements(5L));
        assertThrows(PythonException.class, () -> PythonValues.elements(Opaque.call("builtins.range", 1L, 2L, 0L)));
    }
}
