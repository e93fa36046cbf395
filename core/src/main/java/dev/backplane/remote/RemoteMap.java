package dev.backplane.remote;

import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PythonTuple;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A map of a server.
///
/// Functions, as of [#compute] and [#merge], are called here and may be called more than once: what they made
/// is put if the entry is still what they were given, which the server decides. No other client waits for
/// them.
final class RemoteMap<K, V> extends AbstractMap<K, V> implements SharedMap<K, V>, RemoteObject {
    private final RemoteTarget target;
    private final RemoteElements<K> keys;
    private final RemoteElements<V> values;
    private final MapOptions options;

    /// @param target the server's object
    /// @param keys converts keys
    /// @param values converts values
    /// @param options of the map
    RemoteMap(RemoteTarget target, RemoteElements<K> keys, RemoteElements<V> values, MapOptions options) {
        this.target = target;
        this.keys = keys;
        this.values = values;
        this.options = options;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    private static int most(Codec<?> codec, int otherwise) {
        return codec.fixedLength() == Codec.VARIABLE ? otherwise : codec.fixedLength();
    }

    @Override
    public int maxEntries() {
        return options.maxEntries();
    }

    @Override
    public int maxKeyBytes() {
        return most(keys.codec(), options.maxKeyBytes());
    }

    @Override
    public int maxValueBytes() {
        return most(values.codec(), options.maxValueBytes());
    }

    @Override
    public Codec<K> keyCodec() {
        return keys.codec();
    }

    @Override
    public Codec<V> valueCodec() {
        return values.codec();
    }

    /// A key to look up; null if it is too long to be there.
    @SuppressWarnings("unchecked") // The codec tells.
    private @Nullable Object lookedUp(Object key) {
        final Object wire = wire(keys, (K) key);
        return wire instanceof byte[] bytes && bytes.length > maxKeyBytes() ? null : wire;
    }

    /// What the codec refuses for its class is a [ClassCastException] in a map.
    private static <T> Object wire(RemoteElements<T> elements, T element) {
        try {
            return elements.toWire(element);
        } catch (CodecException e) {
            throw e.getCause() instanceof ClassCastException cause ? cause : e;
        }
    }

    private Object stored(K key) {
        return checked(wire(keys, key), maxKeyBytes(), "key");
    }

    private Object value(V value) {
        return checked(wire(values, value), maxValueBytes(), "value");
    }

    private Object checked(Object wire, int most, String what) {
        if (wire instanceof byte[] bytes && bytes.length > most) {
            throw new IllegalArgumentException("a " + what + " of " + this + " takes " + bytes.length
                    + " bytes, at most " + most + " are possible");
        }
        return wire;
    }

    @Override
    public int size() {
        return (int) target.number("size");
    }

    @Override
    public @Nullable V get(Object key) {
        final Object wire = lookedUp(key);
        return wire == null ? null : values.ofNullable(target.call("get", wire));
    }

    @Override
    public @Nullable V getOrDefault(Object key, @Nullable V otherwise) {
        final V value = get(key);
        return value == null ? otherwise : value;
    }

    @Override
    public boolean containsKey(Object key) {
        final Object wire = lookedUp(key);
        return wire != null && target.test("containsKey", wire);
    }

    @Override
    @SuppressWarnings("unchecked") // The codec tells.
    public boolean containsValue(Object value) {
        final Object wire = wire(values, (V) value);
        return snapshot().stream().anyMatch(entry -> RemoteElements.isSame(wire, entry.get(1)));
    }

    @Override
    public @Nullable V put(K key, V value) {
        return values.ofNullable(target.call("put", stored(key), value(value)));
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return values.ofNullable(target.call("putIfAbsent", stored(key), value(value)));
    }

    @Override
    public @Nullable V remove(Object key) {
        final Object wire = lookedUp(key);
        return wire == null ? null : values.ofNullable(target.call("remove", wire));
    }

    @Override
    @SuppressWarnings("unchecked") // The codec tells.
    public boolean remove(Object key, @Nullable Object value) {
        final Object wire = lookedUp(key);
        return wire != null && value != null && target.test("removeValue", wire, wire(values, (V) value));
    }

    @Override
    public @Nullable V replace(K key, V value) {
        return values.ofNullable(target.call("replace", stored(key), value(value)));
    }

    @Override
    public boolean replace(K key, V expected, V value) {
        return target.test("replaceValue", stored(key), wire(values, expected), value(value));
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        return update(stored(key), true, before -> function.apply(key, before));
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        final Object wire = lookedUp(key);
        return wire == null ? null : update(wire, false, before -> function.apply(key, Objects.requireNonNull(before)));
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(function, "function");
        return update(stored(key), true, before -> before == null ? value : function.apply(before, value));
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        Objects.requireNonNull(function, "function");
        for (PythonTuple entry : snapshot()) {
            final Object wire = Objects.requireNonNull(entry.get(0));
            final K key = keys.fromWire(wire);
            update(
                    wire,
                    false,
                    before -> Objects.requireNonNull(
                            function.apply(key, Objects.requireNonNull(before)), "the new value"));
        }
    }

    /// Changes an entry to what a function makes of its value; null stands for none, both ways. The server compares
    /// with what it sent: the value, encoded once more, may have other bytes.
    ///
    /// @param mayInsert whether the function is called for an absent entry
    /// @return the value afterwards
    private @Nullable V update(Object key, boolean mayInsert, Function<@Nullable V, @Nullable V> function) {
        while (true) {
            final Object before = target.call("get", key);
            if (before == null && !mayInsert) {
                return null;
            }
            final V after = function.apply(values.ofNullable(before));
            if (isChanged(key, before, after)) {
                return after;
            }
        }
    }

    /// @return false if the entry is not any more what it was
    private boolean isChanged(Object key, @Nullable Object before, @Nullable V after) {
        if (before == null) {
            return after == null || target.call("putIfAbsent", key, value(after)) == null;
        }
        return after == null
                ? target.test("removeValue", key, before)
                : target.test("replaceValue", key, before, value(after));
    }

    @Override
    public void clear() {
        target.call("clear");
    }

    private List<PythonTuple> snapshot() {
        final List<PythonTuple> entries = new ArrayList<>();
        for (Object entry : target.elements("entries")) {
            if (!(entry instanceof PythonTuple parts) || parts.size() != 2) {
                throw target.unexpected(entry, "entries");
            }
            entries.add(parts);
        }
        return entries;
    }

    /// The entries that are there when it is iterated over.
    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Entries(snapshot().iterator());
            }

            @Override
            public int size() {
                return RemoteMap.this.size();
            }

            @Override
            public void clear() {
                RemoteMap.this.clear();
            }

            @Override
            public boolean contains(Object other) {
                return other instanceof Map.Entry<?, ?> entry
                        && entry.getKey() != null
                        && Objects.equals(get(entry.getKey()), entry.getValue());
            }

            @Override
            public boolean remove(Object other) {
                return other instanceof Map.Entry<?, ?> entry
                        && entry.getKey() != null
                        && RemoteMap.this.remove(entry.getKey(), entry.getValue());
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<K, V>> {
        private final Iterator<PythonTuple> entries;
        private @Nullable K last;

        Entries(Iterator<PythonTuple> entries) {
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public Map.Entry<K, V> next() {
            final PythonTuple entry = entries.next();
            final K key = keys.fromWire(Objects.requireNonNull(entry.get(0)));
            last = key;
            return new SimpleEntry<>(key, values.fromWire(Objects.requireNonNull(entry.get(1)))) {
                private static final long serialVersionUID = 1L;

                @Override
                public V setValue(V value) {
                    put(key, value);
                    return super.setValue(value);
                }
            };
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("next() comes first");
            }
            RemoteMap.this.remove(last);
            last = null;
        }
    }

    @Override
    public String toString() {
        return "map " + target;
    }
}
