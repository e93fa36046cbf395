package dev.backplane.pool;

import java.lang.foreign.MemorySegment;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;

/// What a worker does with each element of a slice whose results go to the same segment, at a distance that is known.
interface SpanLoops {
    /// Stores what an operator makes of each element.
    ///
    /// @param span the memory that holds both slices: see [dev.backplane.ManagerProvider#span]
    /// @param length of the slices, in elements
    /// @param operator what to apply
    /// @return how many elements it mapped
    long mapDoubles(MemorySegment span, long length, DoubleUnaryOperator operator);

    /// The same for longs.
    long mapLongs(MemorySegment span, long length, LongUnaryOperator operator);

    /// The same for ints.
    long mapInts(MemorySegment span, long length, IntUnaryOperator operator);
}
