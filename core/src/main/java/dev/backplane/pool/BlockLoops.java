package dev.backplane.pool;

import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// [Loops] over blocks that come to the heap and go back.
///
/// The compiler of JDK 25 makes vector instructions of a loop over memory outside the heap only if all else that it
/// touches is on the heap, as it does not know otherwise that nothing overlaps; and of doubles only through a buffer,
/// since a [MemorySegment] converts them from longs, and from 0 to a constant. So a block is read by one such loop
/// and written by another, with the operator in it.
///
/// A block stays in the nearest cache, so that it costs next to nothing beside. Short ones: while one is worked on, a
/// processor that looks ahead is at the next one's memory already; four times as long, and memory and processor
/// wait in turns.
final class BlockLoops implements Loops {
    static final int BLOCK = 160;

    /// As much as one buffer is made for, in elements: many blocks.
    static final int WINDOW = BLOCK << 16;

    BlockLoops() {}

    /// How many elements are in whole blocks.
    private static long inBlocks(long length) {
        return length - length % BLOCK;
    }

    /// The elements from a place to the end, or as many as one buffer is made for.
    private static ByteBuffer window(MemorySegment array, long at, long end, int elementBytes) {
        final long elements = Math.min(WINDOW, end - at);
        return array.asSlice(at * elementBytes, elements * elementBytes)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long map(SharedDoubleArray in, SharedDoubleArray out, DoubleUnaryOperator operator) {
        final double[] block = new double[BLOCK];
        final long end = inBlocks(in.length());
        for (long at = 0; at < end; at += WINDOW) {
            final DoubleBuffer from =
                    window(in.asSegment(), at, end, Double.BYTES).asDoubleBuffer();
            final DoubleBuffer to =
                    window(out.asWritableSegment(), at, end, Double.BYTES).asDoubleBuffer();
            for (int first = 0; first < from.limit(); first += BLOCK) {
                read(from.slice(first, BLOCK), block);
                write(block, operator, to.slice(first, BLOCK));
            }
        }
        final int rest = (int) (in.length() - end);
        in.copyTo(end, block, 0, rest);
        for (int i = 0; i < rest; i++) {
            block[i] = operator.applyAsDouble(block[i]);
        }
        out.copyFrom(end, block, 0, rest);
        return in.length();
    }

    private static void read(DoubleBuffer from, double[] block) {
        for (int i = 0; i < BLOCK; i++) {
            block[i] = from.get(i);
        }
    }

    private static void write(double[] block, DoubleUnaryOperator operator, DoubleBuffer to) {
        for (int i = 0; i < BLOCK; i++) {
            to.put(i, operator.applyAsDouble(block[i]));
        }
    }

    @Override
    public long map(SharedLongArray in, SharedLongArray out, LongUnaryOperator operator) {
        final long[] block = new long[BLOCK];
        final long end = inBlocks(in.length());
        for (long at = 0; at < end; at += WINDOW) {
            final LongBuffer from = window(in.asSegment(), at, end, Long.BYTES).asLongBuffer();
            final LongBuffer to =
                    window(out.asWritableSegment(), at, end, Long.BYTES).asLongBuffer();
            for (int first = 0; first < from.limit(); first += BLOCK) {
                read(from.slice(first, BLOCK), block);
                write(block, operator, to.slice(first, BLOCK));
            }
        }
        final int rest = (int) (in.length() - end);
        in.copyTo(end, block, 0, rest);
        for (int i = 0; i < rest; i++) {
            block[i] = operator.applyAsLong(block[i]);
        }
        out.copyFrom(end, block, 0, rest);
        return in.length();
    }

    private static void read(LongBuffer from, long[] block) {
        for (int i = 0; i < BLOCK; i++) {
            block[i] = from.get(i);
        }
    }

    private static void write(long[] block, LongUnaryOperator operator, LongBuffer to) {
        for (int i = 0; i < BLOCK; i++) {
            to.put(i, operator.applyAsLong(block[i]));
        }
    }

    @Override
    public long map(SharedIntArray in, SharedIntArray out, IntUnaryOperator operator) {
        final int[] block = new int[BLOCK];
        final long end = inBlocks(in.length());
        for (long at = 0; at < end; at += WINDOW) {
            final IntBuffer from =
                    window(in.asSegment(), at, end, Integer.BYTES).asIntBuffer();
            final IntBuffer to =
                    window(out.asWritableSegment(), at, end, Integer.BYTES).asIntBuffer();
            for (int first = 0; first < from.limit(); first += BLOCK) {
                read(from.slice(first, BLOCK), block);
                write(block, operator, to.slice(first, BLOCK));
            }
        }
        final int rest = (int) (in.length() - end);
        in.copyTo(end, block, 0, rest);
        for (int i = 0; i < rest; i++) {
            block[i] = operator.applyAsInt(block[i]);
        }
        out.copyFrom(end, block, 0, rest);
        return in.length();
    }

    private static void read(IntBuffer from, int[] block) {
        for (int i = 0; i < BLOCK; i++) {
            block[i] = from.get(i);
        }
    }

    private static void write(int[] block, IntUnaryOperator operator, IntBuffer to) {
        for (int i = 0; i < BLOCK; i++) {
            to.put(i, operator.applyAsInt(block[i]));
        }
    }

    @Override
    public double reduce(SharedDoubleArray array, double identity, DoubleBinaryOperator operator) {
        final double[] block = new double[(int) Math.min(BLOCK, array.length())];
        double result = identity;
        for (long at = 0; at < array.length(); at += BLOCK) {
            final int count = (int) Math.min(BLOCK, array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsDouble(result, block[i]);
            }
        }
        return result;
    }

    @Override
    public long reduce(SharedLongArray array, long identity, LongBinaryOperator operator) {
        final long[] block = new long[(int) Math.min(BLOCK, array.length())];
        long result = identity;
        for (long at = 0; at < array.length(); at += BLOCK) {
            final int count = (int) Math.min(BLOCK, array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsLong(result, block[i]);
            }
        }
        return result;
    }

    @Override
    public int reduce(SharedIntArray array, int identity, IntBinaryOperator operator) {
        final int[] block = new int[(int) Math.min(BLOCK, array.length())];
        int result = identity;
        for (long at = 0; at < array.length(); at += BLOCK) {
            final int count = (int) Math.min(BLOCK, array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsInt(result, block[i]);
            }
        }
        return result;
    }
}
