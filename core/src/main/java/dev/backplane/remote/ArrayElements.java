package dev.backplane.remote;

import dev.backplane.SharedArray;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// How the elements of an array of any type are read and changed for clients, each atomically, as volatile
/// ones: whole numbers go to them as longs, others as doubles.
///
/// @param get reads one
/// @param set writes one
/// @param getAndSet replaces one
/// @param getAndAdd adds to one
/// @param compareAndSet replaces one if it is what was expected
record ArrayElements(
        LongFunction<Object> get, Setter set, Change getAndSet, Change getAndAdd, Comparison compareAndSet) {
    /// Writes an element.
    @FunctionalInterface
    interface Setter {
        /// Writes it.
        void set(long index, @Nullable Object value);
    }

    /// Changes an element.
    @FunctionalInterface
    interface Change {
        /// Changes it.
        ///
        /// @return what it was
        Object change(long index, @Nullable Object value);
    }

    /// Replaces an element.
    @FunctionalInterface
    interface Comparison {
        /// Replaces it.
        ///
        /// @return whether it was what was expected
        boolean replace(long index, @Nullable Object expected, @Nullable Object value);
    }

    /// Those of an array.
    static ArrayElements of(SharedArray array) {
        return switch (array) {
            case SharedByteArray bytes ->
                new ArrayElements(
                        i -> (long) bytes.getVolatile(i),
                        (i, value) -> bytes.setVolatile(i, int8(value)),
                        (i, value) -> (long) bytes.getAndSet(i, int8(value)),
                        (i, value) -> (long) bytes.getAndAdd(i, int8(value)),
                        (i, expected, value) -> bytes.compareAndSet(i, int8(expected), int8(value)));
            case SharedIntArray ints ->
                new ArrayElements(
                        i -> (long) ints.getVolatile(i),
                        (i, value) -> ints.setVolatile(i, int32(value)),
                        (i, value) -> (long) ints.getAndSet(i, int32(value)),
                        (i, value) -> (long) ints.getAndAdd(i, int32(value)),
                        (i, expected, value) -> ints.compareAndSet(i, int32(expected), int32(value)));
            case SharedLongArray longs ->
                new ArrayElements(
                        longs::getVolatile,
                        (i, value) -> longs.setVolatile(i, int64(value)),
                        (i, value) -> longs.getAndSet(i, int64(value)),
                        (i, value) -> longs.getAndAdd(i, int64(value)),
                        (i, expected, value) -> longs.compareAndSet(i, int64(expected), int64(value)));
            case SharedFloatArray floats ->
                new ArrayElements(
                        i -> (double) floats.getVolatile(i),
                        (i, value) -> floats.setVolatile(i, (float) real(value)),
                        (i, value) -> (double) floats.getAndSet(i, (float) real(value)),
                        (i, value) -> (double) floats.getAndAdd(i, (float) real(value)),
                        (i, expected, value) -> floats.compareAndSet(i, (float) real(expected), (float) real(value)));
            case SharedDoubleArray doubles ->
                new ArrayElements(
                        doubles::getVolatile,
                        (i, value) -> doubles.setVolatile(i, real(value)),
                        (i, value) -> doubles.getAndSet(i, real(value)),
                        (i, value) -> doubles.getAndAdd(i, real(value)),
                        (i, expected, value) -> doubles.compareAndSet(i, real(expected), real(value)));
            default -> throw Errors.type("an array of a type that clients do not know: " + array);
        };
    }

    private static byte int8(@Nullable Object value) {
        return (byte) JavaValues.within(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    private static int int32(@Nullable Object value) {
        return (int) JavaValues.within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long int64(@Nullable Object value) {
        return PythonValues.index(value);
    }

    private static double real(@Nullable Object value) {
        return PythonValues.number(value);
    }
}
