package dev.backplane.remote;

import dev.backplane.SharedList;
import dev.backplane.pickle.PythonOrder;
import dev.backplane.remote.Takes.Taken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A named list for clients, with methods of Python's `list`; slices are read, not written.
///
/// @param list the list
/// @param elements what it takes
/// @param <E> the same
record NamedList<E>(SharedList<E> list, Elements<E> elements) {
    static <E> Referent of(SharedList<E> list) {
        final NamedList<E> named = new NamedList<>(list, Elements.of(list.codec()));
        final Methods methods = new Methods()
                .get("__len__", () -> (long) list.size())
                .add("__getitem__", (arguments, caller) -> named.get(arguments))
                .add("__setitem__", (arguments, caller) -> named.set(arguments))
                .add("__delitem__", (arguments, caller) -> {
                    final Object key = arguments.take("key");
                    arguments.end();
                    list.remove(ListReferent.position(key, list.size(), "list assignment index"));
                    return null;
                })
                .add("__contains__", (arguments, caller) -> list.contains(named.element(arguments)))
                .get("__iter__", () -> new IteratorReferent(named.copy()))
                .add("append", (arguments, caller) -> {
                    list.add(named.element(arguments));
                    return null;
                })
                .add("extend", (arguments, caller) -> named.extend(arguments))
                .add("insert", (arguments, caller) -> named.insert(arguments))
                .add("pop", (arguments, caller) -> named.pop(arguments, caller))
                .add("remove", (arguments, caller) -> named.remove(arguments))
                .add("index", (arguments, caller) -> named.index(arguments))
                .add("count", (arguments, caller) -> named.count(arguments))
                .add("sort", (arguments, caller) -> named.sort(arguments))
                .get("copy", named::copy)
                .run("clear", list::clear);
        return NamedReferent.valued("SharedList", list, methods, named::copy);
    }

    private E element(Arguments arguments) {
        final E element = elements.from(arguments.take("value"));
        arguments.end();
        return element;
    }

    private List<@Nullable Object> copy() {
        final List<@Nullable Object> copy = new ArrayList<>();
        list.iterator().forEachRemaining(element -> copy.add(JavaValues.toPython(element)));
        return copy;
    }

    private @Nullable Object get(Arguments arguments) {
        final Object key = arguments.take("key");
        arguments.end();
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        if (bounds == null) {
            return JavaValues.toPython(list.get(ListReferent.position(key, list.size(), "list index")));
        }
        final List<@Nullable Object> all = copy();
        final Slice slice = Slice.fitted(bounds.get(0), bounds.get(1), bounds.get(2), all.size());
        final List<@Nullable Object> part = new ArrayList<>(slice.count());
        for (int i = 0; i < slice.count(); i++) {
            part.add(all.get(slice.at(i)));
        }
        return part;
    }

    private @Nullable Object set(Arguments arguments) {
        final Object key = arguments.take("key");
        final E value = element(arguments);
        list.set(ListReferent.position(key, list.size(), "list assignment index"), value);
        return null;
    }

    private @Nullable Object extend(Arguments arguments) {
        final List<E> more = new ArrayList<>();
        PythonValues.elements(arguments.take("iterable")).forEach(element -> more.add(elements.from(element)));
        arguments.end();
        list.addAll(more);
        return null;
    }

    private @Nullable Object insert(Arguments arguments) {
        final long index = PythonValues.index(arguments.take("index"));
        final E value = element(arguments);
        final int size = list.size();
        list.add((int) Math.clamp(index < 0 ? index + size : index, 0L, (long) size), value);
        return null;
    }

    private @Nullable Object pop(Arguments arguments, Caller caller) {
        final Object index = arguments.take("index", -1L);
        arguments.end();
        final IntUnaryOperator position = size -> {
            if (size == 0) {
                throw Errors.index("pop from empty list");
            }
            return ListReferent.position(index, size, "pop index");
        };
        final Taken<@Nullable Object> taken =
                Takes.ofList(list, position, element -> caller.sendable(JavaValues.toPython(element)));
        return taken.sent();
    }

    private @Nullable Object remove(Arguments arguments) {
        if (!list.remove(element(arguments))) {
            throw Errors.value("list.remove(x): x not in list");
        }
        return null;
    }

    private long index(Arguments arguments) {
        final int index = list.indexOf(element(arguments));
        if (index < 0) {
            throw Errors.value("the value is not in list");
        }
        return index;
    }

    private long count(Arguments arguments) {
        final E value = element(arguments);
        long count = 0;
        for (E element : list) {
            count += element.equals(value) ? 1 : 0;
        }
        return count;
    }

    private @Nullable Object sort(Arguments arguments) {
        final boolean reverse = ListReferent.reverseOf(arguments);
        final Comparator<E> order = (a, b) -> PythonOrder.compare(JavaValues.toPython(a), JavaValues.toPython(b));
        list.sort(reverse ? order.reversed() : order);
        return null;
    }
}
