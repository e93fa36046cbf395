package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    /// Where the results are, seen from what is read.
    enum Results {
        BEHIND,
        BEFORE,
        SAME
    }

    @ParameterizedTest
    @EnumSource
    void aDistanceThatIsMappedOftenHasLoopsOfItsOwn(Results results) throws IOException {
        final int length = FusedLoops.WINDOW + FusedLoops.BLOCK + 3;
        try (Manager manager = manager(3L * length * Long.BYTES + (1 << 20))) {
            final SharedLongArray lower = manager.longArray("lower", length + 2L);
            final SharedLongArray upper = manager.longArray("upper", length + 2L);
            final SharedLongArray in = results == Results.BEFORE ? upper : lower;
            final SharedLongArray out = switch (results) {
                case BEHIND -> upper;
                case BEFORE -> lower;
                case SAME -> in;
            };
            final LongUnaryOperator operator = x -> 3 * x + 1;
            final SharedLongArray from = in.slice(1, length + 1L);
            final SharedLongArray to = out.slice(1, length + 1L);
            final int calls = (int) (OperatorLoops.MANY / length) + 1;
            assertTrue(Blocks.fused(operator, from, to, Long.BYTES).isEmpty());
            for (int call = 0; call < calls; call++) {
                for (long i = 0; i < length + 2; i++) {
                    out.set(i, -5);
                    in.set(i, i + call);
                }
                assertEquals(length, Blocks.map(from, to, operator));
                for (long i = 1; i <= length; i++) {
                    assertEquals(3 * (i + call) + 1, out.get(i));
                }
                assertEquals(results == Results.SAME ? call : -5, out.get(0));
                assertEquals(results == Results.SAME ? length + 1 + call : -5, out.get(length + 1L));
            }
            assertTrue(Blocks.fused(operator, from, to, Long.BYTES).isPresent());
            final SharedLongArray oneFurther = out.slice(2, length + 2L);
            assertTrue(Blocks.fused(operator, out.slice(1, length + 1L), oneFurther, Long.BYTES)
                    .isEmpty());
        }
    }

    @Test
    void eachTypeHasFusedLoops() throws IOException {
        final int length = FusedLoops.BLOCK + 3;
        try (Manager manager = manager(1 << 20)) {
            final SharedDoubleArray doubles = manager.doubleArray("doubles", length);
            final SharedDoubleArray doubleResults = manager.doubleArray("doubleResults", length);
            final SharedIntArray ints = manager.intArray("ints", length);
            final SharedIntArray intResults = manager.intArray("intResults", length);
            for (int i = 0; i < length; i++) {
                doubles.set(i, i);
                ints.set(i, i);
            }
            assertEquals(
                    length,
                    fused(doubles, doubleResults, Double.BYTES)
                            .mapDoubles(span(doubles, doubleResults), length, x -> x / 2));
            assertEquals(
                    length, fused(ints, intResults, Integer.BYTES).mapInts(span(ints, intResults), length, x -> -x));
            for (int i = 0; i < length; i++) {
                assertEquals(i, doubles.get(i));
                assertEquals(i / 2.0, doubleResults.get(i));
                assertEquals(i, ints.get(i));
                assertEquals(-i, intResults.get(i));
            }
        }
    }

    private static MemorySegment span(SharedArray one, SharedArray other) {
        return ManagerProvider.local().span(one, other).orElseThrow();
    }

    private static SpanLoops fused(SharedArray in, SharedArray out, int elementBytes) {
        final long bytes = out.asSegment().address() - in.asSegment().address();
        final OperatorLoops loops = new OperatorLoops();
        assertEquals(Optional.empty(), loops.fused((int) (bytes / elementBytes), OperatorLoops.MANY));
        return loops.fused((int) (bytes / elementBytes), 1).orElseThrow();
    }

    @Test
    void loopsAreMadeForADistanceOnceAndGoAfterOthers() {
        final OperatorLoops loops = new OperatorLoops();
        assertEquals(Optional.empty(), loops.fused(7, OperatorLoops.MANY - 1));
        assertEquals(Optional.empty(), loops.fused(7, 1));
        final SpanLoops made = loops.fused(7, 1).orElseThrow();
        for (int other = 1; other < OperatorLoops.DISTANCES; other++) {
            assertEquals(Optional.empty(), loops.fused(-other, 1));
            assertSame(made, loops.fused(7, 1).orElseThrow());
        }
        for (int other = 0; other < OperatorLoops.DISTANCES; other++) {
            assertEquals(Optional.empty(), loops.fused(100 + other, 1));
        }
        assertEquals(Optional.empty(), loops.fused(7, 1));
    }

    @Test
    void whatIsInTwoAttachmentsHasNoSpan() throws IOException {
        final ManagerProvider provider = ManagerProvider.local();
        final SharedLongArray one;
        final SharedLongArray two;
        try (Manager manager = manager(1 << 20);
                Manager other = manager(1 << 20)) {
            one = manager.longArray("one", 10);
            two = manager.longArray("two", 10);
            assertEquals(Optional.empty(), provider.span(one, other.longArray("two", 10)));
            final MemorySegment span = span(one.slice(1, 3), two.slice(2, 5));
            assertEquals(span.byteSize(), span(two.slice(2, 5), one.slice(1, 3)).byteSize());
            assertEquals(one.asSegment().address() + Long.BYTES, span.address());
            assertEquals(two.asSegment().address() + 5 * Long.BYTES, span.address() + span.byteSize());
            assertEquals(2 * Long.BYTES, span(one.slice(1, 3), one.slice(2, 3)).byteSize());
        }
        assertThrows(IllegalStateException.class, () -> provider.span(one, two));
    }

    @Test
    void fusedLoopsStopWhereTheOperatorThrows() throws IOException {
        final int length = 2 * FusedLoops.BLOCK;
        try (Manager manager = manager(1 << 20)) {
            final SharedLongArray in = manager.longArray("in", length);
            final SharedLongArray out = manager.longArray("out", length);
            in.set(1500, 1);
            final SpanLoops loops = fused(in, out, Long.BYTES);
            assertThrows(ArithmeticException.class, () -> loops.mapLongs(span(in, out), length, x -> 1 / (1 - x)));
            assertEquals(1, out.get(1499));
            assertEquals(0, out.get(1500));
            assertEquals(0, out.get(1501));
        }
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
