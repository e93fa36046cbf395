package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.pool.PoolSlices.Range;
import dev.backplane.store.testing.Seed;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Runs and their merges in memory of this process, compared with what the JDK makes of the same elements.
final class SortedRunsTest {
    private static final int PROGRAMS = 2000;
    private static final int LONGEST = 200;
    private static final double[] SPECIAL = {
        Double.NaN,
        Double.longBitsToDouble(0xFFF8_0000_0000_0001L),
        Double.longBitsToDouble(0x7FF8_0000_0000_0002L),
        0.0,
        -0.0,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        -Double.MAX_VALUE
    };

    /// What the workers of a sort do, one after the other.
    private static void sort(
            SortKind kind, MemorySegment array, MemorySegment runs, MemorySegment result, Random random) {
        final long length = array.byteSize() / kind.elementBytes();
        final List<Range> ranges = PoolSlices.ranges(length, 1 + random.nextInt(20));
        final long[] bounds = LongStream.concat(
                        LongStream.of(0), ranges.stream().mapToLong(Range::to))
                .toArray();
        for (Range range : ranges) {
            kind.sort(kind.slice(array, range.from(), range.to()), kind.slice(runs, range.from(), range.to()));
        }
        final SortedRuns sorted = new SortedRuns(kind, runs, bounds);
        for (Range range : PoolSlices.ranges(length, 1 + random.nextInt(20))) {
            sorted.merge(range.from(), range.to(), result);
        }
    }

    @Test
    void longsAreInTheOrderOfTheirValues() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int program = 0; program < PROGRAMS; program++) {
            final long few = 1L + random.nextInt(5);
            final long[] array = random.longs(1 + random.nextInt(LONGEST))
                    .map(x ->
                            (x & 1) == 0 ? x : (x & 2) == 0 ? x % few : (x & 4) == 0 ? Long.MAX_VALUE : Long.MIN_VALUE)
                    .toArray();
            final long[] runs = new long[array.length];
            final long[] result = new long[array.length];
            sort(
                    SortKind.LONGS,
                    MemorySegment.ofArray(array),
                    MemorySegment.ofArray(runs),
                    MemorySegment.ofArray(result),
                    random);
            Arrays.sort(array);
            assertArrayEquals(array, result, seed::toString);
        }
    }

    @Test
    void intsAreInTheOrderOfTheirValues() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int program = 0; program < PROGRAMS; program++) {
            final int[] array = random.ints(1 + random.nextInt(LONGEST), -5, 5)
                    .map(x -> x == 4 ? Integer.MAX_VALUE : x == -5 ? Integer.MIN_VALUE : x)
                    .toArray();
            final int[] runs = new int[array.length];
            final int[] result = new int[array.length];
            sort(
                    SortKind.INTS,
                    MemorySegment.ofArray(array),
                    MemorySegment.ofArray(runs),
                    MemorySegment.ofArray(result),
                    random);
            Arrays.sort(array);
            assertArrayEquals(array, result, seed::toString);
        }
    }

    @Test
    void doublesAreInTheOrderOfArraysSortAndKeepTheirBits() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int program = 0; program < PROGRAMS; program++) {
            final double[] array = random.doubles(1 + random.nextInt(LONGEST), -2, 2)
                    .map(x -> x < 0.5 ? x : SPECIAL[random.nextInt(SPECIAL.length)])
                    .toArray();
            final double[] runs = new double[array.length];
            final double[] result = new double[array.length];
            sort(
                    SortKind.DOUBLES,
                    MemorySegment.ofArray(array),
                    MemorySegment.ofArray(runs),
                    MemorySegment.ofArray(result),
                    random);
            assertArrayEquals(bits(array), bits(result), seed::toString);
            Arrays.sort(array);
            for (int i = 0; i < array.length; i++) {
                assertEquals(0, Double.compare(array[i], result[i]), seed::toString);
            }
        }
    }

    /// The bits of each element, NaN's included, whatever their order.
    private static long[] bits(double[] elements) {
        return DoubleStream.of(elements)
                .mapToLong(Double::doubleToRawLongBits)
                .sorted()
                .toArray();
    }
}
