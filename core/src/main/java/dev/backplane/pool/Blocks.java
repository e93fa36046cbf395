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

/// What a worker does with each element of a slice, in blocks that are copied to the heap and back. A loop
/// over a Java array is compiled to vector instructions where the operator has any, one over shared memory
/// is not; a block stays in the nearest cache, so that its copies cost next to nothing beside. Short ones:
/// while one is worked on, a processor that looks ahead is at the next one's memory already; four times as
/// long, and memory and processor wait in turns.
final class Blocks {
    private static final int LONGEST = 160;

    private Blocks() {}

    private static int block(long length) {
        return (int) Math.min(LONGEST, length);
    }

    static boolean map(SharedDoubleArray in, SharedDoubleArray out, DoubleUnaryOperator operator) {
        final double[] block = new double[block(in.length())];
        for (long at = 0; at < in.length(); at += LONGEST) {
            final int count = block(in.length() - at);
            in.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                block[i] = operator.applyAsDouble(block[i]);
            }
            out.copyFrom(at, block, 0, count);
        }
        return true; // Something has to travel back.
    }

    static boolean map(SharedLongArray in, SharedLongArray out, LongUnaryOperator operator) {
        final long[] block = new long[block(in.length())];
        for (long at = 0; at < in.length(); at += LONGEST) {
            final int count = block(in.length() - at);
            in.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                block[i] = operator.applyAsLong(block[i]);
            }
            out.copyFrom(at, block, 0, count);
        }
        return true; // Something has to travel back.
    }

    static boolean map(SharedIntArray in, SharedIntArray out, IntUnaryOperator operator) {
        final int[] block = new int[block(in.length())];
        for (long at = 0; at < in.length(); at += LONGEST) {
            final int count = block(in.length() - at);
            in.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                block[i] = operator.applyAsInt(block[i]);
            }
            out.copyFrom(at, block, 0, count);
        }
        return true; // Something has to travel back.
    }

    static double reduce(SharedDoubleArray array, double identity, DoubleBinaryOperator operator) {
        final double[] block = new double[block(array.length())];
        double result = identity;
        for (long at = 0; at < array.length(); at += LONGEST) {
            final int count = block(array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsDouble(result, block[i]);
            }
        }
        return result;
    }

    static long reduce(SharedLongArray array, long identity, LongBinaryOperator operator) {
        final long[] block = new long[block(array.length())];
        long result = identity;
        for (long at = 0; at < array.length(); at += LONGEST) {
            final int count = block(array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsLong(result, block[i]);
            }
        }
        return result;
    }

    static int reduce(SharedIntArray array, int identity, IntBinaryOperator operator) {
        final int[] block = new int[block(array.length())];
        int result = identity;
        for (long at = 0; at < array.length(); at += LONGEST) {
            final int count = block(array.length() - at);
            array.copyTo(at, block, 0, count);
            for (int i = 0; i < count; i++) {
                result = operator.applyAsInt(result, block[i]);
            }
        }
        return result;
    }
}
