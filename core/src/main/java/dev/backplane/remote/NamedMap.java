package dev.backplane.remote;

import dev.backplane.SharedMap;
import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.remote.Takes.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A named map for clients, with the methods of Python's `dict`; those that need the order of insertion are
/// missing.
///
/// @param map the map
/// @param keys what keys it takes
/// @param values what values it takes
/// @param <K> the keys
/// @param <V> the values
record NamedMap<K, V>(SharedMap<K, V> map, Elements<K> keys, Elements<V> values) {
    static <K, V> Referent of(SharedMap<K, V> map) {
        final NamedMap<K, V> named = new NamedMap<>(map, Elements.of(map.keyCodec()), Elements.of(map.valueCodec()));
        final Methods methods = new Methods()
                .add("__getitem__", (arguments, caller) -> found(named.key(arguments, true), map::get))
                .add("__delitem__", (arguments, caller) -> {
                    found(named.key(arguments, true), map::remove);
                    return null;
                })
                .add("__contains__", (arguments, caller) -> map.containsKey(named.key(arguments, true)))
                .add("__setitem__", (arguments, caller) -> named.set(arguments))
                .get("__len__", () -> (long) map.size())
                .get("__iter__", () -> new IteratorReferent(named.keyList()))
                .add("get", (arguments, caller) -> named.get(arguments))
                .add("setdefault", (arguments, caller) -> named.setDefault(arguments))
                .add("pop", (arguments, caller) -> named.pop(arguments, caller))
                .add("update", (arguments, caller) -> named.update(arguments))
                .add("compare_and_set", (arguments, caller) -> named.compareAndSet(arguments))
                .get("keys", named::keyList)
                .get("values", () -> new ArrayList<>(named.copy().values()))
                .get("items", named::items)
                .get("copy", named::copy)
                .run("clear", map::clear);
        return NamedReferent.valued("SharedMap", map, methods, named::copy);
    }

    /// Does something with a key.
    @FunctionalInterface
    private interface OfKey<K, V> {
        @Nullable
        V apply(K key);
    }

    private static <K, V> @Nullable Object found(K key, OfKey<K, V> function) {
        final V value = function.apply(key);
        if (value == null) {
            throw Errors.key(JavaValues.toPython(key));
        }
        return JavaValues.toPython(value);
    }

    private K key(Arguments arguments, boolean alone) {
        final K key = keys.from(arguments.take("key"));
        if (alone) {
            arguments.end();
        }
        return key;
    }

    private @Nullable Object set(Arguments arguments) {
        final K key = key(arguments, false);
        final V value = values.from(arguments.take("value"));
        arguments.end();
        map.put(key, value);
        return null;
    }

    private @Nullable Object get(Arguments arguments) {
        final K key = key(arguments, false);
        final Object otherwise = arguments.take("default", null);
        arguments.end();
        final V value = map.get(key);
        return value == null ? otherwise : JavaValues.toPython(value);
    }

    private @Nullable Object setDefault(Arguments arguments) {
        final K key = key(arguments, false);
        final V value = values.from(arguments.take("default"));
        arguments.end();
        final V before = map.putIfAbsent(key, value);
        return JavaValues.toPython(before == null ? value : before);
    }

    private @Nullable Object pop(Arguments arguments, Caller caller) {
        final K key = key(arguments, false);
        final boolean given = arguments.has("default");
        final Object otherwise = arguments.take("default", null);
        arguments.end();
        final Taken<@Nullable Object> taken =
                Takes.ofMap(map, key, value -> caller.sendable(JavaValues.toPython(value)));
        if (taken != null) {
            return taken.sent();
        }
        if (!given) {
            throw Errors.key(JavaValues.toPython(key));
        }
        return otherwise;
    }

    private @Nullable Object update(Arguments arguments) {
        DictReferent.entriesOf(arguments).forEach((key, value) -> map.put(keys.from(key), values.from(value)));
        return null;
    }

    private boolean compareAndSet(Arguments arguments) {
        final K key = key(arguments, false);
        final Object expected = arguments.take("expected");
        final V value = values.from(arguments.take("value"));
        arguments.end();
        return expected == null ? map.putIfAbsent(key, value) == null : map.replace(key, values.from(expected), value);
    }

    private List<@Nullable Object> keyList() {
        final List<@Nullable Object> all = new ArrayList<>();
        map.keySet().forEach(key -> all.add(JavaValues.toPython(key)));
        return all;
    }

    private PythonDict copy() {
        final PythonDict copy = new PythonDict();
        map.forEach((key, value) -> copy.put(JavaValues.toPython(key), JavaValues.toPython(value)));
        return copy;
    }

    private List<@Nullable Object> items() {
        final List<@Nullable Object> items = new ArrayList<>();
        for (Map.Entry<?, ?> entry : copy().entrySet()) {
            items.add(PythonTuple.of(entry.getKey(), entry.getValue()));
        }
        return items;
    }
}
