package dev.backplane.pickle;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One comparison of two values, which may be deep, cyclic or shared in all their parts.
///
/// A pair of containers is looked at once: meeting it again means that it is being compared further up, or was
/// found equal, or that a difference has been found that will be the answer.
@SuppressWarnings("ReferenceEquality") // Identity is meant: what is the same object needs no comparison.
final class Comparison {
    private static final int DEEPEST = 500;
    /// Levels of the stack that looking for a key is worth.
    private static final int DEPTH_OF_KEY = 4;
    private static final long MOST_STEPS = 1L << 26;
    /// From here on pairs are remembered; smaller comparisons end soon enough by themselves.
    private static final int FEW = 64;

    private final Work work;
    private int containers;
    private int depth;
    private @Nullable Set<Pair> met;

    /// Two containers, by identity.
    private record Pair(Object left, Object right) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pair that && left == that.left && right == that.right;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(left) + System.identityHashCode(right);
        }
    }

    private Comparison(Work work, int depth) {
        this.work = work;
        this.depth = depth;
    }

    /// @param work pays for each step
    Comparison(Work work) {
        this(work, 0);
    }

    /// A comparison by itself, with limits of its own.
    Comparison() {
        this(new Work("a comparison", MOST_STEPS));
    }

    /// Compares by itself, or keys as part of another comparison, which what is found different here does not end.
    ///
    /// @throws PythonException a `RecursionError` at the end of what is compared so deeply, or of the stack
    static boolean equalWithin(@Nullable Comparison outer, @Nullable Object left, @Nullable Object right) {
        final Comparison comparison =
                outer == null ? new Comparison() : new Comparison(outer.work, outer.depth + DEPTH_OF_KEY);
        try {
            return comparison.equal(left, right);
        } catch (StackOverflowError e) {
            throw tooDeep(e);
        }
    }

    Work work() {
        return work;
    }

    /// As Python compares elements of containers: what is the same object is equal.
    private boolean same(@Nullable Object left, @Nullable Object right) {
        return left == right || equal(left, right);
    }

    boolean equal(@Nullable Object left, @Nullable Object right) {
        work.charge();
        if (left == null || right == null) {
            return left == right;
        }
        if (left instanceof String text) {
            return text.equals(right);
        }
        final PythonKind mine = PythonKind.of(left);
        final PythonKind theirs = PythonKind.of(right);
        if (mine.isNumber() || theirs.isNumber()) {
            return mine.isNumber() && theirs.isNumber() && PythonNumbers.equal(left, right);
        }
        if (left == right) {
            return true;
        }
        if (mine.isBytes() && theirs.isBytes()) {
            return Arrays.equals(PythonKind.bytesOf(left), PythonKind.bytesOf(right));
        }
        if (mine != theirs && !(mine.isSet() && theirs.isSet())) {
            return false;
        }
        if (mine == PythonKind.FOREIGN) {
            return left.equals(right);
        }
        return isKnown(left, right) || containers(mine, left, right);
    }

    static PythonException tooDeep(@Nullable StackOverflowError cause) {
        return PythonException.tooDeep("in comparison", cause);
    }

    private boolean isKnown(Object left, Object right) {
        if (++containers < FEW) {
            return false;
        }
        if (met == null) {
            met = new HashSet<>();
        }
        return !met.add(new Pair(left, right));
    }

    /// What a reader has not completed is equal to itself only, so that it need not be completed in between.
    private static boolean isBegun(Object value) {
        return value instanceof PythonDict dict && dict.isBegun()
                || value instanceof PythonSet set && set.elements().isBegun();
    }

    private boolean containers(PythonKind kind, Object left, Object right) {
        if (isBegun(left) || isBegun(right)) {
            return false;
        }
        if (++depth > DEEPEST) {
            throw tooDeep(null);
        }
        final boolean equal = switch (kind) {
            case LIST, TUPLE -> sequences(PythonKind.listOf(left), PythonKind.listOf(right));
            case DICT -> maps((Map<?, ?>) left, PythonEquality.dict(right));
            case SET, FROZENSET -> sets((Set<?>) left, PythonEquality.set(right));
            case EXCEPTION -> exceptions((PythonException) left, (PythonException) right);
            case OBJECT -> objects((PythonObject) left, (PythonObject) right);
            default -> throw new AssertionError(kind);
        };
        depth--;
        return equal;
    }

    private boolean sequences(List<@Nullable Object> left, List<@Nullable Object> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean maps(Map<?, ?> left, PythonDict right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            work.charge();
            final Map.Entry<?, ?> theirs = right.find(entry.getKey(), this);
            if (theirs == null || !same(entry.getValue(), theirs.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean sets(Set<?> left, PythonSet right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Object element : left) {
            work.charge();
            if (right.elements().find(element, this) == null) {
                return false;
            }
        }
        return true;
    }

    private boolean exceptions(PythonException left, PythonException right) {
        return left.type().equals(right.type()) && same(left.args(), right.args()) && same(left.state(), right.state());
    }

    private boolean objects(PythonObject left, PythonObject right) {
        final List<PythonObject.Change> mine = left.changes();
        final List<PythonObject.Change> theirs = right.changes();
        if (left.kind() != right.kind()
                || !Objects.equals(left.global(), right.global())
                || mine.size() != theirs.size()
                || !same(left.callable(), right.callable())
                || !same(left.arguments(), right.arguments())
                || !same(left.keywords(), right.keywords())) {
            return false;
        }
        for (int i = 0; i < mine.size(); i++) {
            if (mine.get(i).step() != theirs.get(i).step()
                    || !sequences(mine.get(i).values(), theirs.get(i).values())) {
                return false;
            }
        }
        return true;
    }
}
