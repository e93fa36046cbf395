package dev.backplane.remote;

import dev.backplane.ListOptions;
import dev.backplane.SharedList;
import dev.backplane.codec.Codec;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A list of a server.
///
/// Functions, predicates and comparators run here, on what was in the list a moment ago, and may be called
/// again for the same elements: the server does what they say if the list is still of those elements. No
/// other client waits for them.
final class RemoteList<E> extends AbstractList<E> implements SharedList<E>, RemoteObject {
    private final RemoteTarget target;
    private final RemoteElements<E> elements;
    private final ListOptions options;

    /// @param target the server's object
    /// @param elements converts them
    /// @param options of the list
    RemoteList(RemoteTarget target, RemoteElements<E> elements, ListOptions options) {
        this.target = target;
        this.elements = elements;
        this.options = options;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public int maxElements() {
        return options.maxElements();
    }

    @Override
    public int maxElementBytes() {
        return elements.codec().fixedLength() < 0
                ? options.maxElementBytes()
                : elements.codec().fixedLength();
    }

    @Override
    public Codec<E> codec() {
        return elements.codec();
    }

    private Object wire(E element) {
        final Object wire = elements.toWire(element);
        if (wire instanceof byte[] bytes && bytes.length > maxElementBytes()) {
            throw new IllegalArgumentException("an element of " + this + " takes " + bytes.length + " bytes, at most "
                    + maxElementBytes() + " are possible");
        }
        return wire;
    }

    private List<Object> wires(Collection<? extends E> all) {
        final List<Object> wires = new ArrayList<>(all.size());
        for (E element : all) {
            wires.add(wire(element));
        }
        return wires;
    }

    private E element(@Nullable Object wire, String method) {
        if (wire == null) {
            throw target.unexpected(null, method);
        }
        return elements.fromWire(wire);
    }

    @Override
    public int size() {
        return (int) target.number("size");
    }

    @Override
    public E get(int index) {
        return element(target.call("get", checked(index)), "get");
    }

    private static int checked(int index) {
        if (index < 0) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        return index;
    }

    @Override
    public E set(int index, E element) {
        return element(target.call("set", checked(index), wire(element)), "set");
    }

    @Override
    public boolean add(E element) {
        return target.test("addAll", List.of(wire(element)));
    }

    @Override
    public void add(int index, E element) {
        target.call("insert", checked(index), wire(element));
    }

    @Override
    public E remove(int index) {
        return element(target.call("removeAt", checked(index)), "remove");
    }

    @Override
    public E removeFirst() {
        try {
            return remove(0);
        } catch (IndexOutOfBoundsException e) {
            throw (NoSuchElementException) new NoSuchElementException(this + " is empty").initCause(e);
        }
    }

    @Override
    public E removeLast() {
        return element(target.call("removeLast"), "removeLast");
    }

    @Override
    public boolean addAll(Collection<? extends E> all) {
        return !all.isEmpty() && target.test("addAll", wires(all));
    }

    @Override
    public boolean addAll(int index, Collection<? extends E> all) {
        return !all.isEmpty() && target.test("insertAll", checked(index), wires(all));
    }

    @Override
    public boolean addIfAbsent(E element) {
        return target.test("addIfAbsent", wire(element));
    }

    @Override
    public void clear() {
        target.call("clear");
    }

    private List<@Nullable Object> snapshotOfWires() {
        return target.elements("toArray");
    }

    private List<E> snapshot() {
        return Collections.unmodifiableList(elements.fromAll(snapshotOfWires()));
    }

    @Override
    public Iterator<E> iterator() {
        return snapshot().iterator();
    }

    @Override
    public ListIterator<E> listIterator(int index) {
        return snapshot().listIterator(index);
    }

    @Override
    public List<E> subList(int from, int to) {
        return new RemoteListView<>(this).subList(from, to);
    }

    @Override
    public Spliterator<E> spliterator() {
        return snapshot().spliterator();
    }

    @Override
    public Object[] toArray() {
        return snapshot().toArray();
    }

    @Override
    public <T> T[] toArray(T[] array) {
        return snapshot().toArray(array);
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return indexOf(element) >= 0;
    }

    @Override
    public int indexOf(@Nullable Object element) {
        return snapshot().indexOf(element);
    }

    @Override
    public int lastIndexOf(@Nullable Object element) {
        return snapshot().lastIndexOf(element);
    }

    /// Removes the first element of those bytes that the first equal one had.
    @Override
    public boolean remove(@Nullable Object element) {
        while (true) {
            final List<@Nullable Object> wires = snapshotOfWires();
            final int index = elements.fromAll(wires).indexOf(element);
            if (index < 0) {
                return false;
            }
            if (target.test("removeFirst", wires.get(index))) {
                return true;
            }
        }
    }

    @Override
    public boolean removeIf(Predicate<? super E> filter) {
        while (true) {
            final Map<RemoteElements.Key, E> seen = distinct();
            final List<Object> refused = new ArrayList<>();
            final List<Object> all = new ArrayList<>();
            seen.forEach((key, element) -> {
                all.add(Objects.requireNonNull(key.wire()));
                if (filter.test(element)) {
                    refused.add(Objects.requireNonNull(key.wire()));
                }
            });
            final Object answer = target.call("removeIf", all, refused);
            if (answer != null) {
                return Boolean.TRUE.equals(answer);
            }
        }
    }

    @Override
    public boolean removeAll(Collection<?> others) {
        return removeIf(others::contains);
    }

    @Override
    public boolean retainAll(Collection<?> others) {
        return removeIf(element -> !others.contains(element));
    }

    @Override
    public void replaceAll(UnaryOperator<E> operator) {
        final int size = size();
        for (int i = 0; i < size; i++) {
            if (!replace(i, operator)) {
                return;
            }
        }
    }

    /// Replaces one element, unless the list has become shorter.
    private boolean replace(int index, UnaryOperator<E> operator) {
        while (true) {
            final Object before = ifThere("get", index);
            if (before == null) {
                return false;
            }
            final E after = operator.apply(elements.fromWire(before));
            final Object done = ifThere("compareAndSet", index, before, wire(after));
            if (!Boolean.FALSE.equals(done)) {
                return done != null;
            }
        }
    }

    private @Nullable Object ifThere(String method, @Nullable Object... args) {
        try {
            return target.call(method, args);
        } catch (IndexOutOfBoundsException e) {
            RemoteLinks.LOG.log(System.Logger.Level.TRACE, "the list has become shorter meanwhile", e);
            return null;
        }
    }

    @Override
    public E update(int index, UnaryOperator<E> function) {
        while (true) {
            final Object before = Objects.requireNonNull(target.call("get", checked(index)));
            final E after = function.apply(elements.fromWire(before));
            if (target.test("compareAndSet", index, before, wire(after))) {
                return after;
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // As List.sort has it.
    public void sort(@Nullable Comparator<? super E> order) {
        final Comparator<? super E> chosen = order == null ? (Comparator<? super E>) Comparator.naturalOrder() : order;
        boolean done = false;
        while (!done) {
            final List<Map.Entry<RemoteElements.Key, E>> sorted =
                    new ArrayList<>(distinct().entrySet());
            sorted.sort(Map.Entry.comparingByValue(chosen));
            final List<Object> wires = new ArrayList<>();
            final List<Object> ranks = new ArrayList<>();
            long rank = 0;
            for (int i = 0; i < sorted.size(); i++) {
                if (i > 0
                        && chosen.compare(
                                        sorted.get(i - 1).getValue(),
                                        sorted.get(i).getValue())
                                != 0) {
                    rank++;
                }
                wires.add(Objects.requireNonNull(sorted.get(i).getKey().wire()));
                ranks.add(rank);
            }
            done = target.test("sort", wires, ranks);
        }
    }

    /// The elements that differ for the server.
    private Map<RemoteElements.Key, E> distinct() {
        final Map<RemoteElements.Key, E> distinct = new LinkedHashMap<>();
        for (Object wire : snapshotOfWires()) {
            distinct.computeIfAbsent(
                    new RemoteElements.Key(wire), key -> elements.fromWire(Objects.requireNonNull(key.wire())));
        }
        return distinct;
    }

    @Override
    public String toString() {
        return "list " + target;
    }
}
