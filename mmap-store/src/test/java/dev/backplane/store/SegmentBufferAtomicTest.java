package dev.backplane.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Atomic access: what each operation returns and leaves, alignment, and atomicity between threads.
class SegmentBufferAtomicTest {
    private static final long A = 0x8182838485868788L;
    private static final long B = 0x0102030405060708L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(64, 64);
    private final SegmentBuffer buffer = new SegmentBuffer(segment);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void everyStoreOfALongIsReadByEveryLoad() {
        final List<Consumer<Long>> stores = List.of(
                value -> buffer.putLongOpaque(8, value),
                value -> buffer.putLongRelease(8, value),
                value -> buffer.putLongOrdered(8, value),
                value -> buffer.putLongVolatile(8, value));
        long value = A;
        for (final Consumer<Long> store : stores) {
            store.accept(++value);
            assertEquals(value, buffer.getLong(8));
            assertEquals(value, buffer.getLongOpaque(8));
            assertEquals(value, buffer.getLongAcquire(8));
            assertEquals(value, buffer.getLongVolatile(8));
            assertOnly(model().putLong(8, value));
        }
    }

    @Test
    void everyStoreOfAnIntIsReadByEveryLoad() {
        final List<Consumer<Integer>> stores = List.of(
                value -> buffer.putIntOpaque(12, value),
                value -> buffer.putIntRelease(12, value),
                value -> buffer.putIntOrdered(12, value),
                value -> buffer.putIntVolatile(12, value));
        int value = 0x81828384;
        for (final Consumer<Integer> store : stores) {
            store.accept(++value);
            assertEquals(value, buffer.getInt(12));
            assertEquals(value, buffer.getIntOpaque(12));
            assertEquals(value, buffer.getIntAcquire(12));
            assertEquals(value, buffer.getIntVolatile(12));
            assertOnly(model().putInt(12, value));
        }
    }

    @Test
    void smallVolatilesAreLittleEndian() {
        buffer.putShortVolatile(2, (short) 0x8182);
        buffer.putCharVolatile(6, '\u8384');
        buffer.putByteVolatile(9, (byte) 0x85);
        assertEquals((short) 0x8182, buffer.getShortVolatile(2));
        assertEquals('\u8384', buffer.getCharVolatile(6));
        assertEquals((byte) 0x85, buffer.getByteVolatile(9));
        assertOnly(model().putShort(2, (short) 0x8182).putChar(6, '\u8384').put(9, (byte) 0x85));
    }

    @Test
    void longAdditionsReturnTheValueBefore() {
        buffer.putLong(16, Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, buffer.addLongOpaque(16, 2));
        assertEquals(Long.MIN_VALUE + 1, buffer.addLongRelease(16, -1));
        assertEquals(Long.MIN_VALUE, buffer.addLongOrdered(16, 5));
        assertEquals(Long.MIN_VALUE + 5, buffer.getAndAddLong(16, B));
        assertEquals(Long.MIN_VALUE + 5 + B, buffer.getAndSetLong(16, A));
        assertOnly(model().putLong(16, A));
    }

    @Test
    void intAdditionsReturnTheValueBefore() {
        buffer.putInt(20, Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, buffer.addIntOpaque(20, 2));
        assertEquals(Integer.MIN_VALUE + 1, buffer.addIntRelease(20, -1));
        assertEquals(Integer.MIN_VALUE, buffer.addIntOrdered(20, 5));
        assertEquals(Integer.MIN_VALUE + 5, buffer.getAndAddInt(20, 7));
        assertEquals(Integer.MIN_VALUE + 12, buffer.getAndSetInt(20, 3));
        assertOnly(model().putInt(20, 3));
    }

    @Test
    void longsAreExchangedOnlyForTheExpected() {
        buffer.putLong(24, A);
        assertFalse(buffer.compareAndSetLong(24, B, 1));
        assertEquals(A, buffer.compareAndExchangeLong(24, B, 1));
        assertEquals(A, buffer.getLong(24));
        assertTrue(buffer.compareAndSetLong(24, A, B));
        assertEquals(B, buffer.compareAndExchangeLong(24, B, 9));
        assertOnly(model().putLong(24, 9));
    }

    @Test
    void intsAreExchangedOnlyForTheExpected() {
        buffer.putInt(28, -7);
        assertFalse(buffer.compareAndSetInt(28, 7, 1));
        assertEquals(-7, buffer.compareAndExchangeInt(28, 7, 1));
        assertEquals(-7, buffer.getInt(28));
        assertTrue(buffer.compareAndSetInt(28, -7, 8));
        assertEquals(8, buffer.compareAndExchangeInt(28, 8, 9));
        assertOnly(model().putInt(28, 9));
    }

    @Test
    void atomicAccessToAMisalignedAddressIsRefused() {
        final SegmentBuffer shifted = new SegmentBuffer(segment, 1, 63);
        for (final BufferAccess access : BufferAccess.all()) {
            for (int index = 0; index < 8; index++) {
                final int at = index;
                if (index % access.alignment() == 0) {
                    assertDoesNotThrow(() -> access.call().at(buffer, at), () -> access.name() + " at " + at);
                } else {
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> access.call().at(buffer, at),
                            () -> access.name() + " at " + at);
                }
            }
            if (access.alignment() > 1) {
                assertThrows(IllegalArgumentException.class, () -> access.call().at(shifted, 0), access.name());
            }
            assertDoesNotThrow(() -> access.call().at(shifted, 7), access.name());
        }
    }

    @Test
    @Timeout(60)
    void concurrentAdditionsLoseNothing() throws Exception {
        final int threads = 3;
        final int additions = 20_000;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            final List<Future<?>> running = IntStream.range(0, threads)
                    .<Future<?>>mapToObj(thread -> executor.submit(() -> addInEveryWay(additions)))
                    .toList();
            for (final Future<?> thread : running) {
                thread.get();
            }
        }
        final int total = threads * additions;
        assertEquals(total, buffer.getLong(0), "getAndAddLong");
        assertEquals(total, buffer.getLong(8), "addLongRelease");
        assertEquals(total, buffer.getLong(16), "compareAndSetLong");
        assertEquals(total, buffer.getInt(24), "getAndAddInt");
        assertEquals(total, buffer.getInt(28), "addIntRelease");
        assertEquals(total, buffer.getInt(32), "compareAndExchangeInt");
        assertEquals(2L * total, buffer.getLong(40), "what getAndSet took out");
    }

    private void addInEveryWay(int additions) {
        for (int i = 0; i < additions; i++) {
            buffer.getAndAddLong(0, 1);
            buffer.addLongRelease(8, 1);
            long seen;
            do {
                seen = buffer.getLongOpaque(16);
            } while (!buffer.compareAndSetLong(16, seen, seen + 1));
            buffer.getAndAddInt(24, 1);
            buffer.addIntRelease(28, 1);
            int expected = buffer.getIntOpaque(32);
            int witness = buffer.compareAndExchangeInt(32, expected, expected + 1);
            while (witness != expected) {
                expected = witness;
                witness = buffer.compareAndExchangeInt(32, expected, expected + 1);
            }
            buffer.getAndAddLong(48, 2);
            buffer.getAndAddLong(40, buffer.getAndSetLong(48, 0));
        }
    }

    private static ByteBuffer model() {
        return ByteBuffer.allocate(64).order(LITTLE_ENDIAN);
    }

    private void assertOnly(ByteBuffer model) {
        final byte[] expected = new byte[model.capacity()];
        model.get(0, expected);
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE));
    }
}
