package dev.backplane.pickle;

import java.math.BigDecimal;
import java.math.BigInteger;

/// Python's numbers, which are equal and ordered by value whatever their types are, without any rounding.
final class PythonNumbers {
    /// Python hashes numbers modulo this prime.
    private static final long MODULUS = (1L << 61) - 1;

    private static final int MODULUS_BITS = 61;
    private static final BigInteger BIG_MODULUS = BigInteger.valueOf(MODULUS);
    private static final int CHUNK_BITS = 28;
    private static final long HASH_OF_INFINITY = 314159;

    private PythonNumbers() {}

    /// A `Long` if the integer fits into one.
    static Object shorten(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /// A `Long`, a `BigInteger` or a `Double` with a number's value.
    static Object canonical(Object number) {
        return switch (number) {
            case Boolean flag -> flag ? 1L : 0L;
            case Float value -> value.doubleValue();
            case BigInteger value -> shorten(value);
            case Integer value -> value.longValue();
            case Short value -> value.longValue();
            case Byte value -> value.longValue();
            default -> number;
        };
    }

    /// Whether two numbers are equal; a NaN is equal to nothing.
    static boolean equal(Object left, Object right) {
        final Object a = canonical(left);
        final Object b = canonical(right);
        if (a instanceof Double x && b instanceof Double y) {
            return x.doubleValue() == y.doubleValue();
        }
        return !isNan(a) && !isNan(b) && compareCanonical(a, b) == 0;
    }

    private static boolean isNan(Object number) {
        return number instanceof Double value && Double.isNaN(value);
    }

    /// Compares by value; a NaN comes after all numbers.
    static int compare(Object left, Object right) {
        return compareCanonical(canonical(left), canonical(right));
    }

    private static int compareCanonical(Object a, Object b) {
        if (isNan(a) || isNan(b)) {
            return Boolean.compare(isNan(a), isNan(b));
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && b instanceof Double y) {
            return x.doubleValue() == y.doubleValue() ? 0 : Double.compare(x, y);
        }
        if (a instanceof Double x) {
            return compareMixed(x, b);
        }
        return b instanceof Double y ? -compareMixed(y, a) : big(a).compareTo(big(b));
    }

    private static int compareMixed(double number, Object integer) {
        return Double.isInfinite(number)
                ? number > 0 ? 1 : -1
                : new BigDecimal(number).compareTo(new BigDecimal(big(integer)));
    }

    private static BigInteger big(Object integer) {
        return integer instanceof BigInteger big ? big : BigInteger.valueOf((Long) integer);
    }

    /// Python's hash of a number.
    static long hash(Object number) {
        final Object value = canonical(number);
        final long hash = switch (value) {
            case Long integer -> integer % MODULUS;
            case BigInteger integer -> integer.remainder(BIG_MODULUS).longValue();
            default -> hash((double) (Double) value);
        };
        return hash == -1 ? -2 : hash;
    }

    private static long hash(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? 0 : number > 0 ? HASH_OF_INFINITY : -HASH_OF_INFINITY;
        }
        if (number == 0) {
            return 0;
        }
        // That the fraction of a subnormal is below one half changes nothing: it is as exact.
        int exponent = Math.getExponent(number) + 1;
        double fraction = Math.scalb(Math.abs(number), -exponent);
        long hash = 0;
        while (fraction != 0) {
            hash = rotate(hash, CHUNK_BITS);
            fraction *= 1 << CHUNK_BITS;
            exponent -= CHUNK_BITS;
            final long chunk = (long) fraction;
            fraction -= chunk;
            hash += chunk;
            if (hash >= MODULUS) {
                hash -= MODULUS;
            }
        }
        hash = rotate(hash, Math.floorMod(exponent, MODULUS_BITS));
        return number < 0 ? -hash : hash;
    }

    private static long rotate(long hash, int bits) {
        return hash << bits & MODULUS | hash >>> MODULUS_BITS - bits;
    }
}
