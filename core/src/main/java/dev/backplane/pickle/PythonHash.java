package dev.backplane.pickle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Hashes of values, such that equal values have equal ones: Python's own for numbers, tuples and sets of
/// numbers.
///
/// Looks at a bounded number of parts: a value may be cyclic, or share its parts so that it unfolds to more
/// than anybody can visit.
final class PythonHash {
    private static final int MOST_PARTS = 256;
    private static final int DEEPEST = 64;

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final int TUPLE_ROTATION = 31;
    private static final long TUPLE_LENGTH = 3527539;
    private static final long TUPLE_INSTEAD_OF_MINUS_ONE = 1546275796;
    private static final long HASH_OF_NONE = 0xFCA86420L;

    private final @Nullable Work work;
    private final boolean strict;
    private int parts;
    private boolean opaque;
    private int most = MOST_PARTS;

    /// @param work pays for each part, or null
    /// @param strict whether what Python cannot hash is refused
    PythonHash(@Nullable Work work, boolean strict) {
        this.work = work;
        this.strict = strict;
    }

    /// For Java's `hashCode`, which must not fail.
    static int structural(Object value) {
        return Long.hashCode(new PythonHash(null, false).of(value));
    }

    /// The hash of a value.
    ///
    /// @throws PythonException a `TypeError` if it is unhashable and that is asked, a `RecursionError` at the
    ///     end of the stack: never a hash of less, since equal values have equal ones
    long of(@Nullable Object value) {
        try {
            return of(value, strict, 0);
        } catch (StackOverflowError e) {
            throw PythonException.tooDeep("while hashing", e);
        }
    }

    /// Whether an object that Java does not know is among the parts, or may be, since not all were looked at.
    boolean isOpaque() {
        return opaque;
    }

    private long of(@Nullable Object value, boolean checked, int depth) {
        if (work != null) {
            work.charge();
        }
        if (parts++ >= most || depth > DEEPEST) {
            opaque = true;
            return 0;
        }
        return switch (PythonKind.of(value)) {
            case NONE -> HASH_OF_NONE;
            case BOOL, INT, FLOAT -> PythonNumbers.hash(present(value));
            case STR -> mix(present(value).hashCode());
            case TUPLE -> ofSequence(PythonKind.listOf(present(value)), checked, depth);
            case FROZENSET -> ofSet((PythonSet) present(value), checked, depth);
            case BYTES -> ofBytes(PythonKind.bytesOf(present(value)));
            case OBJECT -> ofObject((PythonObject) present(value), depth);
            case EXCEPTION -> {
                final PythonException exception = (PythonException) present(value);
                opaque = true;
                yield mix(exception.type().hashCode()) + 31 * of(exception.args(), false, depth + 1);
            }
            case FOREIGN -> {
                opaque = true;
                yield present(value).hashCode();
            }
            case LIST, DICT, SET, BYTEARRAY -> ofUnhashable(present(value), checked, depth);
        };
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new AssertionError("None has been dealt with");
        }
        return value;
    }

    static long mix(long bits) {
        final long mixed = (bits ^ bits >>> 32) * PRIME_2;
        return mixed ^ mixed >>> 29;
    }

    private long ofUnhashable(Object value, boolean checked, int depth) {
        if (checked) {
            throw PythonEquality.typeError("unhashable type: '" + PythonKind.typeName(value) + "'");
        }
        return switch (value) {
            case PythonByteArray array -> ofBytes(array.bytes());
            case List<?> list -> ofSequence(PythonKind.listOf(list), false, depth) + 1;
            case PythonSet set -> ofSet(set, false, depth);
            case PythonDict dict -> dict.roughSize() + PRIME_5;
            case Map<?, ?> map -> map.size() + PRIME_5;
            default -> PRIME_1;
        };
    }

    private long ofSequence(List<@Nullable Object> elements, boolean checked, int depth) {
        long hash = PRIME_5;
        final int count = Math.min(elements.size(), MOST_PARTS);
        opaque |= count < elements.size();
        for (int i = 0; i < count; i++) {
            hash += of(elements.get(i), checked, depth + 1) * PRIME_2;
            hash = Long.rotateLeft(hash, TUPLE_ROTATION) * PRIME_1;
        }
        hash += elements.size() ^ PRIME_5 ^ TUPLE_LENGTH;
        return hash == -1 ? TUPLE_INSTEAD_OF_MINUS_ONE : hash;
    }

    /// Python's, which does not depend on the order. So each element has the same share of the parts that
    /// are left.
    private long ofSet(PythonSet set, boolean checked, int depth) {
        final int before = most;
        final int size = set.elements().roughSize();
        final int share = size == 0 || set.elements().isBegun() ? 0 : (most - parts) / size;
        long hash = 0;
        opaque |= share == 0 && size > 0; // Then not all parts were looked at.
        if (share > 0) {
            for (Object element : set) {
                most = parts + share;
                final long of = of(element, checked, depth + 1);
                hash ^= (of ^ 89869747L ^ of << 16) * 3644798167L;
                parts = Math.min(parts, most);
            }
        }
        most = before;
        hash ^= (size + 1L) * 1927868237L;
        hash ^= hash >>> 11 ^ hash >>> 25;
        hash = hash * 69069L + 907133923L;
        return hash == -1 ? 590923713L : hash;
    }

    private static long ofBytes(byte[] bytes) {
        long hash = bytes.length;
        for (byte next : bytes) {
            hash = (hash ^ next) * PRIME_1;
        }
        return hash ^ hash >>> 32;
    }

    private long ofObject(PythonObject object, int depth) {
        if (object.isGlobal()) {
            return mix(object.global().hashCode());
        }
        opaque = true;
        long hash = of(object.callable(), false, depth + 1) + 31 * of(object.arguments(), false, depth + 1);
        for (PythonObject.Change change : object.changes()) {
            hash = 31 * hash + mix(change.step().name().hashCode()) + ofSequence(change.values(), false, depth + 1);
        }
        return hash;
    }
}
