package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Bytes to and from arrays, `ByteBuffer`s and direct buffers of any class.
class SegmentBufferCopyTest {
    private static final int CAPACITY = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(CAPACITY, 64);
    private final SegmentBuffer buffer = new SegmentBuffer(segment);

    @BeforeEach
    void fill() {
        for (int i = 0; i < CAPACITY; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) (i + 100));
        }
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void memoryIsSetWithinItsRangeOnly() {
        for (int length = 0; length <= CAPACITY - 5; length++) {
            fill();
            final byte[] expected = content();
            Arrays.fill(expected, 5, 5 + length, (byte) -3);
            buffer.setMemory(5, length, (byte) -3);
            assertArrayEquals(expected, content());
        }
        assertOutOfBounds(() -> buffer.setMemory(5, CAPACITY - 4, (byte) 1));
        assertOutOfBounds(() -> buffer.setMemory(-1, 1, (byte) 1));
        assertOutOfBounds(() -> buffer.setMemory(1, -1, (byte) 1));
    }

    @Test
    void arraysAreCopiedWholeOrInPart() {
        final byte[] whole = new byte[7];
        buffer.getBytes(3, whole);
        assertArrayEquals(expected(3, 7), whole);
        final byte[] part = new byte[10];
        buffer.getBytes(20, part, 2, 5);
        assertArrayEquals(expected(20, 5), Arrays.copyOfRange(part, 2, 7));
        assertEquals(0, part[1] | part[7]);
        buffer.putBytes(40, whole);
        buffer.putBytes(50, part, 2, 5);
        assertArrayEquals(expected(3, 7), Arrays.copyOfRange(content(), 40, 47));
        assertArrayEquals(expected(20, 5), Arrays.copyOfRange(content(), 50, 55));
        assertEquals((byte) 155, buffer.getByte(55));
    }

    @Test
    void arrayRangesThatDoNotFitAreRefused() {
        final byte[] array = new byte[8];
        assertOutOfBounds(() -> buffer.getBytes(CAPACITY - 7, array));
        assertOutOfBounds(() -> buffer.putBytes(CAPACITY - 7, array));
        for (final int[] range : new int[][] {{0, 1, 8}, {0, -1, 4}, {0, 4, -1}, {-1, 0, 4}, {CAPACITY - 3, 0, 4}}) {
            assertOutOfBounds(() -> buffer.getBytes(range[0], array, range[1], range[2]));
            assertOutOfBounds(() -> buffer.putBytes(range[0], array, range[1], range[2]));
        }
        assertArrayEquals(new byte[8], array);
        buffer.getBytes(CAPACITY, array, 8, 0);
    }

    // ByteBuffer: heap, a slice of heap, direct, and a view of a segment.

    private List<ByteBuffer> byteBuffers() {
        return List.of(
                ByteBuffer.allocate(16),
                ByteBuffer.allocate(24).position(8).slice(),
                ByteBuffer.allocateDirect(16),
                arena.allocate(16).asByteBuffer());
    }

    @Test
    void relativeCopiesAdvanceTheByteBuffer() {
        for (final ByteBuffer other : byteBuffers()) {
            fill();
            other.position(3);
            buffer.getBytes(9, other, 5);
            assertEquals(8, other.position());
            assertArrayEquals(expected(9, 5), range(other, 3, 5));
            other.position(4);
            buffer.putBytes(30, other, 4);
            assertEquals(8, other.position());
            assertArrayEquals(expected(10, 4), Arrays.copyOfRange(content(), 30, 34));
        }
    }

    @Test
    void absoluteCopiesIgnorePositionAndLimit() {
        for (final ByteBuffer other : byteBuffers()) {
            fill();
            other.position(6).limit(7);
            buffer.getBytes(9, other, 10, 5);
            buffer.putBytes(30, other, 11, 4);
            assertEquals(6, other.position());
            assertEquals(7, other.limit());
            other.clear();
            assertArrayEquals(expected(9, 5), range(other, 10, 5));
            assertArrayEquals(expected(10, 4), Arrays.copyOfRange(content(), 30, 34));
        }
    }

    @Test
    void byteBufferRangesThatDoNotFitAreRefusedUncopied() {
        for (final ByteBuffer other : byteBuffers()) {
            other.position(3).limit(8);
            assertOutOfBounds(() -> buffer.getBytes(0, other, 6));
            assertOutOfBounds(() -> buffer.putBytes(0, other, 6));
            assertOutOfBounds(() -> buffer.getBytes(0, other, -1));
            assertOutOfBounds(() -> buffer.getBytes(CAPACITY - 2, other, 3));
            assertOutOfBounds(() -> buffer.getBytes(0, other, 12, 5));
            assertOutOfBounds(() -> buffer.putBytes(0, other, 12, 5));
            assertOutOfBounds(() -> buffer.putBytes(0, other, -1, 2));
            assertOutOfBounds(() -> buffer.putBytes(CAPACITY - 2, other, 0, 3));
            assertEquals(3, other.position());
            other.clear();
            assertArrayEquals(new byte[16], range(other, 0, 16));
        }
        assertArrayEquals(expected(0, CAPACITY), content());
    }

    @Test
    void aReadOnlyByteBufferIsASourceOnly() {
        final ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).asReadOnlyBuffer();
        buffer.putBytes(8, source, 4);
        assertEquals(0x04030201, buffer.getInt(8));
        assertThrows(ReadOnlyBufferException.class, () -> buffer.getBytes(0, source, 0, 4));
        assertThrows(ReadOnlyBufferException.class, () -> buffer.getBytes(0, source.clear(), 4));
        assertEquals(0, source.position());
    }

    // Direct buffers.

    @Test
    void segmentBuffersCopyBothWays() {
        final SegmentBuffer other = new SegmentBuffer(arena.allocate(16));
        buffer.getBytes(9, other, 3, 5);
        other.putBytes(8, buffer, 20, 8);
        assertArrayEquals(expected(9, 5), other.segment().asSlice(3, 5).toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(expected(20, 8), other.segment().asSlice(8, 8).toArray(ValueLayout.JAVA_BYTE));
        for (final int[] range : new int[][] {{0, 12, 5}, {0, -1, 4}, {0, 4, -1}, {-1, 0, 4}, {CAPACITY - 3, 0, 4}}) {
            assertOutOfBounds(() -> buffer.getBytes(range[0], other, range[1], range[2]));
            assertOutOfBounds(() -> buffer.putBytes(range[0], other, range[1], range[2]));
        }
    }

    @Test
    void foreignBuffersCopyBothWaysWhateverIsBehindThem() {
        for (final ForeignBuffer.Backing backing : ForeignBuffer.Backing.values()) {
            fill();
            final ForeignBuffer foreign = new ForeignBuffer(backing, arena.allocate(16), 16);
            buffer.getBytes(9, foreign.buffer(), 3, 5);
            assertArrayEquals(expected(9, 5), foreign.bytes(3, 5), backing.name());
            buffer.putBytes(30, foreign.buffer(), 4, 4);
            assertArrayEquals(expected(10, 4), Arrays.copyOfRange(content(), 30, 34), backing.name());
            assertEquals(backing.storage() ? 0 : 9, foreign.singleBytes(), backing.name());
        }
    }

    @Test
    void foreignRangesThatDoNotFitAreRefusedUncopied() {
        for (final ForeignBuffer.Backing backing : ForeignBuffer.Backing.values()) {
            final ForeignBuffer foreign = new ForeignBuffer(backing, arena.allocate(16), 16);
            final MutableDirectBuffer other = foreign.buffer();
            for (final int[] range : new int[][] {
                {0, 12, 5}, {0, -1, 4}, {0, 4, -1}, {-1, 0, 4}, {CAPACITY - 3, 0, 4}, {0, Integer.MAX_VALUE, 4}
            }) {
                assertOutOfBounds(() -> buffer.getBytes(range[0], other, range[1], range[2]));
                assertOutOfBounds(() -> buffer.putBytes(range[0], other, range[1], range[2]));
            }
            assertArrayEquals(new byte[16], foreign.bytes(0, 16), backing.name());
        }
        assertArrayEquals(expected(0, CAPACITY), content());
    }

    @Test
    void anExpandableDestinationGrows() {
        final ForeignBuffer foreign = ForeignBuffer.expandable(arena.allocate(16), 16);
        buffer.getBytes(0, foreign.buffer(), 10, 20);
        assertTrue(foreign.buffer().capacity() >= 30);
        assertArrayEquals(expected(0, 20), foreign.bytes(10, 20));
        assertOutOfBounds(() -> buffer.putBytes(0, foreign.buffer(), 20, 41));
    }

    @Test
    void overlappingCopiesMoveTheBytesAsTheyWere() {
        for (final int shift : new int[] {-3, 0, 3}) {
            fill();
            buffer.putBytes(10 + shift, buffer, 10, 20);
            assertArrayEquals(expected(10, 20), Arrays.copyOfRange(content(), 10 + shift, 30 + shift));
            fill();
            final ForeignBuffer foreign = new ForeignBuffer(ForeignBuffer.Backing.ADDRESS, segment, CAPACITY);
            buffer.putBytes(10 + shift, foreign.buffer(), 10, 20);
            assertArrayEquals(expected(10, 20), Arrays.copyOfRange(content(), 10 + shift, 30 + shift));
            fill();
            buffer.getBytes(10, foreign.buffer(), 10 + shift, 20);
            assertArrayEquals(expected(10, 20), Arrays.copyOfRange(content(), 10 + shift, 30 + shift));
        }
    }

    @Test
    void comparisonReadsForeignBuffersThroughTheirOwnAccessors() {
        final ForeignBuffer foreign = new ForeignBuffer(ForeignBuffer.Backing.ADDRESS, arena.allocate(11), 11);
        final SegmentBuffer part = new SegmentBuffer(segment, 0, 11);
        buffer.getBytes(0, foreign.buffer(), 0, 11);
        assertEquals(0, part.compareTo(foreign.buffer()));
        buffer.putByte(10, (byte) 111);
        assertEquals(1, part.compareTo(foreign.buffer()));
    }

    private byte[] content() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] expected(int index, int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (index + i + 100);
        }
        return bytes;
    }

    private static byte[] range(ByteBuffer buffer, int index, int length) {
        final byte[] bytes = new byte[length];
        buffer.get(index, bytes);
        return bytes;
    }

    private static void assertOutOfBounds(Executable access) {
        assertThrows(IndexOutOfBoundsException.class, access);
    }
}
