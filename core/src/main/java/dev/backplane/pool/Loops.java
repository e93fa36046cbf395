package dev.backplane.pool;

import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// What a worker does with each element of a slice.
interface Loops {
    /// Stores what an operator makes of each element.
    ///
    /// @return how many elements it mapped: something has to travel back, and a number is the least
    long map(SharedDoubleArray in, SharedDoubleArray out, DoubleUnaryOperator operator);

    /// The same for longs.
    long map(SharedLongArray in, SharedLongArray out, LongUnaryOperator operator);

    /// The same for ints.
    long map(SharedIntArray in, SharedIntArray out, IntUnaryOperator operator);

    /// Combines all elements, from the first to the last.
    double reduce(SharedDoubleArray array, double identity, DoubleBinaryOperator operator);

    /// The same for longs.
    long reduce(SharedLongArray array, long identity, LongBinaryOperator operator);

    /// The same for ints.
    int reduce(SharedIntArray array, int identity, IntBinaryOperator operator);
}
