package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
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

    E get(ListEnd end, int index) {
        final @Nullable E element = find(end, index);
        if (element == null) {
            throw outOfBounds(index);
        }
        return element;
    }

    /// The element at an index from an end, or nothing if that is not below the size.
    @Nullable
    E find(ListEnd end, int index) {
        segment.ensureOpenPlain();
        final @Nullable EncodedBytes bytes = table.read(end, index);
        return bytes == null ? null : decode(bytes);
    }

    /// An element of its bytes, which a null cannot have left there.
    private E decode(EncodedBytes bytes) {
        final @Nullable E element = bytes.decode(codec);
        if (element == null) {
            throw new CodecException("an element of " + region.name() + " in " + segment.path() + " is null by its "
                    + bytes.length() + " bytes: the segment is damaged, remove the list");
        }
        return element;
    }

    private IndexOutOfBoundsException outOfBounds(int index) {
        return new IndexOutOfBoundsException(
                "index " + index + " of " + region.name() + " in " + segment.path() + ", which has " + table.size());
    }

    /// The place of an index, in the section.
    private int place(ListEnd end, int index, int places) {
        if (index < 0 || index >= places) {
            throw outOfBounds(index);
        }
        return end.place(index, places);
    }

    private E elementAt(int index) {
        return decode(table.elementAt(index));
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
        encoded.forEach(bytes -> copy.add(decode(bytes)));
        return copy;
    }

    E set(ListEnd end, int index, E element) {
        final EncodedBytes bytes = encode(element);
        final EncodedBytes old;
        table.enter();
        try {
            final int at = place(end, index, table.size());
            old = table.elementAt(at);
            table.set(at, bytes);
        } finally {
            table.leave();
        }
        return decode(old);
    }

    E update(int index, UnaryOperator<E> function) {
        table.enter();
        try {
            final int at = place(ListEnd.FIRST, index, table.size());
            final E after = function.apply(elementAt(at));
            table.set(at, encode(after));
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

    /// Adds an element between two others, or at an end.
    ///
    /// @param end from which is counted
    /// @param index how many elements are between that end and the new one
    void add(ListEnd end, int index, E element) {
        addEncoded(end, index, List.of(encode(element)));
    }

    /// Adds elements where [#add] would add one.
    void addAll(ListEnd end, int index, Collection<? extends E> elements) {
        addEncoded(end, index, encodeAll(elements));
    }

    private void addEncoded(ListEnd end, int index, List<EncodedBytes> encoded) {
        table.enter();
        try {
            addInside(place(end, index, table.size() + 1), encoded);
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

    /// Takes the element at an index from an end away.
    ///
    /// @param orNothing whether an empty list is no mistake
    /// @return nothing if the list is empty
    @Nullable
    E remove(ListEnd end, int index, boolean orNothing) {
        final EncodedBytes removed;
        table.enter();
        try {
            final int size = table.size();
            if (orNothing && size == 0) {
                return null;
            }
            final int at = place(end, index, size);
            removed = table.elementAt(at);
            removeAt(at, size);
        } finally {
            table.leave();
        }
        return decode(removed);
    }

    /// The last element is beyond a size that is one less: no link need be stored.
    private void removeAt(int at, int size) {
        if (at == size - 1) {
            table.truncate(at);
        } else {
            keep(size, i -> i != at);
        }
    }

    /// Takes an element away, unless a check, called inside, refuses it.
    E remove(IntUnaryOperator position, Consumer<? super E> check) {
        table.enter();
        try {
            final int size = table.size();
            final int at = place(ListEnd.FIRST, position.applyAsInt(size), size);
            final E element = elementAt(at);
            check.accept(element);
            removeAt(at, size);
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
                removeAt(at, table.size());
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
