package dev.backplane.pickle;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `dict`: keys compared as Python compares them, in the order in which they came.
///
/// `1`, `1.0` and `True` are one key; the one that came first stays. A key that Python could not hash is
/// refused with a [PythonException], a `TypeError`. Not thread-safe.
public final class PythonDict extends AbstractMap<@Nullable Object, @Nullable Object> {
    /*
     * A dict that is being read may get keys that are not complete: an object gets its state after it was made, and
     * a cycle may bring it here in between. Its hash would change. So while a pickle is read, keys whose hash
     * depends on anything but themselves wait, with all that comes after them, until the pickle has ended or
     * somebody looks. They are taken out of the list before they are hashed, so a key that refers to this very
     * dict finds it without them instead of beginning again.
     */

    private final Map<@Nullable Object, Item> index;
    private @Nullable List<@Nullable Object> waiting;

    /// A key as it came, and its value.
    private static final class Item implements Map.Entry<@Nullable Object, @Nullable Object> {
        private final @Nullable Object key;
        private @Nullable Object value;

        Item(@Nullable Object key, @Nullable Object value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public @Nullable Object getKey() {
            return key;
        }

        @Override
        public @Nullable Object getValue() {
            return value;
        }

        @Override
        public @Nullable Object setValue(@Nullable Object next) {
            final Object before = value;
            value = next;
            return before;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Map.Entry<?, ?> that
                    && PythonEquality.equal(key, that.getKey())
                    && PythonEquality.equal(value, that.getValue());
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(key) ^ Objects.hashCode(value);
        }

        @Override
        public String toString() {
            return PythonRepr.brief(key) + ": " + PythonRepr.brief(value);
        }
    }

    /// An empty dict.
    public PythonDict() {
        index = new LinkedHashMap<>();
    }

    /// A dict of these keys and values.
    ///
    /// @param keysAndValues keys and values by turns
    /// @return the dict
    /// @throws IllegalArgumentException if the last key has no value
    public static PythonDict of(@Nullable Object... keysAndValues) {
        if (keysAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "the last key has no value: " + keysAndValues.length + " keys and values");
        }
        final PythonDict dict = new PythonDict();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            dict.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return dict;
    }

    /// A dict of a map's keys and values.
    ///
    /// @param map what it holds
    /// @return the dict
    public static PythonDict copyOf(Map<? extends @Nullable Object, ? extends @Nullable Object> map) {
        final PythonDict dict = new PythonDict();
        dict.putAll(map);
        return dict;
    }

    /// Puts an entry whose key may not be complete yet, for a reader.
    void begin(@Nullable Object key, @Nullable Object value) {
        if (waiting == null && PythonKey.isPlain(key)) {
            set(PythonKey.of(key, null), key, value);
            return;
        }
        if (waiting == null) {
            waiting = new ArrayList<>();
        }
        waiting.add(key);
        waiting.add(value);
    }

    /// Whether some keys still wait.
    boolean isBegun() {
        return waiting != null;
    }

    /// How many entries there are, or would be if none of the keys that wait are equal.
    int roughSize() {
        return index.size() + (waiting == null ? 0 : waiting.size() / 2);
    }

    /// Puts what waits, at the cost of somebody's comparison.
    void complete(@Nullable Comparison of) {
        final List<@Nullable Object> entries = waiting;
        if (entries == null) {
            return;
        }
        waiting = null;
        for (int i = 0; i < entries.size(); i += 2) {
            set(place(entries.get(i), of), entries.get(i), entries.get(i + 1));
        }
    }

    /// The place for a key of a pickle. Two objects that consist of the same are equal here, but need not be in
    /// Python, which put both of them into its dict: so both stay.
    private @Nullable Object place(@Nullable Object key, @Nullable Comparison of) {
        final Object place = PythonKey.of(key, of);
        return place instanceof PythonKey wrapped && wrapped.isOpaque() && index.containsKey(place)
                ? wrapped.byIdentity()
                : place;
    }

    private Map<@Nullable Object, Item> index() {
        if (waiting != null) {
            complete(null);
        }
        return index;
    }

    private @Nullable Object set(@Nullable Object place, @Nullable Object key, @Nullable Object value) {
        final Item item = index.get(place);
        if (item != null) {
            return item.setValue(value);
        }
        index.put(place, new Item(key, value));
        return null;
    }

    /// An entry, looked for as part of a comparison.
    Map.@Nullable Entry<@Nullable Object, @Nullable Object> find(@Nullable Object key, Comparison within) {
        return index().get(PythonKey.of(key, within));
    }

    @Override
    public int size() {
        return index().size();
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        final Item item = index().get(PythonKey.of(key, null));
        return item == null ? null : item.value;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return index().containsKey(PythonKey.of(key, null));
    }

    @Override
    public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
        index();
        return set(PythonKey.of(key, null), key, value);
    }

    @Override
    public @Nullable Object remove(@Nullable Object key) {
        final Item item = index().remove(PythonKey.of(key, null));
        return item == null ? null : item.value;
    }

    @Override
    public void clear() {
        waiting = null;
        index.clear();
    }

    @Override
    public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<@Nullable Object, @Nullable Object>> iterator() {
                final Iterator<Item> items = index().values().iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return items.hasNext();
                    }

                    @Override
                    public Map.Entry<@Nullable Object, @Nullable Object> next() {
                        return items.next();
                    }

                    @Override
                    public void remove() {
                        items.remove();
                    }
                };
            }

            @Override
            public int size() {
                return index().size();
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Map && PythonEquality.equal(this, other);
    }

    @Override
    public int hashCode() {
        return PythonHash.structural(this);
    }

    @Override
    public String toString() {
        return PythonRepr.brief(this);
    }
}
