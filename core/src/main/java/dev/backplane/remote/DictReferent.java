package dev.backplane.remote;

import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonRepr;
import dev.backplane.pickle.PythonTuple;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `dict`: in the order of insertion, keys equal as Python finds them. Every method is atomic.
final class DictReferent implements Referent {
    private final Object guard = new Object();
    private final PythonDict entries;

    /// @param entries the dict's own from now on
    DictReferent(PythonDict entries) {
        this.entries = entries;
    }

    /// Python's `dict(mapping_or_pairs=(), **kwargs)`.
    static DictReferent create(Arguments arguments) {
        return new DictReferent(entriesOf(arguments));
    }

    @Override
    public String typeId() {
        return "dict";
    }

    @Override
    public List<String> exposed() {
        return List.of(
                "__contains__",
                "__delitem__",
                "__getitem__",
                "__ior__",
                "__iter__",
                "__len__",
                "__or__",
                "__reversed__",
                "__ror__",
                "__setitem__",
                "clear",
                "copy",
                "get",
                "items",
                "keys",
                "pop",
                "popitem",
                "setdefault",
                "update",
                "values");
    }

    /// A copy.
    ///
    /// @return the entries of this instant
    PythonDict copy() {
        synchronized (guard) {
            return copyOf(entries);
        }
    }

    private static PythonDict copyOf(Map<?, ?> map) {
        final PythonDict copy = new PythonDict();
        copy.putAll(map);
        return copy;
    }

    @Override
    public Object value() {
        return copy();
    }

    @Override
    public String repr() {
        return PythonRepr.of(copy());
    }

    /// What a call of `dict` or `update` is given: a mapping, or pairs, and names.
    static PythonDict entriesOf(Arguments arguments) {
        final PythonDict entries = arguments.args() > 0 ? entriesOf(arguments.take("iterable")) : new PythonDict();
        entries.putAll(arguments.named());
        arguments.end();
        return entries;
    }

    private static PythonDict entriesOf(@Nullable Object source) {
        if (source instanceof Map<?, ?> map) {
            return copyOf(map);
        }
        if (Proxies.referentOf(source) instanceof DictReferent dict) {
            return dict.copy();
        }
        final PythonDict entries = new PythonDict();
        int i = 0;
        for (Object element : PythonValues.elements(source)) {
            final List<@Nullable Object> pair = PythonValues.elements(element);
            if (pair.size() != 2) {
                throw Errors.value(
                        "dictionary update sequence element #" + i + " has length " + pair.size() + "; 2 is required");
            }
            entries.put(pair.get(0), pair.get(1));
            i++;
        }
        return entries;
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "__getitem__", "__delitem__", "__contains__" -> {
                final Object key = arguments.take("key");
                arguments.end();
                yield find(method, key);
            }
            case "get", "setdefault", "__setitem__", "pop" -> entry(method, arguments, caller);
            case "update", "__ior__" -> {
                final PythonDict more = entriesOf(arguments);
                synchronized (guard) {
                    entries.putAll(more);
                }
                yield null;
            }
            case "__or__", "__ror__" -> union(method, arguments);
            default -> {
                arguments.end();
                yield simple(method, caller);
            }
        };
    }

    private @Nullable Object find(String method, @Nullable Object key) {
        synchronized (guard) {
            final boolean there = entries.containsKey(key);
            if (method.equals("__contains__")) {
                return there;
            }
            if (!there) {
                throw Errors.key(key);
            }
            if (method.equals("__getitem__")) {
                return entries.get(key);
            }
            entries.remove(key);
            return null;
        }
    }

    private @Nullable Object entry(String method, Arguments arguments, Caller caller) {
        final Object key = arguments.take("key");
        final boolean given = arguments.has("default");
        final Object value = method.equals("__setitem__") ? arguments.take("value") : arguments.take("default", null);
        arguments.end();
        synchronized (guard) {
            if (method.equals("__setitem__")) {
                entries.put(key, value);
                return null;
            }
            final boolean there = entries.containsKey(key);
            if (method.equals("setdefault") && !there) {
                entries.put(key, value);
            }
            if (method.equals("pop") && !there && !given) {
                throw Errors.key(key);
            }
            if (!there) {
                return value;
            }
            if (!method.equals("pop")) {
                return entries.get(key);
            }
            final Object result = caller.sendable(entries.get(key));
            entries.remove(key);
            return result;
        }
    }

    private PythonDict union(String method, Arguments arguments) {
        final Object other = arguments.take("value");
        arguments.end();
        if (!(other instanceof Map<?, ?>) && !(Proxies.referentOf(other) instanceof DictReferent)) {
            throw Errors.type("unsupported operand type(s) for |: 'dict' and '" + PythonValues.typeName(other) + "'");
        }
        final boolean ownFirst = method.equals("__or__");
        final PythonDict union = ownFirst ? copy() : entriesOf(other);
        union.putAll(ownFirst ? entriesOf(other) : copy());
        return union;
    }

    private @Nullable Object simple(String method, Caller caller) {
        synchronized (guard) {
            return switch (method) {
                case "__len__" -> (long) entries.size();
                case "copy" -> copyOf(entries);
                case "keys" -> new ArrayList<>(entries.keySet());
                case "values" -> new ArrayList<>(entries.values());
                case "items" -> items();
                case "clear" -> {
                    entries.clear();
                    yield null;
                }
                case "popitem" -> popItem(caller);
                case "__iter__" -> {
                    final int size = entries.size();
                    yield new IteratorReferent(new ArrayList<>(entries.keySet()), () -> hasSize(size));
                }
                case "__reversed__" -> Opaque.call("builtins.reversed", new ArrayList<>(entries.keySet()));
                default -> throw new UnknownMethodException(method, this);
            };
        }
    }

    private boolean hasSize(int size) {
        synchronized (guard) {
            return entries.size() == size;
        }
    }

    private List<@Nullable Object> items() {
        final List<@Nullable Object> items = new ArrayList<>(entries.size());
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            items.add(PythonTuple.of(entry.getKey(), entry.getValue()));
        }
        return items;
    }

    /// Takes the last entry, which is found by going through all of them.
    private @Nullable Object popItem(Caller caller) {
        if (entries.isEmpty()) {
            throw Errors.key("popitem(): dictionary is empty");
        }
        final Iterator<? extends Map.Entry<?, ?>> iterator = entries.entrySet().iterator();
        Map.Entry<?, ?> last = iterator.next();
        while (iterator.hasNext()) {
            last = iterator.next();
        }
        final Object item = caller.sendable(PythonTuple.of(last.getKey(), last.getValue()));
        entries.remove(last.getKey());
        return item;
    }
}
