package dev.backplane.codec;

import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// Lists one behind the other, as one of fixed size: of results that came in parts, which stay as they came until
/// somebody changes one.
///
/// In every form of bytes it is what a list of [Arrays#asList] is. Not safe for threads that change it.
///
/// @param <E> the type of the elements
public final class JoinedList<E extends @Nullable Object> extends AbstractList<E>
        implements RandomAccess, Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<List<E>> parts;
    private final transient int partSize;
    private final transient int size;
    private transient @Nullable List<E> changed;

    /// Joins some lists, which nobody changes afterwards.
    ///
    /// @param parts all of the same size but the last, which may be shorter; each with random access
    public JoinedList(List<List<E>> parts) {
        this.parts = parts;
        this.partSize = parts.isEmpty() ? 1 : Math.max(1, parts.getFirst().size());
        int sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            final int length = parts.get(i).size();
            if (length > partSize || length < partSize && i + 1 < parts.size()) {
                throw new IllegalArgumentException(
                        "part " + i + " of " + parts.size() + " has " + length + " elements, the first " + partSize);
            }
            sum = Math.addExact(sum, length);
        }
        this.size = sum;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public E get(int index) {
        Objects.checkIndex(index, size);
        final List<E> all = changed;
        return all != null ? all.get(index) : parts.get(index / partSize).get(index % partSize);
    }

    @Override
    @SuppressWarnings("unchecked") // They are the elements.
    public E set(int index, E element) {
        Objects.checkIndex(index, size);
        List<E> all = changed;
        if (all == null) {
            all = (List<E>) Arrays.asList(toArray());
            changed = all;
        }
        return all.set(index, element);
    }

    /// The serialized form: that of [Arrays#asList].
    ///
    /// @return the elements
    @Serial
    private Object writeReplace() {
        return Arrays.asList(toArray());
    }
}
