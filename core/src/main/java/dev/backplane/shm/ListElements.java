package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The elements of a list as objects: what one call does with a [ListTable] of bytes.
final class ListElements<E> {
    private final Region region;
    private final Segment segment;
    private final ListTable table;
    private final Codec<E> codec;

    ListElements(Region region, ListTable table, Codec<E> codec) {
        this.region = region;
        this.segment = region.segment();
        this.table = table;
        this.codec = Codecs.symmetric(codec);
        CodecName.check(region, ListLayout.CODEC_OFFSET, codec, "elements");
    }

    Codec<E> codec() {
        return codec;
    }

    ListTable table() {
        return table;
    }

    private EncodedBytes encode(E element) {
        final EncodedBytes bytes = new EncodedBytes(table.shape().elementBytes());
        encode(element, bytes);
        return bytes;
    }

    private void encode(E element, EncodedBytes bytes) {
        if (!bytes.encode(codec, Objects.requireNonNull(element, "element"))) {
            throw new IllegalArgumentException(
                    "an element takes " + bytes.length() + " bytes, the list " + region.name() + " in " + segment.path()
                            + " was created for " + table.shape().elementBytes() + " at most");
        }
    }

    /// Of the longest element's size there is only one at a time: most elements may be much shorter.
    private List<EncodedBytes> encodeAll(Collection<? extends E> elements) {
        final List<EncodedBytes> encoded = new ArrayList<>(elements.size());
        final EncodedBytes bytes = new EncodedBytes(table.shape().elementBytes());
        for (E element : elements) {
            encode(element, bytes);
            encoded.add(bytes.copy());
        }
        return encoded;
    }

    int size() {
        segment.ensureOpenPlain();
        return table.size();
    }

    E get(int index) {
        final @Nullable E element = find(index);
        if (element == null) {
            throw outOfBounds(index);
        }
        return element;
    }

    /// The element at an index, or nothing if that is not below the size.
    @Nullable
    E find(int index) {
        segment.ensureOpenPlain();
        final @Nullable EncodedBytes bytes = table.read(index);
        return bytes == null ? null : bytes.decode(codec);
    }

    private IndexOutOfBoundsException outOfBounds(int index) {
        return new IndexOutOfBoundsException(
                "index " + index + " of " + region.name() + " in " + segment.path() + ", which has " + table.size());
    }

    /// In the section.
    private void check(int index, int end) {
        if (index < 0 || index >= end) {
            throw outOfBounds(index);
        }
    }

    private E elementAt(int index) {
        return table.elementAt(index).decode(codec);
    }

    /// All elements, as they are at one moment.
    List<E> copy() {
        final List<EncodedBytes> encoded = new ArrayList<>();
        table.enter();
        try {
            for (int i = 0; i < table.size(); i++) {
                encoded.add(table.elementAt(i));
            }
        } finally {
            table.leave();
        }
        final List<E> copy = new ArrayList<>(encoded.size());
        encoded.forEach(bytes -> copy.add(bytes.decode(codec)));
        return copy;
    }

    E set(int index, E element) {
        final EncodedBytes bytes = encode(element);
        final EncodedBytes old;
        table.enter();
        try {
            check(index, table.size());
            old = table.elementAt(index);
            table.set(index, bytes);
        } finally {
            table.leave();
        }
        return old.decode(codec);
    }

    E update(int index, UnaryOperator<E> function) {
        table.enter();
        try {
            check(index, table.size());
            final E after = function.apply(elementAt(index));
            table.set(index, encode(after));
            return after;
        } finally {
            table.leave();
        }
    }

    void replaceAll(UnaryOperator<E> function) {
        final EncodedBytes bytes = new EncodedBytes(table.shape().elementBytes()); // One for all, as in encodeAll.
        table.enter();
        try {
            for (int i = 0; i < table.size(); i++) {
                encode(function.apply(elementAt(i)), bytes);
                table.set(i, bytes);
            }
        } finally {
            table.leave();
        }
    }

    /// Adds an element in front of an index, or at the end if it is -1.
    void add(int index, E element) {
        addEncoded(index, List.of(encode(element)));
    }

    /// Adds elements in front of an index, or at the end if it is -1.
    void addAll(int index, Collection<? extends E> elements) {
        addEncoded(index, encodeAll(elements));
    }

    private void addEncoded(int index, List<EncodedBytes> encoded) {
        table.enter();
        try {
            final int size = table.size();
            if (index != -1) {
                check(index, size + 1);
            }
            addInside(index == -1 ? size : index, encoded);
        } finally {
            table.leave();
        }
    }

    private void addInside(int index, List<EncodedBytes> encoded) {
        if (!table.hasRoom(encoded.size())) {
            throw new IllegalStateException(
                    "the list " + region.name() + " in " + segment.path() + " has " + table.size()
                            + " elements and no room for " + encoded.size() + " more: it was created for "
                            + table.shape().elements());
        }
        if (index == table.size()) {
            table.append(encoded);
        } else {
            table.insert(index, encoded);
        }
    }

    boolean addIfAbsent(E element) {
        final List<EncodedBytes> encoded = List.of(encode(element));
        table.enter();
        try {
            if (indexOf(element) >= 0) {
                return false;
            }
            addInside(table.size(), encoded);
            return true;
        } finally {
            table.leave();
        }
    }

    /// The first element that equals another, or -1.
    private int indexOf(@Nullable Object sought) {
        for (int i = 0; i < table.size(); i++) {
            if (elementAt(i).equals(sought)) {
                return i;
            }
        }
        return -1;
    }

    private int lastIndexOf(@Nullable Object sought) {
        int at = table.size() - 1;
        while (at >= 0 && !elementAt(at).equals(sought)) {
            at--;
        }
        return at;
    }

    /// Takes the element at an index away, or the last one if it is -1.
    ///
    /// @param orNothing whether an empty list is no mistake
    /// @return nothing if the list is empty
    @Nullable
    E remove(int index, boolean orNothing) {
        final EncodedBytes removed;
        table.enter();
        try {
            final int size = table.size();
            if (orNothing && size == 0) {
                return null;
            }
            final int at = index == -1 ? size - 1 : index;
            check(at, size);
            removed = table.elementAt(at);
            keep(size, i -> i != at);
        } finally {
            table.leave();
        }
        return removed.decode(codec);
    }

    /// Takes an element away, unless a check, called inside, refuses it.
    E remove(IntUnaryOperator position, Consumer<? super E> check) {
        table.enter();
        try {
            final int size = table.size();
            final int at = position.applyAsInt(size);
            check(at, size);
            final E element = elementAt(at);
            check.accept(element);
            keep(size, i -> i != at);
            return element;
        } finally {
            table.leave();
        }
    }

    boolean removeFirst(@Nullable Object sought) {
        return removeFound(() -> indexOf(sought));
    }

    boolean removeLast(@Nullable Object sought) {
        return removeFound(() -> lastIndexOf(sought));
    }

    /// Takes away what a search, called inside, finds; whether it found any.
    private boolean removeFound(IntSupplier search) {
        table.enter();
        try {
            final int at = search.getAsInt();
            if (at >= 0) {
                keep(table.size(), i -> i != at);
            }
            return at >= 0;
        } finally {
            table.leave();
        }
    }

    boolean removeIf(Predicate<? super E> filter) {
        Objects.requireNonNull(filter, "filter");
        table.enter();
        try {
            final int size = table.size();
            final boolean[] kept = new boolean[size];
            boolean any = false;
            for (int i = 0; i < size; i++) {
                kept[i] = !filter.test(elementAt(i));
                any |= !kept[i];
            }
            if (any) {
                keep(size, i -> kept[i]);
            }
            return any;
        } finally {
            table.leave();
        }
    }

    void clear() {
        table.enter();
        try {
            table.truncate(0);
        } finally {
            table.leave();
        }
    }

    /// Takes a range of elements away.
    void removeRange(int from, int to) {
        table.enter();
        try {
            Objects.checkFromToIndex(from, to, table.size());
            keep(table.size(), i -> i < from || i >= to);
        } finally {
            table.leave();
        }
    }

    /// Which elements stay.
    @FunctionalInterface
    private interface Kept {
        boolean test(int index);
    }

    /// Takes the elements away that are not to be kept, by one store.
    private void keep(int size, Kept kept) {
        final long[] links = table.links();
        final long[] removed = new long[size];
        int removedCount = 0;
        int keptCount = 0;
        boolean inOrder = true;
        for (int i = 0; i < size; i++) {
            if (kept.test(i)) {
                inOrder &= removedCount == 0;
                links[keptCount] = links[i];
                keptCount++;
            } else {
                removed[removedCount] = links[i];
                removedCount++;
            }
        }
        if (inOrder) {
            table.truncate(keptCount);
        } else {
            System.arraycopy(removed, 0, links, keptCount, removedCount);
            table.publish(links, keptCount);
        }
    }

    void sort(@Nullable Comparator<? super E> comparator) {
        table.enter();
        try {
            final int size = table.size();
            final long[] links = table.links();
            final List<Linked<E>> elements = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                elements.add(new Linked<>(links[i], elementAt(i)));
            }
            elements.sort(byElement(comparator));
            for (int i = 0; i < size; i++) {
                links[i] = elements.get(i).link();
            }
            table.publish(links, size);
        } finally {
            table.leave();
        }
    }

    /// An element and where it is.
    private record Linked<E>(long link, E element) {}

    @SuppressWarnings("unchecked") // As List.sort has it: without a comparator the elements must be comparable.
    private static <E> Comparator<Linked<E>> byElement(@Nullable Comparator<? super E> comparator) {
        final Comparator<? super E> order =
                comparator != null ? comparator : (one, other) -> ((Comparable<? super E>) one).compareTo(other);
        return (one, other) -> order.compare(one.element(), other.element());
    }
}
