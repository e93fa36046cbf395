package dev.backplane.pool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What a parallel sort knows of the elements that it sorts, which lie in memory as little-endian numbers.
enum SortKind {
    /// 32-bit integers.
    INTS(Integer.BYTES) {
        @Override
        long key(MemorySegment memory, long index) {
            return memory.getAtIndex(INT, index);
        }

        @Override
        void move(MemorySegment from, long index, MemorySegment to, long toIndex) {
            to.setAtIndex(INT, toIndex, from.getAtIndex(INT, index));
        }

        @Override
        void sort(MemorySegment from, MemorySegment to) {
            final int[] elements = from.toArray(INT);
            Arrays.sort(elements);
            MemorySegment.copy(elements, 0, to, INT, 0, elements.length);
        }
    },

    /// 64-bit integers.
    LONGS(Long.BYTES) {
        @Override
        long key(MemorySegment memory, long index) {
            return memory.getAtIndex(LONG, index);
        }

        @Override
        void sort(MemorySegment from, MemorySegment to) {
            final long[] elements = from.toArray(LONG);
            Arrays.sort(elements);
            MemorySegment.copy(elements, 0, to, LONG, 0, elements.length);
        }
    },

    /// 64-bit floating-point numbers, in the order of [Double#compare].
    DOUBLES(Double.BYTES) {
        @Override
        long key(MemorySegment memory, long index) {
            final long bits = Double.doubleToLongBits(memory.getAtIndex(DOUBLE, index));
            return bits ^ (bits >> 63 & Long.MAX_VALUE); // Of negative numbers, the greater has the lesser bits.
        }

        @Override
        void sort(MemorySegment from, MemorySegment to) {
            final double[] elements = from.toArray(DOUBLE);
            Arrays.sort(elements);
            MemorySegment.copy(elements, 0, to, DOUBLE, 0, elements.length);
        }
    };

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int elementBytes;

    SortKind(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    /// How many bytes an element takes.
    int elementBytes() {
        return elementBytes;
    }

    /// A number that is less for the lesser element.
    abstract long key(MemorySegment memory, long index);

    /// Copies an element, bit for bit.
    void move(MemorySegment from, long index, MemorySegment to, long toIndex) {
        to.setAtIndex(LONG, toIndex, from.getAtIndex(LONG, index)); // Those that are shorter say so.
    }

    /// Writes the sorted elements of one place to another.
    abstract void sort(MemorySegment from, MemorySegment to);

    /// The elements of a range.
    MemorySegment slice(MemorySegment memory, long from, long to) {
        return memory.asSlice(from * elementBytes, (to - from) * elementBytes);
    }
}
