package dev.backplane.remote;

import dev.backplane.pickle.PythonEquality;
import dev.backplane.pickle.PythonOrder;
import dev.backplane.pickle.PythonRepr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `list`. Every method is atomic.
final class ListReferent implements Referent {
    private final Object guard = new Object();
    private List<@Nullable Object> elements;

    /// @param elements the list's own from now on
    ListReferent(List<@Nullable Object> elements) {
        this.elements = elements;
    }

    /// Python's `list(iterable=())`.
    static ListReferent create(Arguments arguments) {
        final List<@Nullable Object> elements =
                arguments.has("iterable") ? PythonValues.elements(arguments.take("iterable")) : new ArrayList<>();
        arguments.end();
        return new ListReferent(elements);
    }

    @Override
    public String typeId() {
        return "list";
    }

    @Override
    public List<String> exposed() {
        return List.of(
                "__add__",
                "__contains__",
                "__delitem__",
                "__getitem__",
                "__len__",
                "__mul__",
                "__reversed__",
                "__rmul__",
                "__setitem__",
                "append",
                "clear",
                "copy",
                "count",
                "extend",
                "index",
                "insert",
                "pop",
                "remove",
                "reverse",
                "sort",
                "__imul__");
    }

    /// A copy.
    ///
    /// @return the elements of this instant
    List<@Nullable Object> copy() {
        synchronized (guard) {
            return new ArrayList<>(elements);
        }
    }

    @Override
    public Object value() {
        return copy();
    }

    @Override
    public String repr() {
        return PythonRepr.of(copy());
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "__getitem__", "__setitem__", "__delitem__" -> item(method, arguments);
            case "append", "extend", "__iadd__", "insert" -> {
                add(method, arguments);
                yield null;
            }
            case "sort" -> {
                sort(arguments);
                yield null;
            }
            case "__add__", "__mul__", "__rmul__", "__imul__" -> combined(method, arguments);
            case "__contains__", "count", "index", "remove" -> search(method, arguments);
            case "pop" -> pop(arguments, caller);
            default -> {
                arguments.end();
                yield simple(method);
            }
        };
    }

    private @Nullable Object simple(String method) {
        synchronized (guard) {
            switch (method) {
                case "__len__" -> {
                    return (long) elements.size();
                }
                case "copy" -> {
                    return new ArrayList<>(elements);
                }
                case "__reversed__" -> {
                    return Opaque.call("builtins.reversed", new ArrayList<>(elements));
                }
                case "__iter__" -> {
                    return new IteratorReferent(new ArrayList<>(elements));
                }
                case "reverse" -> Collections.reverse(elements);
                case "clear" -> elements.clear();
                default -> throw new UnknownMethodException(method, this);
            }
            return null;
        }
    }

    private @Nullable Object item(String method, Arguments arguments) {
        final Object key = arguments.take("key");
        final boolean set = method.equals("__setitem__");
        final Object value = set ? arguments.take("value") : null;
        arguments.end();
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        synchronized (guard) {
            if (bounds != null) {
                final Slice slice = Slice.fitted(bounds.get(0), bounds.get(1), bounds.get(2), elements.size());
                return switch (method) {
                    case "__getitem__" -> get(slice);
                    case "__setitem__" -> set(slice, bounds.get(2) == null || slice.step() == 1, value);
                    default -> delete(slice);
                };
            }
            final String what = set || method.equals("__delitem__") ? "list assignment index" : "list index";
            final int index = position(key, elements.size(), what);
            return switch (method) {
                case "__getitem__" -> elements.get(index);
                case "__setitem__" -> {
                    elements.set(index, value);
                    yield null;
                }
                default -> {
                    elements.remove(index);
                    yield null;
                }
            };
        }
    }

    /// The position that an index means, counted from the end if it is negative.
    static int position(@Nullable Object key, int size, String what) {
        if (!PythonValues.isWhole(key)) {
            throw Errors.type(what.substring(0, what.indexOf(' ')) + " indices must be integers or slices, not "
                    + PythonValues.typeName(key));
        }
        final long index = PythonValues.index(key);
        final long position = index < 0 ? index + size : index;
        if (position < 0 || position >= size) {
            throw Errors.index(what + " out of range");
        }
        return (int) position;
    }

    private List<@Nullable Object> get(Slice slice) {
        final List<@Nullable Object> part = new ArrayList<>(slice.count());
        for (int i = 0; i < slice.count(); i++) {
            part.add(elements.get(slice.at(i)));
        }
        return part;
    }

    private @Nullable Object set(Slice slice, boolean contiguous, @Nullable Object value) {
        final List<@Nullable Object> news = PythonValues.elements(value);
        if (contiguous) {
            final List<@Nullable Object> old = elements.subList(slice.start(), slice.start() + slice.count());
            old.clear();
            elements.addAll(slice.start(), news);
            return null;
        }
        if (news.size() != slice.count()) {
            throw Errors.value("attempt to assign sequence of size " + news.size() + " to extended slice of size "
                    + slice.count());
        }
        for (int i = 0; i < slice.count(); i++) {
            elements.set(slice.at(i), news.get(i));
        }
        return null;
    }

    private @Nullable Object delete(Slice slice) {
        final boolean[] goes = new boolean[elements.size()];
        for (int i = 0; i < slice.count(); i++) {
            goes[slice.at(i)] = true;
        }
        final List<@Nullable Object> rest = new ArrayList<>(elements.size() - slice.count());
        for (int i = 0; i < goes.length; i++) {
            if (!goes[i]) {
                rest.add(elements.get(i));
            }
        }
        elements = rest;
        return null;
    }

    private void add(String method, Arguments arguments) {
        final long index = method.equals("insert") ? PythonValues.index(arguments.take("index")) : 0;
        final Object value = arguments.take("value");
        arguments.end();
        final List<@Nullable Object> more =
                method.equals("append") || method.equals("insert") ? List.of() : PythonValues.elements(value);
        synchronized (guard) {
            switch (method) {
                case "append" -> elements.add(value);
                case "insert" -> {
                    final int size = elements.size();
                    elements.add((int) Math.clamp(index < 0 ? index + size : index, 0L, (long) size), value);
                }
                default -> elements.addAll(more);
            }
        }
    }

    /// Reads the arguments of Python's `sort(*, key=None, reverse=False)`.
    static boolean reverseOf(Arguments arguments) {
        final Map<String, @Nullable Object> named = arguments.named();
        final Object key = named.remove("key");
        final boolean reverse = PythonValues.truth(named.remove("reverse"));
        arguments.end();
        if (!named.isEmpty()) {
            throw Errors.type("sort() got an unexpected keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        if (key != null) {
            throw Errors.type("a sort key is a function of Python, which this server cannot run: sort a copy");
        }
        return reverse;
    }

    private void sort(Arguments arguments) {
        final boolean reverse = reverseOf(arguments);
        synchronized (guard) {
            final List<@Nullable Object> sorted = new ArrayList<>(elements);
            sorted.sort((a, b) -> reverse ? PythonOrder.compare(b, a) : PythonOrder.compare(a, b));
            elements = sorted; // All of it or, where two have no order, nothing.
        }
    }

    private @Nullable Object combined(String method, Arguments arguments) {
        final Object value = arguments.take("value");
        arguments.end();
        if (method.equals("__add__")) {
            if (!(value instanceof List<?>) || !PythonValues.typeName(value).equals("list")) {
                throw Errors.type("can only concatenate list (not \"" + PythonValues.typeName(value) + "\") to list");
            }
            final List<@Nullable Object> sum = copy();
            sum.addAll(PythonValues.elements(value));
            return sum;
        }
        if (!PythonValues.isWhole(value)) {
            throw Errors.type("can't multiply sequence by non-int of type '" + PythonValues.typeName(value) + "'");
        }
        final long times = Math.max(0, PythonValues.index(value));
        synchronized (guard) {
            if (times > 0 && elements.size() > PythonValues.MOST_ELEMENTS / times) {
                throw Errors.memory(elements.size() + " elements " + times + " times are more than the "
                        + PythonValues.MOST_ELEMENTS + " that this server makes");
            }
            final List<@Nullable Object> product = new ArrayList<>((int) (elements.size() * times));
            for (long i = 0; i < times; i++) {
                product.addAll(elements);
            }
            if (!method.equals("__imul__")) {
                return product;
            }
            elements = product;
            return null;
        }
    }

    private @Nullable Object search(String method, Arguments arguments) {
        final Object value = arguments.take("value");
        final Object start = arguments.take("start", null);
        final Object stop = arguments.take("stop", null);
        arguments.end();
        synchronized (guard) {
            final Slice range = Slice.fitted(start, stop, null, elements.size());
            long count = 0;
            for (int i = range.start(); i < range.start() + range.count(); i++) {
                if (PythonEquality.equal(elements.get(i), value)) {
                    count++;
                    if (method.equals("index")) {
                        return (long) i;
                    }
                    if (method.equals("remove")) {
                        elements.remove(i);
                        return null;
                    }
                }
            }
            return switch (method) {
                case "count" -> count;
                case "__contains__" -> count > 0;
                case "index" -> throw Errors.value(PythonRepr.of(value) + " is not in list");
                default -> throw Errors.value("list.remove(x): x not in list");
            };
        }
    }

    private @Nullable Object pop(Arguments arguments, Caller caller) {
        final Object index = arguments.take("index", -1L);
        arguments.end();
        synchronized (guard) {
            if (elements.isEmpty()) {
                throw Errors.index("pop from empty list");
            }
            final int at = position(index, elements.size(), "pop index");
            final Object result = caller.sendable(elements.get(at));
            elements.remove(at);
            return result;
        }
    }
}
