package dev.backplane.shm;

import dev.backplane.SharedList;
import dev.backplane.codec.Codec;
import dev.backplane.store.Region;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// [SharedList]: its contract in terms of [ListElements].
///
/// @param <E> the type of the elements
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentList<E> extends SegmentObject implements SharedList<E> {
    private final ListElements<E> elements;

    SegmentList(SegmentManager manager, Region region, ListElements<E> elements) {
        super(manager, region);
        this.elements = elements;
    }

    @Override
    public int maxElements() {
        return elements.table().shape().elements();
    }

    @Override
    public Codec<E> codec() {
        return elements.codec();
    }

    @Override
    public int maxElementBytes() {
        return elements.table().shape().elementBytes();
    }

    @Override
    public int size() {
        return elements.size();
    }

    @Override
    public boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public E get(int index) {
        return elements.get(ListEnd.FIRST, index);
    }

    @Override
    public E set(int index, E element) {
        return elements.set(ListEnd.FIRST, index, element);
    }

    @Override
    public E update(int index, UnaryOperator<E> function) {
        return elements.update(index, Objects.requireNonNull(function, "function"));
    }

    @Override
    public boolean add(E element) {
        elements.add(ListEnd.LAST, 0, element);
        return true;
    }

    @Override
    public void add(int index, E element) {
        elements.add(ListEnd.FIRST, index, element);
    }

    @Override
    public boolean addAll(Collection<? extends E> others) {
        elements.addAll(ListEnd.LAST, 0, others);
        return !others.isEmpty();
    }

    @Override
    public boolean addAll(int index, Collection<? extends E> others) {
        elements.addAll(ListEnd.FIRST, index, others);
        return !others.isEmpty();
    }

    @Override
    public boolean addIfAbsent(E element) {
        return elements.addIfAbsent(element);
    }

    @Override
    public E remove(int index) {
        return present(elements.remove(ListEnd.FIRST, index, false));
    }

    @Override
    public E removeFirst() {
        return present(elements.remove(ListEnd.FIRST, 0, true));
    }

    @Override
    public E removeLast() {
        return present(elements.remove(ListEnd.LAST, 0, true));
    }

    /// As [dev.backplane.ManagerProvider#remove(SharedList, IntUnaryOperator, Consumer)].
    E remove(IntUnaryOperator position, Consumer<? super E> check) {
        return elements.remove(position, check);
    }

    private E present(@Nullable E element) {
        if (element == null) {
            throw empty();
        }
        return element;
    }

    private NoSuchElementException empty() {
        return new NoSuchElementException(
                "the list " + name() + " in " + region().segment().path() + " is empty");
    }

    @Override
    public E getFirst() {
        return present(elements.find(ListEnd.FIRST, 0));
    }

    @Override
    public E getLast() {
        return present(elements.find(ListEnd.LAST, 0));
    }

    @Override
    public boolean remove(@Nullable Object element) {
        return elements.removeFirst(element);
    }

    @Override
    public boolean removeIf(Predicate<? super E> filter) {
        return elements.removeIf(filter);
    }

    @Override
    public boolean removeAll(Collection<?> others) {
        final Set<?> gone = snapshot(others);
        return removeIf(gone::contains);
    }

    @Override
    public boolean retainAll(Collection<?> others) {
        final Set<?> kept = snapshot(others);
        return removeIf(element -> !kept.contains(element));
    }

    /// Another collection's elements, copied before this list is locked: it may be this list, or take locks
    /// of its own.
    private static Set<?> snapshot(Collection<?> others) {
        return new HashSet<>(Arrays.asList(others.toArray()));
    }

    @Override
    public void replaceAll(UnaryOperator<E> function) {
        elements.replaceAll(Objects.requireNonNull(function, "function"));
    }

    @Override
    public void sort(@Nullable Comparator<? super E> comparator) {
        elements.sort(comparator);
    }

    @Override
    public void clear() {
        elements.clear();
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return indexOf(element) >= 0;
    }

    @Override
    public boolean containsAll(Collection<?> others) {
        return elements.copy().containsAll(others);
    }

    @Override
    public int indexOf(@Nullable Object element) {
        return elements.copy().indexOf(element);
    }

    @Override
    public int lastIndexOf(@Nullable Object element) {
        return elements.copy().lastIndexOf(element);
    }

    @Override
    public Iterator<E> iterator() {
        return listIterator();
    }

    @Override
    public ListIterator<E> listIterator() {
        return listIterator(0);
    }

    @Override
    public ListIterator<E> listIterator(int index) {
        return Collections.unmodifiableList(elements.copy()).listIterator(index);
    }

    @Override
    public Spliterator<E> spliterator() {
        return elements.copy().spliterator();
    }

    @Override
    public Object[] toArray() {
        return elements.copy().toArray();
    }

    @Override
    public <T> T[] toArray(T[] target) {
        return elements.copy().toArray(target);
    }

    @Override
    public List<E> subList(int from, int to) {
        return new View<>(this).subList(from, to);
    }

    @Override
    public List<E> reversed() {
        return new ReversedList<>(this, elements);
    }

    /// The list as it is seen by index, which the JDK's parts of lists are made of.
    private static final class View<E> extends AbstractList<E> implements RandomAccess {
        private final SegmentList<E> list;

        View(SegmentList<E> list) {
            this.list = list;
        }

        @Override
        public E get(int index) {
            return list.get(index);
        }

        @Override
        public int size() {
            return list.size();
        }

        @Override
        public E set(int index, E element) {
            return list.set(index, element);
        }

        @Override
        public void add(int index, E element) {
            list.add(index, element);
        }

        @Override
        public boolean addAll(Collection<? extends E> others) {
            return list.addAll(others);
        }

        @Override
        public boolean addAll(int index, Collection<? extends E> others) {
            return list.addAll(index, others);
        }

        @Override
        public E remove(int index) {
            return list.remove(index);
        }

        @Override
        protected void removeRange(int from, int to) {
            list.elements.removeRange(from, to);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || other instanceof List<?> list && elements.copy().equals(list);
    }

    @Override
    public int hashCode() {
        return elements.copy().hashCode();
    }

    /// The list and where it is, not its elements.
    @Override
    public String toString() {
        return super.toString() + ", " + size() + " of " + maxElements() + " elements";
    }
}
