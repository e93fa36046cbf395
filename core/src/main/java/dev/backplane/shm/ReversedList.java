package dev.backplane.shm;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Spliterator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A [SegmentList] from its end to its beginning. What goes through it goes through a copy, as in the list itself.
final class ReversedList<E> extends AbstractList<E> implements RandomAccess {
    private final SegmentList<E> list;
    private final ListElements<E> elements;

    ReversedList(SegmentList<E> list, ListElements<E> elements) {
        this.list = list;
        this.elements = elements;
    }

    private List<E> copy() {
        final List<E> copy = elements.copy();
        Collections.reverse(copy);
        return copy;
    }

    private static <T> List<T> backwards(Collection<? extends T> others) {
        final List<T> copy = new ArrayList<>(others);
        Collections.reverse(copy);
        return copy;
    }

    @Override
    public int size() {
        return list.size();
    }

    @Override
    public E get(int index) {
        return elements.get(ListEnd.LAST, index);
    }

    @Override
    public E set(int index, E element) {
        return elements.set(ListEnd.LAST, index, element);
    }

    @Override
    public boolean add(E element) {
        list.add(0, element);
        return true;
    }

    @Override
    public void add(int index, E element) {
        elements.add(ListEnd.LAST, index, element);
    }

    @Override
    public boolean addAll(Collection<? extends E> others) {
        return list.addAll(0, backwards(others));
    }

    @Override
    public boolean addAll(int index, Collection<? extends E> others) {
        elements.addAll(ListEnd.LAST, index, backwards(others));
        return !others.isEmpty();
    }

    @Override
    public E remove(int index) {
        return Objects.requireNonNull(elements.remove(ListEnd.LAST, index, false));
    }

    @Override
    public E removeFirst() {
        return list.removeLast();
    }

    @Override
    public E removeLast() {
        return list.removeFirst();
    }

    @Override
    public E getFirst() {
        return list.getLast();
    }

    @Override
    public E getLast() {
        return list.getFirst();
    }

    @Override
    public boolean remove(@Nullable Object element) {
        return elements.removeLast(element);
    }

    @Override
    public boolean removeIf(Predicate<? super E> filter) {
        return list.removeIf(filter);
    }

    @Override
    public boolean removeAll(Collection<?> others) {
        return list.removeAll(others);
    }

    @Override
    public boolean retainAll(Collection<?> others) {
        return list.retainAll(others);
    }

    @Override
    public void replaceAll(UnaryOperator<E> function) {
        list.replaceAll(function);
    }

    @Override
    public void sort(@Nullable Comparator<? super E> comparator) {
        list.sort(Collections.reverseOrder(comparator));
    }

    @Override
    public void clear() {
        list.clear();
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return list.contains(element);
    }

    @Override
    public boolean containsAll(Collection<?> others) {
        return list.containsAll(others);
    }

    @Override
    public int indexOf(@Nullable Object element) {
        return copy().indexOf(element);
    }

    @Override
    public int lastIndexOf(@Nullable Object element) {
        return copy().lastIndexOf(element);
    }

    @Override
    public Iterator<E> iterator() {
        return listIterator();
    }

    @Override
    public ListIterator<E> listIterator(int index) {
        return Collections.unmodifiableList(copy()).listIterator(index);
    }

    @Override
    public Spliterator<E> spliterator() {
        return copy().spliterator();
    }

    @Override
    public Object[] toArray() {
        return copy().toArray();
    }

    @Override
    public <T> T[] toArray(T[] target) {
        return copy().toArray(target);
    }

    @Override
    public List<E> subList(int from, int to) {
        final int size = size();
        Objects.checkFromToIndex(from, to, size);
        return list.subList(size - to, size - from).reversed();
    }

    @Override
    public List<E> reversed() {
        return list;
    }
}
