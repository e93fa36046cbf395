package dev.backplane.remote;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// A Python slice, fitted to a length.
///
/// @param start index of the first element
/// @param step from each to the next, not 0
/// @param count how many there are
record Slice(int start, int step, int count) {
    /// Fits a slice as Python's `slice.indices` does.
    ///
    /// @param start None for the first, or the last if the step is negative
    /// @param stop None for the end in the step's direction
    /// @param step None for 1
    /// @param length of what is cut
    /// @return the elements that it means
    static Slice fitted(@Nullable Object start, @Nullable Object stop, @Nullable Object step, int length) {
        final long by = step == null ? 1 : clamped(step);
        if (by == 0) {
            throw Errors.value("slice step cannot be zero");
        }
        final long lowest = by < 0 ? -1 : 0;
        final long highest = by < 0 ? length - 1L : length;
        final long from = bound(start, by < 0 ? highest : lowest, length, lowest, highest);
        final long to = bound(stop, by < 0 ? lowest : highest, length, lowest, highest);
        final long count = by < 0 ? (from - to - by - 1) / -by : (to - from + by - 1) / by;
        return new Slice((int) from, (int) by, (int) Math.max(0, count));
    }

    private static long bound(@Nullable Object bound, long otherwise, int length, long lowest, long highest) {
        if (bound == null) {
            return otherwise;
        }
        final long value = clamped(bound);
        return Math.clamp(value < 0 ? value + length : value, lowest, highest);
    }

    /// What lies far outside any list is as good as what lies a little less far.
    private static long clamped(Object bound) {
        if (bound instanceof BigInteger number) {
            return number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        if (!PythonValues.isWhole(bound)) {
            throw Errors.type("slice indices must be integers or None or have an __index__ method");
        }
        return Math.clamp(PythonValues.index(bound), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// Index of one of the elements.
    ///
    /// @param i which, from 0
    /// @return its index
    int at(int i) {
        return start + i * step;
    }
}
