package dev.backplane.remote;

import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The few objects of Python's that this server makes, or looks into, though Java has no such type.
final class Opaque {
    private static final int SLICE_BOUNDS = 3;

    private Opaque() {}

    private static PythonObject global(String name) {
        final int dot = name.lastIndexOf('.');
        return PythonObject.global(name.substring(0, dot), name.substring(dot + 1));
    }

    /// What Python makes of a call.
    ///
    /// @param callable name of a function or class with its module
    /// @param arguments what it is called with
    /// @return the object
    static PythonObject call(String callable, @Nullable Object... arguments) {
        return PythonObject.reduce(global(callable), PythonTuple.of(arguments));
    }

    /// An object of a class with a state.
    ///
    /// @param type name of the class with its module
    /// @param state as `__setstate__` takes it, or the attributes
    /// @return the object
    static PythonObject object(String type, Object state) {
        return PythonObject.newObject(global(type), PythonTuple.EMPTY).withState(state);
    }

    /// The arguments of a call that makes a value.
    ///
    /// @param value what a client sent
    /// @param callable name of the function or class
    /// @return null if the value is not made by that call
    static @Nullable List<@Nullable Object> callOf(@Nullable Object value, String callable) {
        return value instanceof PythonObject object && isCallOf(object, callable) ? object.arguments() : null;
    }

    /// What a slice is made of.
    ///
    /// @param value what a client sent
    /// @return start, stop and step; null if it is no slice
    static @Nullable List<@Nullable Object> sliceOf(@Nullable Object value) {
        final List<@Nullable Object> bounds = callOf(value, "builtins.slice");
        return bounds == null || bounds.size() != SLICE_BOUNDS ? null : bounds;
    }

    /// The numbers of a range.
    ///
    /// @param value what a client sent
    /// @return null if it is no range
    static @Nullable List<@Nullable Object> rangeOf(@Nullable Object value) {
        final List<@Nullable Object> bounds = callOf(value, "builtins.range");
        if (bounds == null || bounds.size() != SLICE_BOUNDS) {
            return null;
        }
        final long start = PythonValues.index(bounds.get(0));
        final long stop = PythonValues.index(bounds.get(1));
        final long step = PythonValues.index(bounds.get(2));
        if (step == 0) {
            throw Errors.value("range() arg 3 must not be zero");
        }
        // Distances in a range may take 65 bits; as unsigned ones they are exact.
        final long distance = step > 0 ? stop - start : start - stop;
        final boolean none = step > 0 ? start >= stop : start <= stop;
        final long count = none ? 0 : Long.divideUnsigned(distance - 1, Math.abs(step)) + 1;
        PythonValues.checkLength(count < 0 ? Long.MAX_VALUE : count);
        final List<@Nullable Object> numbers = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            numbers.add(start + i * step);
        }
        return numbers;
    }

    /// The name of an object's class, as far as it is told.
    ///
    /// @param value of no type that Java has
    /// @return for messages
    static String typeName(Object value) {
        if (value instanceof PythonObject object) {
            final PythonObject callable = object.callable();
            return callable == null ? "type" : callable.isGlobal() ? callable.name() : "object";
        }
        return value.getClass().getName();
    }

    /// Whether an object is made by a call of the function or class of that name.
    static boolean isCallOf(PythonObject object, String callable) {
        final PythonObject called = object.callable();
        return called != null && called.global().equals(callable);
    }
}
