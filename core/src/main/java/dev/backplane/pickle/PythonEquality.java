package dev.backplane.pickle;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Equality and hashes of values as Python has them.
///
/// Numbers are equal by value: `1`, `1.0` and `True` are, and so are a large integer and a float only if
/// they are the same number exactly. A tuple is not equal to a list, `bytes` are to a `bytearray`, and a
/// `set` is to a
/// `frozenset`. What Java knows only as an object ([PythonObject], [PythonException]) is equal to another if
/// all that it consists of is; what its class has to say in Python is not asked.
public final class PythonEquality {
    private PythonEquality() {}

    /// Whether Python says `left == right`.
    ///
    /// @param left a value
    /// @param right another
    /// @return whether they are equal
    /// @throws PythonException a `RecursionError` if they are nested too deeply
    /// @throws PickleException if they are shared so that comparing them would not end in reasonable time
    public static boolean equal(@Nullable Object left, @Nullable Object right) {
        return Comparison.equalWithin(null, left, right);
    }

    /// Python's `hash`: its own number for numbers and tuples of them, another for strings and bytes, whose
    /// hashes differ from one Python process to the next.
    ///
    /// @param value a value
    /// @return the hash; equal values have equal ones
    /// @throws PythonException a `TypeError` if the value is unhashable, a `RecursionError` if it is nested too
    ///     deeply for the thread's stack
    public static long hash(@Nullable Object value) {
        return new PythonHash(null, true).of(value);
    }

    /// A value as a dict, copied only if it is some other map.
    static PythonDict dict(Object map) {
        return map instanceof PythonDict dict ? dict : PythonDict.copyOf((Map<?, ?>) map);
    }

    static PythonSet set(Object elements) {
        return elements instanceof PythonSet set ? set : PythonSet.copyOf((Set<?>) elements);
    }

    static PythonException typeError(String text) {
        return new PythonException("builtins.TypeError", text);
    }
}
