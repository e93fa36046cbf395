package dev.backplane.shm;

import dev.backplane.SharedMap;
import dev.backplane.codec.Codec;
import dev.backplane.store.Region;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// [SharedMap]: its contract in terms of [MapEntries].
///
/// @param <K> the type of the keys
/// @param <V> the type of the values
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentMap<K, V> extends SegmentObject implements SharedMap<K, V> {
    private final MapEntries<K, V> entries;

    SegmentMap(SegmentManager manager, Region region, MapEntries<K, V> entries) {
        super(manager, region);
        this.entries = entries;
    }

    /// What all views of this map work on.
    MapEntries<K, V> entries() {
        return entries;
    }

    @Override
    public int maxEntries() {
        return entries.table().shape().entries();
    }

    @Override
    public int maxKeyBytes() {
        return entries.table().shape().keyBytes();
    }

    @Override
    public int maxValueBytes() {
        return entries.table().shape().valueBytes();
    }

    @Override
    public Codec<K> keyCodec() {
        return entries.encodings().keys();
    }

    @Override
    public Codec<V> valueCodec() {
        return entries.encodings().values();
    }

    @Override
    public @Nullable V get(Object key) {
        return entries.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        return entries.containsKey(key);
    }

    @Override
    public boolean containsValue(Object value) {
        return entries.containsValue(value);
    }

    @Override
    public @Nullable V put(K key, V value) {
        return entries.put(key, value);
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return entries.putIfAbsent(key, value);
    }

    @Override
    public @Nullable V replace(K key, V value) {
        return entries.replace(key, value);
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        return entries.replace(key, oldValue, newValue);
    }

    @Override
    public @Nullable V remove(Object key) {
        return entries.remove(key);
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        return entries.remove(key, value);
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        return entries.update(key, true, true, before -> function.apply(key, before));
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        final @Nullable V present = get(key);
        return present != null ? present : entries.update(key, true, false, before -> function.apply(key));
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        return entries.update(key, false, true, before -> function.apply(key, Objects.requireNonNull(before)));
    }

    /// As [dev.backplane.ManagerProvider#remove(SharedMap, Object, Consumer)].
    @Nullable
    V remove(K key, Consumer<? super V> check) {
        final AtomicReference<@Nullable V> taken = new AtomicReference<>();
        entries.update(key, false, true, value -> {
            check.accept(Objects.requireNonNull(value));
            taken.set(value);
            return null;
        });
        return taken.get();
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(function, "function");
        return entries.update(key, true, true, before -> before == null ? value : function.apply(before, value));
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        entries.replaceAll(Objects.requireNonNull(function, "function"));
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> others) {
        others.forEach(this::put);
    }

    @Override
    public void clear() {
        entries.clear();
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public Set<K> keySet() {
        return new MapViews.Keys<>(this);
    }

    @Override
    public Collection<V> values() {
        return new MapViews.Values<>(this);
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new MapViews.Entries<>(this);
    }

    /// Whether the other is a map with the same entries, at some moments of the call.
    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || other instanceof Map<?, ?> map && entrySet().equals(map.entrySet());
    }

    @Override
    public int hashCode() {
        return entrySet().hashCode();
    }

    /// The map and where it is, not its entries.
    @Override
    public String toString() {
        return super.toString() + ", " + size() + " of " + maxEntries() + " entries";
    }
}
