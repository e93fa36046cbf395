package dev.backplane.pickle;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `set` or a `frozenset`: elements compared as Python compares them, in the order in which they came.
///
/// An element that Python could not hash is refused with a [PythonException], a `TypeError`. Not thread-safe.
public final class PythonSet extends AbstractSet<@Nullable Object> {
    private final boolean frozen;
    private final PythonDict elements;

    private PythonSet(boolean frozen, PythonDict elements) {
        this.frozen = frozen;
        this.elements = elements;
    }

    /// An empty `set`.
    public PythonSet() {
        this(false, new PythonDict());
    }

    /// A `set` of these elements.
    ///
    /// @param elements what it holds
    /// @return the set
    public static PythonSet of(@Nullable Object... elements) {
        return make(false, PythonTuple.of(elements));
    }

    /// A `frozenset` of these elements.
    ///
    /// @param elements what it holds
    /// @return the set, which does not change
    public static PythonSet frozen(@Nullable Object... elements) {
        return make(true, PythonTuple.of(elements));
    }

    /// A `set` of a collection's elements.
    ///
    /// @param elements what it holds
    /// @return the set
    public static PythonSet copyOf(Collection<? extends @Nullable Object> elements) {
        return make(false, elements);
    }

    private static PythonSet make(boolean frozen, Collection<? extends @Nullable Object> elements) {
        final PythonSet set = new PythonSet(frozen, new PythonDict());
        for (Object element : elements) {
            set.elements.put(element, null);
        }
        return set;
    }

    /// A set whose elements may not be complete yet, for a reader.
    static PythonSet begun(boolean frozen, List<? extends @Nullable Object> elements) {
        final PythonSet set = new PythonSet(frozen, new PythonDict());
        for (Object element : elements) {
            set.elements.begin(element, null);
        }
        return set;
    }

    /// The elements as the keys of a dict.
    PythonDict elements() {
        return elements;
    }

    /// Whether it is a `frozenset`.
    ///
    /// @return false for a `set`
    public boolean isFrozen() {
        return frozen;
    }

    private void checkNotFrozen() {
        if (frozen) {
            throw new UnsupportedOperationException("a frozenset does not change");
        }
    }

    @Override
    public boolean add(@Nullable Object element) {
        checkNotFrozen();
        final int before = elements.size();
        elements.put(element, null);
        return elements.size() > before;
    }

    @Override
    public boolean remove(@Nullable Object element) {
        checkNotFrozen();
        final int before = elements.size();
        elements.remove(element);
        return elements.size() < before;
    }

    @Override
    public void clear() {
        checkNotFrozen();
        elements.clear();
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return elements.containsKey(element);
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        final Iterator<@Nullable Object> keys = elements.keySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return keys.hasNext();
            }

            @Override
            public @Nullable Object next() {
                return keys.next();
            }

            @Override
            public void remove() {
                checkNotFrozen();
                keys.remove();
            }
        };
    }

    @Override
    public int size() {
        return elements.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PythonSet && PythonEquality.equal(this, other);
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
