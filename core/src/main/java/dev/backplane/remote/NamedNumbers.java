package dev.backplane.remote;

import dev.backplane.SharedArray;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedDouble;
import dev.backplane.SharedLong;
import dev.backplane.SharedValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Named numbers, truth values, values of any type, and arrays for clients.
final class NamedNumbers {
    private NamedNumbers() {}

    static Referent ofLong(SharedLong number) {
        final Methods methods = new Methods()
                .get("get", number::get)
                .add("set", (arguments, caller) -> {
                    number.set(last(arguments, "value"));
                    return null;
                })
                .add("add", (arguments, caller) -> number.addAndGet(last(arguments, "delta")))
                .add("compare_and_set", (arguments, caller) -> {
                    final long expected = PythonValues.index(arguments.take("expected"));
                    return number.compareAndSet(expected, last(arguments, "value"));
                });
        return NamedReferent.valued("SharedLong", number, methods, number::get);
    }

    private static long last(Arguments arguments, String name) {
        final long value = PythonValues.index(arguments.take(name));
        arguments.end();
        return value;
    }

    static Referent ofDouble(SharedDouble number) {
        final Methods methods = new Methods()
                .get("get", number::get)
                .add("set", (arguments, caller) -> {
                    number.set(lastDouble(arguments, "value"));
                    return null;
                })
                .add("add", (arguments, caller) -> number.addAndGet(lastDouble(arguments, "delta")))
                .add("compare_and_set", (arguments, caller) -> {
                    final double expected = PythonValues.number(arguments.take("expected"));
                    return number.compareAndSet(expected, lastDouble(arguments, "value"));
                });
        return NamedReferent.valued("SharedDouble", number, methods, number::get);
    }

    private static double lastDouble(Arguments arguments, String name) {
        final double value = PythonValues.number(arguments.take(name));
        arguments.end();
        return value;
    }

    static Referent ofBoolean(SharedBoolean truth) {
        final Methods methods = new Methods()
                .get("get", truth::get)
                .add("set", (arguments, caller) -> {
                    truth.set(lastTruth(arguments));
                    return null;
                })
                .add("compare_and_set", (arguments, caller) -> {
                    final boolean expected = PythonValues.truth(arguments.take("expected"));
                    return truth.compareAndSet(expected, lastTruth(arguments));
                });
        return NamedReferent.valued("SharedBoolean", truth, methods, truth::get);
    }

    private static boolean lastTruth(Arguments arguments) {
        final boolean value = PythonValues.truth(arguments.take("value"));
        arguments.end();
        return value;
    }

    static <E> Referent ofValue(SharedValue<E> value) {
        final Elements<E> elements = Elements.of(value.codec());
        final Methods methods = new Methods()
                .get("get", () -> JavaValues.toPython(value.get()))
                .add("set", (arguments, caller) -> {
                    final E news = elements.from(arguments.take("value"));
                    arguments.end();
                    value.set(news);
                    return null;
                })
                .add("compare_and_set", (arguments, caller) -> {
                    final Object expected = arguments.take("expected");
                    final E news = elements.from(arguments.take("value"));
                    arguments.end();
                    return value.compareAndSet(expected == null ? null : elements.from(expected), news);
                })
                .get("version", value::version);
        return NamedReferent.valued("SharedValue", value, methods, () -> JavaValues.toPython(value.get()));
    }

    /// As Python's of `Array`, but for slices, which are lists. Each element is read and written as a
    /// volatile one.
    static Referent array(SharedArray array) {
        final ArrayElements access = ArrayElements.of(array);
        final Methods methods = new Methods()
                .get("__len__", array::length)
                .add("__getitem__", (arguments, caller) -> {
                    final Object key = arguments.take("key");
                    arguments.end();
                    return get(array, access, key);
                })
                .add("__setitem__", (arguments, caller) -> {
                    final Object key = arguments.take("key");
                    final Object value = arguments.take("value");
                    arguments.end();
                    set(array, access, key, value);
                    return null;
                });
        return NamedReferent.valued(
                "SharedArray", array, methods, () -> elements(access, new Slice(0, 1, length(array))));
    }

    private static int length(SharedArray array) {
        PythonValues.checkLength(array.length());
        return (int) array.length();
    }

    private static List<@Nullable Object> elements(ArrayElements access, Slice slice) {
        PythonValues.checkLength(slice.count());
        final List<@Nullable Object> elements = new ArrayList<>(slice.count());
        for (int i = 0; i < slice.count(); i++) {
            elements.add(access.get().apply(slice.at(i)));
        }
        return elements;
    }

    private static Slice fitted(SharedArray array, List<@Nullable Object> bounds) {
        return Slice.fitted(
                bounds.get(0), bounds.get(1), bounds.get(2), (int) Math.min(array.length(), Integer.MAX_VALUE));
    }

    private static long position(SharedArray array, @Nullable Object key) {
        final long index = PythonValues.index(key);
        final long position = index < 0 ? index + array.length() : index;
        if (position < 0 || position >= array.length()) {
            throw Errors.index("array index out of range");
        }
        return position;
    }

    private static Object get(SharedArray array, ArrayElements access, @Nullable Object key) {
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        return bounds == null ? access.get().apply(position(array, key)) : elements(access, fitted(array, bounds));
    }

    private static void set(SharedArray array, ArrayElements access, @Nullable Object key, @Nullable Object value) {
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        if (bounds == null) {
            access.set().set(position(array, key), value);
            return;
        }
        final Slice slice = fitted(array, bounds);
        final List<@Nullable Object> news = PythonValues.elements(value);
        if (news.size() != slice.count()) {
            throw Errors.value("attempt to assign " + news.size() + " elements to a slice of " + slice.count());
        }
        for (int i = 0; i < slice.count(); i++) {
            access.set().set(slice.at(i), news.get(i));
        }
    }
}
