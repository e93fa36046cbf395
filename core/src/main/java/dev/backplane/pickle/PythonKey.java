package dev.backplane.pickle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value as the key of a hash map, equal to another if Python's values are.
///
/// Most keys need no object of this class: a string is its own key, and a number's is the `Long`,
/// `BigInteger` or
/// `Double` that all equal numbers have in common. Ordered by hash, so that keys whose hashes were made to
/// collide in a map's table are found in a tree.
@SuppressWarnings("ReferenceEquality") // Identity is meant: what is the same object needs no comparison.
final class PythonKey implements Comparable<PythonKey> {
    private static final double TWO_63 = 0x1p63;

    private final Object value;
    private final long hash;
    private final @Nullable Comparison within;
    private final boolean opaque;
    private final boolean identity;

    private PythonKey(Object value, long hash, @Nullable Comparison within, boolean opaque, boolean identity) {
        this.value = value;
        this.hash = hash;
        this.within = within;
        this.opaque = opaque;
        this.identity = identity;
    }

    /// A key that no other value's is equal to.
    private static PythonKey ofIdentity(Object value) {
        return new PythonKey(value, PythonHash.mix(System.identityHashCode(value)), null, false, true);
    }

    /// Whether the value is, or contains, something of which only Python knows what it is equal to.
    boolean isOpaque() {
        return opaque;
    }

    /// The key of the value itself, rather than of all that consist of the same.
    PythonKey byIdentity() {
        return ofIdentity(value);
    }

    /// Whether a value's key never changes and is found without looking into other values.
    static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof byte[];
    }

    /// The key of a value.
    ///
    /// @param within the comparison that this is part of, which pays for the hash and for comparing, or null
    /// @throws PythonException a `TypeError` if the value is unhashable
    static @Nullable Object of(@Nullable Object value, @Nullable Comparison within) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Long number -> number;
            case Boolean flag -> flag ? 1L : 0L;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case BigInteger number -> PythonNumbers.shorten(number);
            case Double number -> ofDouble(number, number);
            case Float number -> ofDouble(number.doubleValue(), number);
            default -> {
                final PythonHash hash = new PythonHash(within == null ? null : within.work(), true);
                yield new PythonKey(value, hash.of(value), within, hash.isOpaque(), false);
            }
        };
    }

    private static Object ofDouble(double number, Object boxed) {
        if (number != Math.rint(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? ofIdentity(boxed) : number;
        }
        if (number >= -TWO_63 && number < TWO_63) {
            return (long) number;
        }
        return new BigDecimal(number).toBigIntegerExact();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PythonKey that && hash == that.hash && (value == that.value || isEqual(that));
    }

    /// Objects that differ may have one hash, of their identities too.
    private boolean isEqual(PythonKey that) {
        return !identity && !that.identity && Comparison.equalWithin(within, value, that.value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public int compareTo(PythonKey that) {
        final int byHash = Long.compare(hash, that.hash);
        return byHash == 0 && value instanceof byte[] mine && that.value instanceof byte[] theirs
                ? Arrays.compare(mine, theirs)
                : byHash;
    }
}
