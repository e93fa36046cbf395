package dev.backplane.remote;

import dev.backplane.pickle.PythonByteArray;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonSet;
import dev.backplane.pickle.PythonTuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Python's built-in functions say of values.
final class PythonValues {
    /// The most elements that a call may make of a few bytes: a list times a number, a range as a list.
    static final long MOST_ELEMENTS = 8 << 20; // As many as a pickle may have.

    private PythonValues() {}

    /// Python's `bool(value)`.
    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case BigInteger number -> number.signum() != 0;
            case Number number -> number.doubleValue() != 0;
            case CharSequence text -> !text.isEmpty();
            case byte[] bytes -> bytes.length > 0;
            case PythonByteArray bytes -> bytes.bytes().length > 0;
            case Collection<?> elements -> !elements.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /// Python's `operator.index(value)`, in 64 bits.
    static long index(@Nullable Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1 : 0;
            case BigInteger number -> {
                if (number.bitLength() > Long.SIZE - 1) {
                    throw Errors.overflow("Python int too large to convert to C ssize_t");
                }
                yield number.longValue();
            }
            case Byte number -> number;
            case Short number -> number;
            case Integer number -> number;
            case Long number -> number;
            case null, default ->
                throw Errors.type("'" + typeName(value) + "' object cannot be interpreted as an integer");
        };
    }

    /// Python's `float(value)` of a number.
    static double number(@Nullable Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1 : 0;
            case Number number -> number.doubleValue();
            case null, default -> throw Errors.type("must be real number, not " + typeName(value));
        };
    }

    /// Whether a value is a whole number, as Python sees it.
    static boolean isWhole(@Nullable Object value) {
        return value instanceof Boolean
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte;
    }

    /// A whole number, exactly.
    static BigInteger whole(@Nullable Object value) {
        return value instanceof BigInteger number ? number : BigInteger.valueOf(index(value));
    }

    /// Python's `type(value).__name__`.
    static String typeName(@Nullable Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Boolean truth -> "bool";
            case Float number -> "float";
            case Double number -> "float";
            case BigDecimal number -> "Decimal";
            case Number number -> "int";
            case CharSequence text -> "str";
            case byte[] bytes -> "bytes";
            case PythonByteArray bytes -> "bytearray";
            case PythonTuple tuple -> "tuple";
            case PythonSet set -> set.isFrozen() ? "frozenset" : "set";
            case List<?> list -> "list";
            case Map<?, ?> map -> "dict";
            case PythonException exception ->
                exception.type().substring(exception.type().lastIndexOf('.') + 1);
            default -> Opaque.typeName(value);
        };
    }

    /// What a `for` over the value gives, in a list of its own.
    static List<@Nullable Object> elements(@Nullable Object value) {
        return switch (value) {
            case String text ->
                new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            case byte[] bytes -> elementsOf(bytes);
            case PythonByteArray bytes -> elementsOf(bytes.bytes());
            case Collection<?> elements -> new ArrayList<>(elements);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case null, default -> elementsOf(value);
        };
    }

    private static List<@Nullable Object> elementsOf(@Nullable Object value) {
        return switch (Proxies.referentOf(value)) {
            case ListReferent list -> list.copy();
            case ArrayReferent array -> array.elements();
            case DictReferent dict -> new ArrayList<>(dict.copy().keySet());
            case null, default -> {
                final List<@Nullable Object> range = Opaque.rangeOf(value);
                if (range == null) {
                    throw Errors.type("'" + typeName(value) + "' object is not iterable");
                }
                yield range;
            }
        };
    }

    private static List<@Nullable Object> elementsOf(byte[] bytes) {
        final List<@Nullable Object> elements = new ArrayList<>(bytes.length);
        for (byte b : bytes) {
            elements.add((long) (b & 0xff));
        }
        return elements;
    }

    /// Refuses a collection that would be too long.
    static void checkLength(long length) {
        if (length > MOST_ELEMENTS) {
            throw Errors.memory(length + " elements are more than the " + MOST_ELEMENTS + " that this server makes");
        }
    }
}
