package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks of a slice: each element is mapped once, wherever blocks and windows end, and no other is touched.
final class BlocksTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager(long bytes) throws IOException {
        return Manager.open(
                directory.resolve("segment"), SegmentOptions.defaults().withSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, BlockLoops.BLOCK - 1, BlockLoops.BLOCK, BlockLoops.BLOCK + 1, 1000})
    void eachElementIsMappedOnce(int length) throws IOException {
        try (Manager manager = manager(1 << 20)) {
            final SharedDoubleArray doubles = manager.doubleArray("doubles", length + 2L);
            final SharedLongArray longs = manager.longArray("longs", length + 2L);
            final SharedIntArray ints = manager.intArray("ints", length + 2L);
            for (int i = 0; i < length + 2; i++) {
                doubles.set(i, i);
                longs.set(i, i);
                ints.set(i, i);
            }
            Blocks.map(doubles.slice(1, length + 1), doubles.slice(1, length + 1), x -> -x);
            Blocks.map(longs.slice(1, length + 1), longs.slice(1, length + 1), x -> -x);
            Blocks.map(ints.slice(1, length + 1), ints.slice(1, length + 1), x -> -x);
            for (int i = 0; i < length + 2; i++) {
                final int expected = i == 0 || i == length + 1 ? i : -i;
                assertEquals(expected, doubles.get(i));
                assertEquals(expected, longs.get(i));
                assertEquals(expected, ints.get(i));
            }
        }
    }

    @Test
    void aWindowBeginsWhereTheOneBeforeEnds() throws IOException {
        final int length = BlockLoops.WINDOW + BlockLoops.BLOCK + 1;
        try (Manager manager = manager(2L * length * Integer.BYTES + (1 << 20))) {
            final SharedIntArray in = manager.intArray("in", length);
            final SharedIntArray out = manager.intArray("out", length);
            for (int i = 0; i < length; i++) {
                in.set(i, i);
            }
            Blocks.map(in, out, x -> x + 1);
            assertEquals(length * (length + 1L) / 2, sum(out));
            for (int i = BlockLoops.WINDOW - 1; i < length; i++) {
                assertEquals(i + 1, out.get(i));
            }
        }
    }

    @Test
    void longSlicesAreMappedByLoopsOfTheirOperatorsOwn() {
        final LongUnaryOperator first = x -> x + 1;
        final LongUnaryOperator second = x -> x + 2;
        assertNotSame(
                Blocks.of(first, Blocks.LONG).getClass(),
                Blocks.of(second, Blocks.LONG).getClass());
        assertSame(Blocks.of(first, Blocks.LONG), Blocks.of(first, Blocks.LONG + 1));
        assertSame(Blocks.of(first, Blocks.LONG - 1), Blocks.of(second, 1));
    }

    private static long sum(SharedIntArray array) {
        long sum = 0;
        for (long i = 0; i < array.length(); i++) {
            sum += array.get(i);
        }
        return sum;
    }

    @Test
    void anOperatorThatThrowsLeavesLaterElementsAsTheyWere() throws IOException {
        try (Manager manager = manager(1 << 20)) {
            final SharedLongArray array = manager.longArray("array", 1000);
            array.set(500, 1);
            assertThrows(ArithmeticException.class, () -> Blocks.map(array, array, x -> 1 / (1 - x)));
            assertEquals(1, array.get(0));
            assertEquals(1, array.get(500));
            assertEquals(0, array.get(999));
        }
    }
}
