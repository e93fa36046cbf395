package dev.backplane.remote;

import dev.backplane.SharedArray;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Values and arrays for clients that are JVMs.
final class JvmCells {
    private JvmCells() {}

    /// What is done to a number, of either kind.
    ///
    /// @param take the next argument as such a number
    private record Cell<T>(
            Supplier<T> get,
            Consumer<T> set,
            UnaryOperator<T> getAndSet,
            UnaryOperator<T> getAndAdd,
            BiPredicate<T, T> compareAndSet,
            Function<Arguments, T> take) {
        JvmReferent referent(String kind) {
            return new JvmReferent(kind) {
                @Override
                @Nullable
                Object perform(String method, Arguments arguments, Caller caller) {
                    return switch (method) {
                        case "get" -> get.get();
                        case "set" -> {
                            set.accept(take.apply(arguments));
                            yield null;
                        }
                        case "getAndSet" -> getAndSet.apply(take.apply(arguments));
                        case "getAndAdd" -> getAndAdd.apply(take.apply(arguments));
                        case "compareAndSet" -> compareAndSet.test(take.apply(arguments), take.apply(arguments));
                        default -> throw new UnknownMethodException(method, this);
                    };
                }
            };
        }
    }

    /// A [SharedLong].
    static JvmReferent ofLong(SharedLong cell) {
        return new Cell<Long>(
                        cell::get,
                        cell::set,
                        cell::getAndSet,
                        cell::getAndAdd,
                        cell::compareAndSet,
                        arguments -> PythonValues.index(arguments.take("value")))
                .referent("long");
    }

    /// A [SharedDouble].
    static JvmReferent ofDouble(SharedDouble cell) {
        return new Cell<Double>(
                        cell::get,
                        cell::set,
                        cell::getAndSet,
                        cell::getAndAdd,
                        cell::compareAndSet,
                        arguments -> PythonValues.number(arguments.take("value")))
                .referent("double");
    }

    /// A [SharedBoolean].
    static JvmReferent ofBoolean(SharedBoolean cell) {
        return new JvmReferent("boolean") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) {
                switch (method) {
                    case "get" -> {
                        return cell.get();
                    }
                    case "set" -> cell.set(arguments.truth("value", false));
                    case "getAndSet" -> {
                        return cell.getAndSet(arguments.truth("value", false));
                    }
                    case "compareAndSet" -> {
                        final boolean expected = arguments.truth("expected", false);
                        return cell.compareAndSet(expected, arguments.truth("value", false));
                    }
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    /// A [SharedValue].
    static JvmReferent ofValue(SharedValue<Encoded> cell) {
        return new JvmReferent("value") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) {
                switch (method) {
                    case "get" -> {
                        return bytesOf(cell.get());
                    }
                    case "set" -> cell.set(element(arguments));
                    case "compareAndSet" -> {
                        final Object expected = arguments.take("expected");
                        return cell.compareAndSet(
                                expected == null ? null : new Encoded(bytes(expected)), element(arguments));
                    }
                    case "version" -> {
                        return cell.version();
                    }
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    /// An array of any type: `read` and `write` move bytes, in little-endian order.
    static JvmReferent ofArray(SharedArray array) {
        return new JvmReferent("array") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) {
                final long index = PythonValues.index(arguments.take("index"));
                return switch (method) {
                    case "read" -> {
                        final long count = PythonValues.index(arguments.take("lengthBytes"));
                        PythonValues.checkLength(count);
                        yield array.asSegment().asSlice(index, count).toArray(ValueLayout.JAVA_BYTE);
                    }
                    case "write" -> {
                        final byte[] bytes = bytes(arguments.take("bytes"));
                        MemorySegment.copy(
                                MemorySegment.ofArray(bytes), 0, array.asWritableSegment(), index, bytes.length);
                        yield null;
                    }
                    default -> elementOf(array, method, index, arguments, this);
                };
            }
        };
    }

    private static @Nullable Object elementOf(
            SharedArray array, String method, long index, Arguments arguments, Referent referent) {
        if (method.equals("get")) {
            return get(array, index);
        }
        final Object first = arguments.take("value");
        switch (method) {
            case "set" -> set(array, index, first);
            case "getAndSet" -> {
                return getAndSet(array, index, first);
            }
            case "getAndAdd" -> {
                return getAndAdd(array, index, first);
            }
            case "compareAndSet" -> {
                return compareAndSet(array, index, first, arguments.take("value"));
            }
            default -> throw new UnknownMethodException(method, referent);
        }
        return null;
    }

    private static Object get(SharedArray array, long index) {
        return switch (array) {
            case SharedByteArray bytes -> bytes.getVolatile(index);
            case SharedIntArray ints -> ints.getVolatile(index);
            case SharedLongArray longs -> longs.getVolatile(index);
            case SharedFloatArray floats -> floats.getVolatile(index);
            case SharedDoubleArray doubles -> doubles.getVolatile(index);
            default -> throw unknown(array);
        };
    }

    private static void set(SharedArray array, long index, @Nullable Object value) {
        switch (array) {
            case SharedByteArray bytes -> bytes.setVolatile(index, int8(value));
            case SharedIntArray ints -> ints.setVolatile(index, int32(value));
            case SharedLongArray longs -> longs.setVolatile(index, PythonValues.index(value));
            case SharedFloatArray floats -> floats.setVolatile(index, (float) PythonValues.number(value));
            case SharedDoubleArray doubles -> doubles.setVolatile(index, PythonValues.number(value));
            default -> throw unknown(array);
        }
    }

    private static Object getAndSet(SharedArray array, long index, @Nullable Object value) {
        return switch (array) {
            case SharedByteArray bytes -> bytes.getAndSet(index, int8(value));
            case SharedIntArray ints -> ints.getAndSet(index, int32(value));
            case SharedLongArray longs -> longs.getAndSet(index, PythonValues.index(value));
            case SharedFloatArray floats -> floats.getAndSet(index, (float) PythonValues.number(value));
            case SharedDoubleArray doubles -> doubles.getAndSet(index, PythonValues.number(value));
            default -> throw unknown(array);
        };
    }

    private static Object getAndAdd(SharedArray array, long index, @Nullable Object value) {
        return switch (array) {
            case SharedByteArray bytes -> bytes.getAndAdd(index, int8(value));
            case SharedIntArray ints -> ints.getAndAdd(index, int32(value));
            case SharedLongArray longs -> longs.getAndAdd(index, PythonValues.index(value));
            case SharedFloatArray floats -> floats.getAndAdd(index, (float) PythonValues.number(value));
            case SharedDoubleArray doubles -> doubles.getAndAdd(index, PythonValues.number(value));
            default -> throw unknown(array);
        };
    }

    private static boolean compareAndSet(
            SharedArray array, long index, @Nullable Object expected, @Nullable Object value) {
        return switch (array) {
            case SharedByteArray bytes -> bytes.compareAndSet(index, int8(expected), int8(value));
            case SharedIntArray ints -> ints.compareAndSet(index, int32(expected), int32(value));
            case SharedLongArray longs ->
                longs.compareAndSet(index, PythonValues.index(expected), PythonValues.index(value));
            case SharedFloatArray floats ->
                floats.compareAndSet(index, (float) PythonValues.number(expected), (float) PythonValues.number(value));
            case SharedDoubleArray doubles ->
                doubles.compareAndSet(index, PythonValues.number(expected), PythonValues.number(value));
            default -> throw unknown(array);
        };
    }

    private static byte int8(@Nullable Object value) {
        return (byte) JavaValues.within(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    private static int int32(@Nullable Object value) {
        return (int) JavaValues.within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static RuntimeException unknown(SharedArray array) {
        return Errors.type("an array of a type that clients do not know: " + array);
    }
}
