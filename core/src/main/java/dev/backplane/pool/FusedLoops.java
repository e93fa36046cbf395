package dev.backplane.pool;

import java.lang.constant.ConstantDescs;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;

/// [SpanLoops] that read an element, apply the operator and store the result, without a way by the heap.
///
/// The compiler of JDK 25 makes vector instructions of a loop that reads and writes memory outside the heap only
/// if it can tell that what is written is not read a moment later. It can where both addresses are one base, one index
/// and a constant each: the slices are seen through one buffer that spans them, and how far they are from each other is
/// a constant of this class. So each distance has a copy of the class, a hidden one that is made with that number;
/// see [Blocks]. The index needs a range that is a constant too, or its sum with the distance might overflow for all
/// that the compiler knows: blocks have one length.
final class FusedLoops implements SpanLoops {
    static final int BLOCK = 1024;

    /// As much as one buffer is made for beside the distance, in elements: many blocks.
    static final int WINDOW = BLOCK << 12;

    /// From an element to its result, in elements.
    private static final int DISTANCE = distance();

    private static final int IN = Math.max(0, -DISTANCE);
    private static final int OUT = Math.max(0, DISTANCE);

    FusedLoops() {}

    private static int distance() {
        try {
            final Integer distance =
                    MethodHandles.classData(MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Integer.class);
            return distance == null ? 0 : distance;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a class may not read its own data", e);
        }
    }

    /// Whether one buffer can span slices at such a distance.
    static boolean canSpan(long distance, int elementBytes) {
        return Math.abs(distance) <= Integer.MAX_VALUE / elementBytes - WINDOW;
    }

    /// How many elements are in whole blocks.
    private static long inBlocks(long length) {
        return length - length % BLOCK;
    }

    /// Both slices from a place to the end, or as much of them as one buffer is made for.
    private static ByteBuffer window(MemorySegment span, long at, long end, int elementBytes) {
        final long elements = Math.min(WINDOW, end - at) + Math.abs(DISTANCE);
        return span.asSlice(at * elementBytes, elements * elementBytes)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long mapDoubles(MemorySegment span, long length, DoubleUnaryOperator operator) {
        final long end = inBlocks(length);
        for (long at = 0; at < end; at += WINDOW) {
            final DoubleBuffer window = window(span, at, end, Double.BYTES).asDoubleBuffer();
            final int both = BLOCK + Math.abs(DISTANCE);
            for (int first = 0; first + both <= window.limit(); first += BLOCK) {
                map(window.slice(first, both), operator);
            }
        }
        final DoubleBuffer rest = window(span, end, length, Double.BYTES).asDoubleBuffer();
        for (int i = 0; i < length - end; i++) {
            rest.put(i + OUT, operator.applyAsDouble(rest.get(i + IN)));
        }
        return length;
    }

    private static void map(DoubleBuffer both, DoubleUnaryOperator operator) {
        for (int i = 0; i < BLOCK; i++) {
            both.put(i + OUT, operator.applyAsDouble(both.get(i + IN)));
        }
    }

    @Override
    public long mapLongs(MemorySegment span, long length, LongUnaryOperator operator) {
        final long end = inBlocks(length);
        for (long at = 0; at < end; at += WINDOW) {
            final LongBuffer window = window(span, at, end, Long.BYTES).asLongBuffer();
            final int both = BLOCK + Math.abs(DISTANCE);
            for (int first = 0; first + both <= window.limit(); first += BLOCK) {
                map(window.slice(first, both), operator);
            }
        }
        final LongBuffer rest = window(span, end, length, Long.BYTES).asLongBuffer();
        for (int i = 0; i < length - end; i++) {
            rest.put(i + OUT, operator.applyAsLong(rest.get(i + IN)));
        }
        return length;
    }

    private static void map(LongBuffer both, LongUnaryOperator operator) {
        for (int i = 0; i < BLOCK; i++) {
            both.put(i + OUT, operator.applyAsLong(both.get(i + IN)));
        }
    }

    @Override
    public long mapInts(MemorySegment span, long length, IntUnaryOperator operator) {
        final long end = inBlocks(length);
        for (long at = 0; at < end; at += WINDOW) {
            final IntBuffer window = window(span, at, end, Integer.BYTES).asIntBuffer();
            final int both = BLOCK + Math.abs(DISTANCE);
            for (int first = 0; first + both <= window.limit(); first += BLOCK) {
                map(window.slice(first, both), operator);
            }
        }
        final IntBuffer rest = window(span, end, length, Integer.BYTES).asIntBuffer();
        for (int i = 0; i < length - end; i++) {
            rest.put(i + OUT, operator.applyAsInt(rest.get(i + IN)));
        }
        return length;
    }

    private static void map(IntBuffer both, IntUnaryOperator operator) {
        for (int i = 0; i < BLOCK; i++) {
            both.put(i + OUT, operator.applyAsInt(both.get(i + IN)));
        }
    }
}
