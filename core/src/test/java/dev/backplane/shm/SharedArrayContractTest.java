package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedArray;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every method of every array type, as two processes see it: one contract, so one test, for five types.
final class SharedArrayContractTest {
    private static final int LENGTH = 20;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        mine.close();
        theirs.close();
    }

    /// The types, by their interface and their elements.
    enum Type {
        BYTE(SharedByteArray.class, byte.class),
        INT(SharedIntArray.class, int.class),
        LONG(SharedLongArray.class, long.class),
        FLOAT(SharedFloatArray.class, float.class),
        DOUBLE(SharedDoubleArray.class, double.class);

        private final Class<? extends SharedArray> api;
        private final Class<?> element;

        Type(Class<? extends SharedArray> api, Class<?> element) {
            this.api = api;
            this.element = element;
        }

        SharedArray of(Manager manager, String name, long length) throws Exception {
            final Method factory = Manager.class.getMethod(element.getName() + "Array", String.class, long.class);
            return (SharedArray) factory.invoke(manager, name, length);
        }

        /// A small number as an element.
        Object value(int number) {
            return switch (this) {
                case BYTE -> (byte) number;
                case INT -> number;
                case LONG -> (long) number;
                case FLOAT -> (float) number;
                case DOUBLE -> (double) number;
            };
        }

        int bytes() {
            return switch (this) {
                case BYTE -> 1;
                case INT, FLOAT -> 4;
                case LONG, DOUBLE -> 8;
            };
        }

        Object call(SharedArray array, String method, Object... arguments) throws Exception {
            final Method found = Arrays.stream(api.getMethods())
                    .filter(candidate -> candidate.getName().equals(method)
                            && candidate.getParameterCount() == arguments.length
                            && !candidate.isBridge())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(api + " has no " + method));
            try {
                return found.invoke(array, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyAccessModeReachesTheSameElements(Type type) throws Exception {
        final SharedArray one = type.of(mine, "a", LENGTH);
        final SharedArray other = type.of(theirs, "a", LENGTH);
        int value = 0;
        for (String set : List.of("set", "setRelease", "setVolatile", "getAndSet", "getAndAdd")) {
            for (String get : List.of("get", "getAcquire", "getVolatile")) {
                value++;
                final long index = value;
                type.call(one, set, index, type.value(value));
                assertEquals(type.value(value), type.call(other, get, index), set + ", " + get);
                assertEquals(type.value(0), type.call(other, get, index + 1), "neighbours stay as they are");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatFetchesReturnsTheValueBefore(Type type) throws Exception {
        final SharedArray one = type.of(mine, "a", LENGTH);
        final SharedArray other = type.of(theirs, "a", LENGTH);
        assertEquals(type.value(0), type.call(one, "getAndSet", 3L, type.value(7)));
        assertEquals(type.value(7), type.call(other, "getAndAdd", 3L, type.value(-2)));
        assertEquals(type.value(5), type.call(one, "get", 3L));
        assertEquals(true, type.call(other, "compareAndSet", 3L, type.value(5), type.value(6)));
        assertEquals(false, type.call(other, "compareAndSet", 3L, type.value(5), type.value(9)));
        assertEquals(type.value(6), type.call(one, "getVolatile", 3L));
    }

    @ParameterizedTest
    @EnumSource
    void additionsOfTwoProcessesAreExact(Type type) throws Exception {
        final SharedArray one = type.of(mine, "a", LENGTH);
        final SharedArray other = type.of(theirs, "a", LENGTH);
        // So many that a byte would wrap, and few enough for a float to count exactly.
        final int rounds = 10_000;
        final Thread thread = Thread.ofPlatform().start(() -> add(type, other, rounds));
        add(type, one, rounds);
        thread.join();
        final Number sum = (Number) type.call(one, "get", 5L);
        assertEquals(type == Type.BYTE ? (byte) (2 * rounds) : 2L * rounds, sum.longValue());
    }

    private static void add(Type type, SharedArray array, int rounds) {
        try {
            for (int i = 0; i < rounds; i++) {
                type.call(array, "getAndAdd", 5L, type.value(1));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodRefusesWhatIsOutOfBounds(Type type) throws Exception {
        final SharedArray whole = type.of(mine, "a", LENGTH);
        final SharedArray slice = whole.slice(5, 15);
        int methods = 0;
        for (Method method : type.api.getMethods()) {
            final Class<?>[] parameters = method.getParameterTypes();
            final boolean takesIndex = parameters.length > 0 && parameters[0] == long.class;
            if (method.isBridge() || !takesIndex || method.getName().equals("fill")) {
                continue;
            }
            methods++;
            for (long index : new long[] {-1, 10, LENGTH, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE}) {
                final Object[] arguments = new Object[parameters.length];
                for (int i = 0; i < parameters.length; i++) {
                    arguments[i] = argument(type, parameters[i]);
                }
                arguments[0] = index;
                final Exception refusal = assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> type.call(slice, method.getName(), arguments),
                        () -> method + " of " + index);
                assertTrue(String.valueOf(refusal.getMessage()).contains(Long.toString(index)), refusal::toString);
            }
        }
        assertEquals(12, methods, "get, set, their three other modes, those that fetch or compare, copies, slice");
        for (long i = 0; i < LENGTH; i++) {
            assertEquals(type.value(0), type.call(whole, "get", i));
        }
    }

    /// An argument that is right, of a parameter that is not the index.
    private static Object argument(Type type, Class<?> parameter) {
        if (parameter == type.element) {
            return type.value(1);
        }
        return switch (parameter.getName()) {
            case "int" -> 1;
            case "long" -> 10L;
            default -> Array.newInstance(type.element, 3);
        };
    }

    @ParameterizedTest
    @EnumSource
    void copiesFillAndMemoryAgree(Type type) throws Exception {
        final SharedArray one = type.of(mine, "a", LENGTH);
        final SharedArray other = type.of(theirs, "a", LENGTH);
        final Object source = Array.newInstance(type.element, 5);
        for (int i = 0; i < 5; i++) {
            Array.set(source, i, type.value(i + 1));
        }
        type.call(one.slice(2, 10), "copyFrom", 1L, source, 1, 3);
        final Object target = Array.newInstance(type.element, 5);
        type.call(other, "copyTo", 3L, target, 0, 4);
        assertEquals(List.of(type.value(2), type.value(3), type.value(4), type.value(0)), list(target, 4));
        assertEquals(list(type.call(one, "toArray"), LENGTH), list(type.call(other, "toArray"), LENGTH));
        type.call(one, "copyTo", (long) LENGTH, target, 0, 0);
        assertThrows(IndexOutOfBoundsException.class, () -> type.call(one, "copyTo", 0L, target, 3, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> type.call(one, "copyFrom", 0L, source, 0, -1));

        assertEquals((long) LENGTH * type.bytes(), one.byteLength());
        assertEquals(one.byteLength(), one.asSegment().byteSize());
        assertTrue(one.asSegment().isReadOnly());
        assertThrows(RuntimeException.class, () -> one.asSegment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
        other.slice(4, 5).asWritableSegment().fill((byte) 0);
        assertEquals(type.value(0), type.call(one, "get", 4L));

        type.call(one.slice(18, 20), "fill", type.value(9));
        one.slice(19, 20).clear();
        assertEquals(
                List.of(type.value(0), type.value(9), type.value(0)),
                list(type.call(other.slice(17, 20), "toArray"), 3));
    }

    private static List<Object> list(Object array, int length) {
        return java.util.stream.IntStream.range(0, length)
                .mapToObj(i -> Array.get(array, i))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void slicesOfSlicesAreViewsOfTheSameElements(Type type) throws Exception {
        final SharedArray whole = type.of(mine, "a", LENGTH);
        final SharedArray inner = whole.slice(5, 15).slice(2, 4);
        assertInstanceOf(type.api, inner);
        assertEquals(2, inner.length());
        type.call(inner, "set", 1L, type.value(3));
        assertEquals(type.value(3), type.call(type.of(theirs, "a", LENGTH), "get", 8L));
        assertThrows(IndexOutOfBoundsException.class, () -> inner.slice(0, 3));
        Refusal.of(IndexOutOfBoundsException.class, () -> inner.slice(1, 1), "1", "empty");
    }

    @ParameterizedTest
    @EnumSource
    void anotherLengthOrTypeIsRefusedWithBoth(Type type) throws Exception {
        type.of(mine, "a", LENGTH);
        final Type next = type == Type.LONG ? Type.DOUBLE : Type.LONG;
        refuse(SegmentException.class, () -> type.of(theirs, "a", LENGTH + 4), "a");
        refuse(SegmentException.class, () -> next.of(theirs, "a", LENGTH), "type");
        for (String name : new String[] {"", "a/b", "x".repeat(161), "nul\0"}) {
            refuse(IllegalArgumentException.class, () -> type.of(theirs, name, LENGTH), "name");
        }
        assertEquals(List.of("a"), theirs.names());
    }

    private static void refuse(
            Class<? extends Throwable> expected, org.junit.jupiter.api.function.Executable call, String word) {
        final Throwable cause =
                assertThrows(InvocationTargetException.class, call).getCause();
        assertInstanceOf(expected, cause);
        assertTrue(String.valueOf(cause.getMessage()).contains(word), cause::toString);
    }

    @Test
    void indicesReachBeyondTheIntegers() throws IOException {
        final long length = (1L << 31) + 10;
        Assumptions.assumeTrue(
                Files.getFileStore(directory.path()).getUsableSpace() > length + (1L << 30), "needs 2 GiB to spare");
        try (Manager large = Manager.open(
                        directory.resolve("large"), SegmentOptions.defaults().withSize(4L << 30));
                Manager again = Manager.open(directory.resolve("large"))) {
            final SharedByteArray bytes = large.byteArray("bytes", length);
            final SharedByteArray seen = again.byteArray("bytes", length);
            bytes.set(length - 1, (byte) 5);
            bytes.getAndAdd(Integer.MAX_VALUE + 1L, (byte) 6);
            assertEquals(5, seen.getVolatile(length - 1));
            assertEquals(6, seen.getAcquire(1L << 31));
            final SharedByteArray tail = seen.slice(1L << 31, length);
            assertEquals(List.of((byte) 6, (byte) 0), list(tail.toArray(), 2));
            assertEquals(
                    (byte) 5,
                    bytes.asSegment().get(ValueLayout.JAVA_BYTE.withOrder(ByteOrder.LITTLE_ENDIAN), length - 1));
            Refusal.of(IllegalStateException.class, bytes::toArray, Long.toString(length), "slices");
            Refusal.of(IndexOutOfBoundsException.class, () -> bytes.get(length), Long.toString(length));
            assertFalse(seen.compareAndSet(length - 2, (byte) 1, (byte) 2));
        }
    }
}
