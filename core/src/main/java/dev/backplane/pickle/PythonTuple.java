package dev.backplane.pickle;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// A tuple: a list of fixed elements that may be null, equal to another tuple if Python says so.
///
/// Immutable, though what its elements refer to need not be. As in Python, a tuple is never equal to a list,
/// and
/// `(1, 2)` is equal to `(1.0, 2)`; so [#equals] is not that of other lists.
public final class PythonTuple extends AbstractList<@Nullable Object> implements RandomAccess {
    /// The tuple of nothing.
    public static final PythonTuple EMPTY = new PythonTuple(new Object[0]);

    private final @Nullable Object[] elements;

    PythonTuple(@Nullable Object[] elements) {
        this.elements = elements;
    }

    /// A tuple of these elements.
    ///
    /// @param elements what it holds
    /// @return the tuple
    public static PythonTuple of(@Nullable Object... elements) {
        return elements.length == 0 ? EMPTY : new PythonTuple(elements.clone());
    }

    /// A tuple of a list's elements.
    ///
    /// @param elements what it holds
    /// @return the tuple
    public static PythonTuple copyOf(List<? extends @Nullable Object> elements) {
        return elements instanceof PythonTuple tuple ? tuple : of(elements.toArray());
    }

    @Override
    public @Nullable Object get(int index) {
        return elements[index];
    }

    @Override
    public int size() {
        return elements.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PythonTuple && PythonEquality.equal(this, other);
    }

    @Override
    public int hashCode() {
        return PythonHash.structural(this);
    }

    @Override
    public String toString() {
        return PythonRepr.brief(this);
    }
}
