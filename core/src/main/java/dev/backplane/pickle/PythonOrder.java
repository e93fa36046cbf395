package dev.backplane.pickle;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The order of values that Python's `sort` uses.
///
/// Numbers are ordered by value, strings by code points, bytes as unsigned ones, lists and tuples by their
/// first difference. Everything else has no order here: `None`, dicts, values of different types; and sets,
/// since Python's `<` says there which is a subset, which sorts nothing.
@SuppressWarnings("ReferenceEquality") // Identity is meant: what is the same object needs no comparison.
public final class PythonOrder {
    private static final int DEEPEST = 500;

    private PythonOrder() {}

    /// Compares two values, for `List.sort`.
    ///
    /// Unlike Python's, the order is total where it exists: a NaN comes after all other numbers.
    ///
    /// @param left a value
    /// @param right another
    /// @return less than, equal to or greater than 0
    /// @throws PythonException a `TypeError` such as `'<' not supported between instances of 'str' and 'int'`, a
    ///     `RecursionError` if they are nested too deeply
    public static int compare(@Nullable Object left, @Nullable Object right) {
        try {
            return compare(left, right, 0);
        } catch (StackOverflowError e) {
            throw Comparison.tooDeep(e);
        }
    }

    private static int compare(@Nullable Object left, @Nullable Object right, int depth) {
        if (left != null && right != null) {
            final PythonKind mine = PythonKind.of(left);
            final PythonKind theirs = PythonKind.of(right);
            if (mine.isNumber() && theirs.isNumber()) {
                return PythonNumbers.compare(left, right);
            }
            if (mine.isBytes() && theirs.isBytes()) {
                return Arrays.compareUnsigned(PythonKind.bytesOf(left), PythonKind.bytesOf(right));
            }
            if (mine == PythonKind.STR && theirs == PythonKind.STR) {
                return compareCodePoints((String) left, (String) right);
            }
            if (mine == theirs && (mine == PythonKind.LIST || mine == PythonKind.TUPLE)) {
                return compareSequences(PythonKind.listOf(left), PythonKind.listOf(right), depth);
            }
        }
        throw PythonEquality.typeError("'<' not supported between instances of '" + PythonKind.typeName(left)
                + "' and '" + PythonKind.typeName(right) + "'");
    }

    /// Surrogates come before the units from U+E000 on that single units encode; apart from that the order
    /// of units is that of code points.
    private static int compareCodePoints(String left, String right) {
        final int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            final char a = left.charAt(i);
            final char b = right.charAt(i);
            if (a != b) {
                return Integer.compare(codePoint(left, i), codePoint(right, i));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /// The code point that a unit belongs to.
    private static int codePoint(String text, int at) {
        return Character.isLowSurrogate(text.charAt(at)) && at > 0 && Character.isHighSurrogate(text.charAt(at - 1))
                ? text.codePointAt(at - 1)
                : text.codePointAt(at);
    }

    private static int compareSequences(List<@Nullable Object> left, List<@Nullable Object> right, int depth) {
        if (depth > DEEPEST) {
            throw Comparison.tooDeep(null);
        }
        final int common = Math.min(left.size(), right.size());
        for (int i = 0; i < common; i++) {
            final Object a = left.get(i);
            final Object b = right.get(i);
            if (a != b && !PythonEquality.equal(a, b)) {
                return compare(a, b, depth + 1);
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
