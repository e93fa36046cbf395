package dev.backplane.shm;

import dev.backplane.shm.MapReader.StoredEntry;
import java.util.AbstractCollection;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The collections that are views of a map, and the iterator that all of them have.
final class MapViews {
    private MapViews() {}

    /// Not sized: entries come and go meanwhile.
    private static <T> Spliterator<T> unsized(Iterator<T> iterator, int characteristics) {
        return Spliterators.spliteratorUnknownSize(
                iterator, characteristics | Spliterator.NONNULL | Spliterator.CONCURRENT);
    }

    /// One entry as it was read. Its value can be set, which puts it into the map.
    private static final class MapEntry<K, V> implements Map.Entry<K, V> {
        private final SegmentMap<K, V> map;
        private final StoredEntry stored;
        private final K key;
        private V value;
        private boolean isSet;

        MapEntry(SegmentMap<K, V> map, StoredEntry stored) {
            this.map = map;
            this.stored = stored;
            this.key = map.entries().encodings().keyOf(stored.key());
            this.value = map.entries().encodings().valueOf(stored.value());
        }

        @Override
        public K getKey() {
            return key;
        }

        @Override
        public V getValue() {
            return value;
        }

        @Override
        public V setValue(V next) {
            final V before = value;
            map.put(key, next);
            value = next;
            isSet = true;
            return before;
        }

        /// Takes the entry away, unless it has another value by now. Its bytes as they were read tell: of the value,
        /// encoded once more, they may be others.
        boolean removeIfSame() {
            return isSet ? map.remove(key, value) : map.entries().remove(stored, true);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Map.Entry<?, ?> entry
                    && key.equals(entry.getKey())
                    && value.equals(entry.getValue());
        }

        @Override
        public int hashCode() {
            return key.hashCode() ^ value.hashCode();
        }

        @Override
        public String toString() {
            return key + "=" + value;
        }
    }

    /// Goes from bucket to bucket, and copies the entries of one at a time.
    private static final class Entrywise<K, V, T> implements Iterator<T> {
        private final SegmentMap<K, V> map;
        private final Function<MapEntry<K, V>, T> part;
        private final List<StoredEntry> stored = new ArrayList<>();
        private int bucket;
        private int index;
        private @Nullable StoredEntry last;

        Entrywise(SegmentMap<K, V> map, Function<MapEntry<K, V>, T> part) {
            this.map = map;
            this.part = part;
        }

        @Override
        public boolean hasNext() {
            map.region().segment().ensureOpen();
            while (index == stored.size()) {
                if (bucket == map.entries().table().shape().buckets()) {
                    return false;
                }
                map.entries().table().reader().copyBucket(bucket, stored);
                bucket++;
                index = 0;
            }
            return true;
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            final MapEntry<K, V> entry = new MapEntry<>(map, stored.get(index));
            index++;
            last = entry.stored;
            return part.apply(entry);
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("next was not called since the last remove");
            }
            map.entries().remove(last, false);
            last = null;
        }
    }

    /// The keys.
    static final class Keys<K, V> extends AbstractSet<K> {
        private final SegmentMap<K, V> map;

        Keys(SegmentMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<K> iterator() {
            return new Entrywise<>(map, MapEntry::getKey);
        }

        @Override
        public Spliterator<K> spliterator() {
            return unsized(iterator(), Spliterator.DISTINCT);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object key) {
            return map.containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return map.remove(key) != null;
        }

        @Override
        public boolean removeAll(Collection<?> keys) {
            return removeIf(keys::contains);
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    /// The values.
    static final class Values<K, V> extends AbstractCollection<V> {
        private final SegmentMap<K, V> map;

        Values(SegmentMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<V> iterator() {
            return new Entrywise<>(map, MapEntry::getValue);
        }

        @Override
        public Spliterator<V> spliterator() {
            return unsized(iterator(), 0);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object value) {
            return map.containsValue(value);
        }

        @Override
        public boolean removeIf(Predicate<? super V> filter) {
            Objects.requireNonNull(filter, "filter");
            return map.entrySet().removeIf(entry -> filter.test(entry.getValue()));
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(element -> !others.contains(element));
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    /// The entries.
    static final class Entries<K, V> extends AbstractSet<Map.Entry<K, V>> {
        private final SegmentMap<K, V> map;

        Entries(SegmentMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new Entrywise<>(map, entry -> entry);
        }

        @Override
        public Spliterator<Map.Entry<K, V>> spliterator() {
            return unsized(iterator(), Spliterator.DISTINCT);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object entry) {
            return entry instanceof Map.Entry<?, ?> other
                    && other.getKey() != null
                    && other.getValue() != null
                    && map.entries().contains(other.getKey(), other.getValue());
        }

        @Override
        public boolean remove(Object entry) {
            return entry instanceof Map.Entry<?, ?> other
                    && other.getKey() != null
                    && map.remove(other.getKey(), other.getValue());
        }

        /// An entry whose value has changed since it was looked at stays.
        @Override
        public boolean removeIf(Predicate<? super Map.Entry<K, V>> filter) {
            Objects.requireNonNull(filter, "filter");
            boolean removed = false;
            final Iterator<MapEntry<K, V>> all = new Entrywise<>(map, entry -> entry);
            while (all.hasNext()) {
                final MapEntry<K, V> entry = all.next();
                removed |= filter.test(entry) && entry.removeIfSame();
            }
            return removed;
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(element -> !others.contains(element));
        }

        @Override
        public void clear() {
            map.clear();
        }
    }
}
