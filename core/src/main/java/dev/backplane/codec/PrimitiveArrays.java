package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Arrays of primitives as little-endian bytes: in place where the machine is little-endian, as all that count
/// are, otherwise swapped into a copy.
final class PrimitiveArrays {
    private static final boolean SWAP = ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN;

    private PrimitiveArrays() {}

    static MemorySegment littleEndian(short[] array) {
        return swapped(MemorySegment.ofArray(array), Short.BYTES);
    }

    static MemorySegment littleEndian(char[] array) {
        return swapped(MemorySegment.ofArray(array), Character.BYTES);
    }

    static MemorySegment littleEndian(int[] array) {
        return swapped(MemorySegment.ofArray(array), Integer.BYTES);
    }

    static MemorySegment littleEndian(long[] array) {
        return swapped(MemorySegment.ofArray(array), Long.BYTES);
    }

    static MemorySegment littleEndian(float[] array) {
        return swapped(MemorySegment.ofArray(array), Float.BYTES);
    }

    static MemorySegment littleEndian(double[] array) {
        return swapped(MemorySegment.ofArray(array), Double.BYTES);
    }

    static MemorySegment bytes(boolean[] array) {
        final byte[] bytes = new byte[array.length];
        for (int i = 0; i < array.length; i++) {
            bytes[i] = (byte) (array[i] ? 1 : 0);
        }
        return MemorySegment.ofArray(bytes);
    }

    static boolean[] booleans(MemorySegment bytes) {
        final boolean[] array = new boolean[(int) bytes.byteSize()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(ValueLayout.JAVA_BYTE, i) != 0;
        }
        return array;
    }

    private static MemorySegment swapped(MemorySegment array, int unitBytes) {
        if (!SWAP) {
            return array;
        }
        final MemorySegment copy = MemorySegment.ofArray(new byte[(int) array.byteSize()]);
        for (long unit = 0; unit < array.byteSize(); unit += unitBytes) {
            for (int i = 0; i < unitBytes; i++) {
                copy.set(ValueLayout.JAVA_BYTE, unit + i, array.get(ValueLayout.JAVA_BYTE, unit + unitBytes - 1 - i));
            }
        }
        return copy;
    }
}
