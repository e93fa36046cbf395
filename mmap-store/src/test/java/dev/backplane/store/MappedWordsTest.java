package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Words by their address: each where a segment has it, and none beside it.
final class MappedWordsTest {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static MemorySegment piece(long bytes) {
        return Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    @Test
    void allAccessesMeetTheSameWord() {
        final MemorySegment piece = piece(64);
        final MappedWords words = new MappedWords(piece);
        words.setInt(4, 1);
        assertEquals(1, piece.get(INT, 4));
        words.setIntRelease(8, 2);
        assertEquals(2, words.getInt(8));
        assertEquals(2, words.getIntAcquire(8));
        words.setLong(16, 3);
        assertEquals(3, piece.get(LONG, 16));
        words.setLongRelease(24, 4);
        assertEquals(4, words.getLong(24));
        words.setLongVolatile(56, -5);
        assertEquals(-5, words.getLongAcquire(56));
        assertEquals(-5, words.getLongVolatile(56));
        assertFalse(words.compareAndSetLong(56, 5, 6));
        assertTrue(words.compareAndSetLong(56, -5, 6));
        assertEquals(6, words.getAndSetLong(56, 7));
        assertEquals(7, words.getAndAddLong(56, 8));
        assertEquals(15, piece.get(LONG, 56));
        assertEquals(0, piece.get(LONG, 48), "nothing beside it has changed");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -8, -64, 60, 64, 72, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
    void nothingOutsideIsReadOrWritten(long offset) {
        final MappedWords words = new MappedWords(piece(128).asSlice(32, 64));
        assertThrows(IndexOutOfBoundsException.class, () -> words.getLong(offset));
        assertThrows(IndexOutOfBoundsException.class, () -> words.getLongAcquire(offset));
        assertThrows(IndexOutOfBoundsException.class, () -> words.setLong(offset, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> words.compareAndSetLong(offset, 0, 1));
        final long afterLast = offset == 60 ? 61 : offset;
        assertThrows(IndexOutOfBoundsException.class, () -> words.getInt(afterLast));
        assertThrows(IndexOutOfBoundsException.class, () -> words.getIntAcquire(afterLast));
        assertThrows(IndexOutOfBoundsException.class, () -> words.setIntRelease(afterLast, 1));
    }

    @Test
    void aPieceMayBeSmallerThanAWord() {
        final MappedWords words = new MappedWords(piece(8).asSlice(0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> words.getInt(0));
        assertThrows(IndexOutOfBoundsException.class, () -> words.getLong(0));
    }

    @Test
    void onlyWordsInMemoryThatStaysWhereItIsHaveAnAddress() {
        assertThrows(IllegalArgumentException.class, () -> new MappedWords(MemorySegment.ofArray(new long[1])));
        assertThrows(
                IllegalArgumentException.class, () -> new MappedWords(piece(64).asSlice(4)));
    }
}
