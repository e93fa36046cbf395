package dev.backplane.pool;

import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// [BlockLoops] for an operator: a copy of that class for each class of operators whose slices are long.
///
/// The compiler makes one piece of a loop and its operator, in vector instructions, if that loop has met only one
/// operator so far; once it has met three it calls them, element by element, and each map of a worker's is slower
/// for ever. A copy has met but one. It is not worth its own compilation where slices are short.
final class Blocks {
    /// The least elements of a slice that a copy is made for.
    static final long LONG = 1 << 20;

    private static final Loops SHARED = new BlockLoops();

    private static final ClassValue<Loops> COPIES = new ClassValue<>() {
        @Override
        protected Loops computeValue(Class<?> operator) {
            return copy();
        }
    };

    private Blocks() {}

    /// The loops for slices of that length.
    static Loops of(Object operator, long length) {
        return length < LONG ? SHARED : COPIES.get(operator.getClass());
    }

    /// A hidden class: it goes when its operator's class does.
    private static Loops copy() {
        final String file = BlockLoops.class.getSimpleName() + ".class";
        try (InputStream bytes = BlockLoops.class.getResourceAsStream(file)) {
            if (bytes == null) {
                return SHARED; // Slower, no more.
            }
            return (Loops) MethodHandles.lookup()
                    .defineHiddenClass(bytes.readAllBytes(), true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (IOException | ReflectiveOperationException _) {
            return SHARED;
        }
    }

    static long map(SharedDoubleArray in, SharedDoubleArray out, DoubleUnaryOperator operator) {
        return of(operator, in.length()).map(in, out, operator);
    }

    static long map(SharedLongArray in, SharedLongArray out, LongUnaryOperator operator) {
        return of(operator, in.length()).map(in, out, operator);
    }

    static long map(SharedIntArray in, SharedIntArray out, IntUnaryOperator operator) {
        return of(operator, in.length()).map(in, out, operator);
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
