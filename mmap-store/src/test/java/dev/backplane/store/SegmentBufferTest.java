package dev.backplane.store;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What the buffer is, its edges, its end, and plain access.
class SegmentBufferTest {
    private static final int CAPACITY = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(CAPACITY, 64);
    private final SegmentBuffer buffer = new SegmentBuffer(segment);

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    // What it is.

    @Test
    void aBufferIsItsSegment() {
        assertEquals(CAPACITY, buffer.capacity());
        assertEquals(segment.address(), buffer.addressOffset());
        assertNull(buffer.byteArray());
        assertNull(buffer.byteBuffer());
        assertEquals(0, buffer.wrapAdjustment());
        assertFalse(buffer.isExpandable());
        assertEquals(
                "SegmentBuffer{addressOffset=" + segment.address() + ", capacity=" + CAPACITY + "}", buffer.toString());
    }

    @Test
    void aBufferOverAPartSharesItsBytesAndEndsWhereThePartEnds() {
        final SegmentBuffer part = new SegmentBuffer(segment, 16, 24);
        assertEquals(24, part.capacity());
        assertEquals(segment.address() + 16, part.addressOffset());
        part.putLong(0, 0x0102030405060708L);
        assertEquals(0x0102030405060708L, buffer.getLong(16));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getLong(17));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getByte(-1));
    }

    @Test
    void aPartOutsideTheSegmentIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> new SegmentBuffer(segment, 1, CAPACITY));
        assertThrows(IndexOutOfBoundsException.class, () -> new SegmentBuffer(segment, -1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> new SegmentBuffer(segment, 8, -8));
        assertThrows(IndexOutOfBoundsException.class, () -> new SegmentBuffer(segment, Long.MAX_VALUE, 8));
        assertEquals(0, new SegmentBuffer(segment, CAPACITY, 0).capacity());
    }

    @Test
    void heapMemoryIsRefused() {
        final var thrown = assertThrows(
                IllegalArgumentException.class, () -> new SegmentBuffer(MemorySegment.ofArray(new byte[64])));
        assertTrue(message(thrown).contains("native or mapped"), thrown::toString);
    }

    @Test
    void moreThanAnIntCanIndexIsRefusedUnlessAPartIsTaken(@TempDir Path directory) throws IOException {
        final long size = Integer.MAX_VALUE + 1L;
        try (FileChannel sparse = FileChannel.open(
                directory.resolve("huge"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            final MemorySegment huge = sparse.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            final var thrown = assertThrows(IllegalArgumentException.class, () -> new SegmentBuffer(huge));
            assertTrue(message(thrown).contains("byteSize=" + size), thrown::toString);
            final SegmentBuffer part = new SegmentBuffer(huge, 1, Integer.MAX_VALUE);
            part.putByte(Integer.MAX_VALUE - 1, (byte) 7);
            assertEquals(7, huge.get(ValueLayout.JAVA_BYTE, size - 1));
            assertThrows(IndexOutOfBoundsException.class, () -> part.getInt(Integer.MAX_VALUE - 3));
            assertThrows(IndexOutOfBoundsException.class, () -> part.getByte(Integer.MAX_VALUE));
        }
    }

    @Test
    void wrappingOtherMemoryIsRefusedAndSaysWhatToDo() {
        final byte[] array = new byte[8];
        final ByteBuffer byteBuffer = ByteBuffer.allocate(8);
        for (final Executable wrap : List.<Executable>of(
                () -> buffer.wrap(array),
                () -> buffer.wrap(array, 0, 8),
                () -> buffer.wrap(byteBuffer),
                () -> buffer.wrap(byteBuffer, 0, 8),
                () -> buffer.wrap(buffer),
                () -> buffer.wrap(buffer, 0, 8),
                () -> buffer.wrap(0L, 8))) {
            final var thrown = assertThrows(UnsupportedOperationException.class, wrap);
            assertTrue(message(thrown).contains("construct a new SegmentBuffer"), thrown::toString);
        }
        assertEquals(segment.address(), buffer.addressOffset());
    }

    @Test
    void alignmentIsVerifiedToEightBytes() {
        for (int offset = 0; offset <= 16; offset++) {
            final SegmentBuffer part = new SegmentBuffer(segment, offset, 16);
            if (offset % 8 == 0) {
                assertDoesNotThrow(part::verifyAlignment);
            } else {
                final var thrown = assertThrows(IllegalStateException.class, part::verifyAlignment);
                assertTrue(message(thrown).contains(Long.toString(segment.address() + offset)), thrown::toString);
            }
        }
    }

    // Edges.

    @Test
    void everyAccessorReachesBothEdgesAndNoFurther() {
        for (final BufferAccess access : BufferAccess.all()) {
            final int last = CAPACITY - access.size();
            assertDoesNotThrow(() -> access.call().at(buffer, 0), access.name());
            assertDoesNotThrow(() -> access.call().at(buffer, last), access.name());
            for (final int index : new int[] {
                -1, -access.size(), last + 1, CAPACITY, CAPACITY + 1, Integer.MAX_VALUE, Integer.MIN_VALUE
            }) {
                assertOutOfBounds(access, index);
            }
        }
    }

    private void assertOutOfBounds(BufferAccess access, int index) {
        final String what = access.name() + " at " + index;
        final byte[] before = content();
        final var thrown = assertThrows(
                IndexOutOfBoundsException.class, () -> access.call().at(buffer, index), what);
        final String message = message(thrown);
        assertTrue(message.contains("offset = " + index + ";"), () -> what + ": " + message);
        assertTrue(message.endsWith("length = " + access.size()), () -> what + ": " + message);
        assertTrue(message.contains("byteSize: " + CAPACITY + " "), () -> what + ": " + message);
        assertArrayEquals(before, content(), what);
    }

    @Test
    void anEmptyBufferHasNothingToAccess() {
        final SegmentBuffer empty = new SegmentBuffer(segment, 8, 0);
        for (final BufferAccess access : BufferAccess.all()) {
            assertThrows(IndexOutOfBoundsException.class, () -> access.call().at(empty, 0), access.name());
        }
        assertDoesNotThrow(() -> empty.setMemory(0, 0, (byte) 1));
        assertDoesNotThrow(() -> empty.getBytes(0, new byte[0]));
        assertEquals("", empty.getStringWithoutLengthAscii(0, 0));
    }

    @Test
    void boundsCheckAcceptsWhatFitsAndNamesWhatDoesNot() {
        assertDoesNotThrow(() -> buffer.boundsCheck(0, 0));
        assertDoesNotThrow(() -> buffer.boundsCheck(0, CAPACITY));
        assertDoesNotThrow(() -> buffer.boundsCheck(CAPACITY, 0));
        for (final int[] range : new int[][] {
            {-1, 0},
            {0, -1},
            {0, CAPACITY + 1},
            {1, CAPACITY},
            {CAPACITY + 1, 0},
            {CAPACITY, 1},
            {Integer.MAX_VALUE, Integer.MAX_VALUE},
            {Integer.MIN_VALUE, Integer.MIN_VALUE},
            {-8, Integer.MAX_VALUE},
            {8, Integer.MAX_VALUE}
        }) {
            final var thrown = assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> buffer.boundsCheck(range[0], range[1]),
                    () -> range[0] + " " + range[1]);
            assertEquals(
                    "index=" + range[0] + " length=" + range[1] + " is out of bounds for capacity=" + CAPACITY,
                    thrown.getMessage());
        }
    }

    @Test
    void checkLimitAcceptsTheCapacityAndNothingAbove() {
        assertDoesNotThrow(() -> buffer.checkLimit(0));
        assertDoesNotThrow(() -> buffer.checkLimit(CAPACITY));
        final var thrown = assertThrows(IndexOutOfBoundsException.class, () -> buffer.checkLimit(CAPACITY + 1));
        assertEquals("limit=65 is beyond capacity=64", thrown.getMessage());
    }

    // The end.

    @Test
    void everyAccessAfterTheArenaClosedIsAnIllegalState() {
        arena.close();
        for (final BufferAccess access : BufferAccess.all()) {
            assertThrows(IllegalStateException.class, () -> access.call().at(buffer, 8), access.name());
        }
        for (final Executable use : List.<Executable>of(
                () -> buffer.setMemory(0, 8, (byte) 1),
                () -> buffer.getBytes(0, new byte[8]),
                () -> buffer.putBytes(0, new byte[8]),
                () -> buffer.getBytes(0, ByteBuffer.allocate(8), 8),
                () -> buffer.putBytes(0, ByteBuffer.allocate(8), 8),
                () -> buffer.putBytes(0, buffer, 8, 8),
                () -> buffer.getStringAscii(0),
                () -> buffer.getStringUtf8(0),
                () -> buffer.putStringAscii(0, "a"),
                () -> buffer.putStringUtf8(0, "a"),
                () -> buffer.parseLongAscii(0, 1),
                () -> buffer.putLongAscii(0, 1),
                () -> buffer.addressOffset(),
                () -> buffer.hashCode(),
                () -> buffer.compareTo(new SegmentBuffer(segment)),
                () -> buffer.equals(new SegmentBuffer(segment)))) {
            assertThrows(IllegalStateException.class, use);
        }
        assertTrue(buffer.toString().endsWith(", closed}"), buffer::toString);
        assertEquals(CAPACITY, buffer.capacity());
    }

    @Test
    void readOnlyMemoryIsReadAndNeverWritten() {
        final SegmentBuffer readOnly = new SegmentBuffer(segment.asReadOnly());
        buffer.putLong(8, 42);
        assertEquals(42, readOnly.getLongVolatile(8));
        for (final BufferAccess access : BufferAccess.all()) {
            if (access.writes()) {
                assertThrows(IllegalArgumentException.class, () -> access.call().at(readOnly, 8), access.name());
            } else {
                assertDoesNotThrow(() -> access.call().at(readOnly, 8), access.name());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> readOnly.setMemory(0, 8, (byte) 1));
        assertThrows(IllegalArgumentException.class, () -> readOnly.putBytes(0, new byte[8]));
        assertThrows(IllegalArgumentException.class, () -> readOnly.putBytes(0, buffer, 8, 8));
        assertEquals(42, buffer.getLong(8));
    }

    // Plain access.

    @Test
    void plainValuesAreLittleEndianAtAnyIndex() {
        final ByteBuffer model = ByteBuffer.allocate(CAPACITY).order(LITTLE_ENDIAN);
        for (int index = 0; index <= CAPACITY - 8; index++) {
            buffer.putByte(index, (byte) 0x81);
            assertEquals(model.put(index, (byte) 0x81).get(index), buffer.getByte(index));
            buffer.putShort(index, (short) 0x8182);
            assertEquals(model.putShort(index, (short) 0x8182).getShort(index), buffer.getShort(index));
            buffer.putChar(index, '\u8283');
            assertEquals(model.putChar(index, '\u8283').getChar(index), buffer.getChar(index));
            buffer.putInt(index, 0x81828384);
            assertEquals(model.putInt(index, 0x81828384).getInt(index), buffer.getInt(index));
            buffer.putFloat(index, -1.25f);
            assertEquals(model.putFloat(index, -1.25f).getFloat(index), buffer.getFloat(index));
            assertArrayEquals(model.array(), content());
            buffer.putLong(index, 0x8182838485868788L);
            assertEquals(model.putLong(index, 0x8182838485868788L).getLong(index), buffer.getLong(index));
            assertArrayEquals(model.array(), content());
            buffer.putDouble(index, Math.PI);
            assertEquals(model.putDouble(index, Math.PI).getDouble(index), buffer.getDouble(index));
            assertArrayEquals(model.array(), content());
        }
    }

    @Test
    void bothByteOrdersCanBeAskedFor() {
        for (final var order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            final ByteBuffer model = ByteBuffer.allocate(CAPACITY).order(order);
            buffer.setMemory(0, CAPACITY, (byte) 0);
            buffer.putShort(1, (short) 0x8182, order);
            buffer.putChar(3, '\u8283', order);
            buffer.putInt(5, 0x81828384, order);
            buffer.putFloat(9, -1.25f, order);
            buffer.putLong(13, 0x8182838485868788L, order);
            buffer.putDouble(21, Math.E, order);
            model.putShort(1, (short) 0x8182).putChar(3, '\u8283').putInt(5, 0x81828384);
            model.putFloat(9, -1.25f).putLong(13, 0x8182838485868788L).putDouble(21, Math.E);
            assertArrayEquals(model.array(), content(), order.toString());
            assertEquals((short) 0x8182, buffer.getShort(1, order));
            assertEquals('\u8283', buffer.getChar(3, order));
            assertEquals(0x81828384, buffer.getInt(5, order));
            assertEquals(-1.25f, buffer.getFloat(9, order));
            assertEquals(0x8182838485868788L, buffer.getLong(13, order));
            assertEquals(Math.E, buffer.getDouble(21, order));
        }
    }

    @Test
    void theBitsOfANaNSurviveInBothOrders() {
        final long quiet = 0x7ff8000000abcdefL;
        buffer.putDouble(0, Double.longBitsToDouble(quiet), BIG_ENDIAN);
        assertEquals(quiet, Double.doubleToRawLongBits(buffer.getDouble(0, BIG_ENDIAN)));
        buffer.putFloat(8, Float.intBitsToFloat(0x7fc0beef), BIG_ENDIAN);
        assertEquals(0x7fc0beef, buffer.getInt(8, BIG_ENDIAN));
        buffer.putDouble(16, Double.longBitsToDouble(quiet));
        assertEquals(quiet, buffer.getLong(16));
    }

    // Comparison.

    @Test
    void equalBytesAreEqualBuffersWithEqualHashes() {
        final SegmentBuffer other = new SegmentBuffer(arena.allocate(CAPACITY, 8));
        for (int i = 0; i < CAPACITY; i++) {
            buffer.putByte(i, (byte) (i * 37));
            other.putByte(i, (byte) (i * 37));
        }
        assertEquals(buffer, other);
        assertEquals(buffer.hashCode(), other.hashCode());
        assertEquals(0, buffer.compareTo(other));
        final SegmentBuffer itself = buffer;
        assertEquals(0, buffer.compareTo(itself));
        assertNotEquals(buffer, new SegmentBuffer(segment, 0, CAPACITY - 1));
        assertFalse(buffer.equals(new Object()));
        for (int i = 0; i < CAPACITY; i++) {
            other.putByte(i, (byte) ~other.getByte(i));
            assertNotEquals(buffer, other);
            assertNotEquals(buffer.hashCode(), other.hashCode());
            other.putByte(i, (byte) ~other.getByte(i));
        }
    }

    @Test
    void comparisonIsOfSignedWordsThenSignedBytesThenCapacity() {
        final SegmentBuffer small = new SegmentBuffer(arena.allocate(11, 8));
        final SegmentBuffer large = new SegmentBuffer(arena.allocate(11, 8));
        large.putByte(10, (byte) 1);
        assertOrdered(small, large);
        small.putByte(10, (byte) 0x80); // Negative.
        assertOrdered(small, large);
        small.putLong(0, -1);
        small.putByte(10, (byte) 2);
        assertOrdered(small, large);
        small.putLong(0, 0x01ff); // The last byte of a word weighs most, as its little-endian value says.
        large.putLong(0, 0x0200);
        assertOrdered(small, large);
        assertOrdered(new SegmentBuffer(small.segment(), 0, 10), small);
    }

    private static void assertOrdered(SegmentBuffer less, SegmentBuffer more) {
        assertTrue(less.compareTo(more) < 0);
        assertTrue(more.compareTo(less) > 0);
    }

    private byte[] content() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static String message(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }
}
