package dev.backplane.remote;

import dev.backplane.SharedArray;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedDouble;
import dev.backplane.SharedLong;
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
        final ArrayElements elements = ArrayElements.of(array);
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
                    default -> elementOf(elements, method, index, arguments, this);
                };
            }
        };
    }

    private static @Nullable Object elementOf(
            ArrayElements elements, String method, long index, Arguments arguments, Referent referent) {
        if (method.equals("get")) {
            return elements.get().apply(index);
        }
        final Object first = arguments.take("value");
        switch (method) {
            case "set" -> elements.set().set(index, first);
            case "getAndSet" -> {
                return elements.getAndSet().change(index, first);
            }
            case "getAndAdd" -> {
                return elements.getAndAdd().change(index, first);
            }
            case "compareAndSet" -> {
                return elements.compareAndSet().replace(index, first, arguments.take("value"));
            }
            default -> throw new UnknownMethodException(method, referent);
        }
        return null;
    }
}
