package dev.backplane.pool;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// Which loops map and reduce a slice.
///
/// Long slices have loops of their operator's class's own. The compiler makes one piece of a loop and its operator, in
/// vector instructions, if that loop has met only one operator so far; once it has met three it calls them, element by
/// element, and each map of a worker's is slower for ever. Copies have met but one. They are not worth their own
/// compilation where slices are short.
///
/// What is mapped within one segment again and again, at the same distance, goes by [FusedLoops] then, all else by
/// [BlockLoops].
final class Blocks {
    /// The least elements of a slice that copies are made for.
    static final long LONG = 1 << 20;

    private static final Loops SHARED = new BlockLoops();

    private static final ClassValue<OperatorLoops> COPIES = new ClassValue<>() {
        @Override
        protected OperatorLoops computeValue(Class<?> operator) {
            return new OperatorLoops();
        }
    };

    private Blocks() {}

    /// The loops for slices of that length, wherever they are.
    static Loops of(Object operator, long length) {
        return length < LONG ? SHARED : COPIES.get(operator.getClass()).blocks();
    }

    /// Loops that map a slice within its segment.
    ///
    /// @param span the memory that holds the slice and its results
    /// @param loops of the distance between them
    record Fused(MemorySegment span, SpanLoops loops) {}

    /// The loops for a slice and its results, if they are of a distance that has some.
    static Optional<Fused> fused(Object operator, SharedArray in, SharedArray out, int elementBytes) {
        if (in.length() < LONG) {
            return Optional.empty();
        }
        final long bytes = out.asSegment().address() - in.asSegment().address();
        final long distance = bytes / elementBytes;
        final boolean apart = bytes == 0 || Math.abs(bytes) >= in.byteLength();
        if (!apart || bytes % elementBytes != 0 || !FusedLoops.canSpan(distance, elementBytes)) {
            return Optional.empty();
        }
        return ManagerProvider.local()
                .span(in, out)
                .flatMap(span -> COPIES.get(operator.getClass())
                        .fused((int) distance, in.length())
                        .map(loops -> new Fused(span, loops)));
    }

    static long map(SharedDoubleArray in, SharedDoubleArray out, DoubleUnaryOperator operator) {
        final Optional<Fused> fused = fused(operator, in, out, Double.BYTES);
        return fused.isPresent()
                ? fused.get().loops().mapDoubles(fused.get().span(), in.length(), operator)
                : of(operator, in.length()).map(in, out, operator);
    }

    static long map(SharedLongArray in, SharedLongArray out, LongUnaryOperator operator) {
        final Optional<Fused> fused = fused(operator, in, out, Long.BYTES);
        return fused.isPresent()
                ? fused.get().loops().mapLongs(fused.get().span(), in.length(), operator)
                : of(operator, in.length()).map(in, out, operator);
    }

    static long map(SharedIntArray in, SharedIntArray out, IntUnaryOperator operator) {
        final Optional<Fused> fused = fused(operator, in, out, Integer.BYTES);
        return fused.isPresent()
                ? fused.get().loops().mapInts(fused.get().span(), in.length(), operator)
                : of(operator, in.length()).map(in, out, operator);
    }

    static double reduce(SharedDoubleArray array, double identity, DoubleBinaryOperator operator) {
        return of(operator, array.length()).reduce(array, identity, operator);
    }

    static long reduce(SharedLongArray array, long identity, LongBinaryOperator operator) {
        return of(operator, array.length()).reduce(array, identity, operator);
    }

    static int reduce(SharedIntArray array, int identity, IntBinaryOperator operator) {
        return of(operator, array.length()).reduce(array, identity, operator);
    }
}
