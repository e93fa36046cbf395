package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.shm.MapReader.StoredEntry;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The entries of a map as keys and values: what one call does with a [MapTable] of bytes.
///
/// Every change is a decision, made in the stripe's section, about the entry of one key.
final class MapEntries<K, V> {
    private final Region region;
    private final Segment segment;
    private final MapTable table;
    private final MapEncodings<K, V> encodings;
    private final @Nullable MapWords<K, V> words;

    MapEntries(Region region, MapTable table, Codec<K> keyCodec, Codec<V> valueCodec) {
        this.region = region;
        this.segment = region.segment();
        this.table = table;
        this.encodings = new MapEncodings<>(region, table.shape(), keyCodec, valueCodec);
        this.words = MapWords.of(region, table, keyCodec, valueCodec);
    }

    /// What becomes of an entry.
    private enum Change {
        NONE,
        PUT,
        REMOVE
    }

    /// Decides in the stripe's section what becomes of an entry. The value to put is in the access then.
    @FunctionalInterface
    private interface Decision {
        Change of(MapAccess access, boolean present);
    }

    MapTable table() {
        return table;
    }

    /// Its keys and values as bytes.
    MapEncodings<K, V> encodings() {
        return encodings;
    }

    /// A call that ends with [MapAccess#busy].
    private MapAccess read() {
        segment.ensureOpenPlain();
        return table.access();
    }

    private MapAccess write() {
        if (table.isInFunction()) {
            throw new IllegalStateException("a function that the map " + region.name() + " in " + segment.path()
                    + " has called changes the map: it may only read it");
        }
        return table.access();
    }

    @Nullable
    @SuppressWarnings("unchecked") // The record's accessors refuse what is of another class.
    V get(Object key) {
        if (words != null) {
            segment.ensureOpenPlain();
            return words.get((K) Objects.requireNonNull(key, "key"));
        }
        final MapAccess access = read();
        try {
            return encodings.key(access, key) && table.reader().find(access) ? encodings.valueOf(access.found) : null;
        } finally {
            access.busy(false);
        }
    }

    boolean containsKey(Object key) {
        final MapAccess access = read();
        try {
            return encodings.isKey(access, key) && table.reader().find(access);
        } finally {
            access.busy(false);
        }
    }

    /// Does to the entry of the access's key what is decided, once, as a function may be called for that.
    ///
    /// @return whether the entry was there
    private boolean change(MapAccess access, Decision decision) {
        boolean isHalfDone = false;
        table.enter(access);
        try {
            final boolean present = table.locate(access);
            final Change change = decision.of(access, present);
            isHalfDone = true;
            final boolean isDone = apply(access, present, change);
            isHalfDone = false;
            if (!isDone) {
                throw full();
            }
            return present;
        } finally {
            table.leave(access, isHalfDone);
        }
    }

    /// @return false if there is no room
    private boolean apply(MapAccess access, boolean present, Change change) {
        if (change == Change.PUT && !present) {
            final int cell = take(access);
            if (cell == MapTable.NONE) {
                return false;
            }
            table.insert(access, cell);
        } else if (change == Change.PUT) {
            table.replace(access);
        } else if (change == Change.REMOVE && present) {
            table.remove(access);
        }
        return true;
    }

    /// Takes a free cell.
    private int take(MapAccess access) {
        final int cell = table.take(access);
        return cell == MapTable.NONE ? takeOfOthers(access) : cell;
    }

    /// Takes a cell that the dead have left in a stripe, or one that moved while it was looked for, since others take
    /// and free cells.
    private int takeOfOthers(MapAccess access) {
        table.makeGood();
        final long start = System.nanoTime();
        int cell = table.take(access);
        while (cell == MapTable.NONE
                && table.mayHaveRoom()
                && System.nanoTime() - start < WaitLoop.SLICE_NANOS) { // Who is about to count may be frozen.
            Thread.onSpinWait();
            cell = table.take(access);
        }
        return cell;
    }

    private IllegalStateException full() {
        return new IllegalStateException("the map " + region.name() + " in " + segment.path() + " is full with its "
                + table.shape().entries() + " entries: remove some, or create it for more");
    }

    /// Encodes both, decides, and returns the value before.
    private @Nullable V put(K key, V value, boolean mayInsert, Decision decision) {
        final MapAccess access = write();
        try {
            if (mayInsert) {
                encodings.newKey(access, key);
            } else if (!encodings.key(access, key)) {
                Objects.requireNonNull(value, "value");
                return null;
            }
            encodings.newValue(access, value);
            return change(access, decision) ? encodings.valueOf(access.found) : null;
        } finally {
            access.busy(false);
        }
    }

    @Nullable
    V put(K key, V value) {
        return put(key, value, true, (access, present) -> Change.PUT);
    }

    @Nullable
    V putIfAbsent(K key, V value) {
        return put(key, value, true, (access, present) -> present ? Change.NONE : Change.PUT);
    }

    @Nullable
    V replace(K key, V value) {
        return put(key, value, false, (access, present) -> present ? Change.PUT : Change.NONE);
    }

    boolean replace(K key, V oldValue, V newValue) {
        final MapAccess access = write();
        try {
            Objects.requireNonNull(newValue, "newValue");
            if (!encodings.key(access, key) || !encodings.value(access.value, oldValue)) {
                return false;
            }
            final EncodedBytes old = access.value.copy();
            encodings.newValue(access, newValue);
            final boolean[] same = new boolean[1];
            change(access, (_, present) -> {
                same[0] = present && access.found.equalsBytes(old);
                return same[0] ? Change.PUT : Change.NONE;
            });
            return same[0];
        } finally {
            access.busy(false);
        }
    }

    @Nullable
    V remove(Object key) {
        final MapAccess access = write();
        try {
            return encodings.key(access, key) && change(access, (_, present) -> Change.REMOVE)
                    ? encodings.valueOf(access.found)
                    : null;
        } finally {
            access.busy(false);
        }
    }

    boolean remove(Object key, @Nullable Object value) {
        Objects.requireNonNull(key, "key");
        if (value == null) {
            return false; // As ConcurrentHashMap has it: no entry has this value.
        }
        final MapAccess access = write();
        try {
            if (!encodings.key(access, key) || !encodings.value(access.value, value)) {
                return false;
            }
            final boolean[] same = new boolean[1];
            change(access, (_, present) -> {
                same[0] = present && access.found.equalsBytes(access.value);
                return same[0] ? Change.REMOVE : Change.NONE;
            });
            return same[0];
        } finally {
            access.busy(false);
        }
    }

    /// Takes an entry away that was read.
    ///
    /// @param ifSame whether it stays if it has another value by now
    /// @return whether it was taken away
    boolean remove(StoredEntry entry, boolean ifSame) {
        final MapAccess access = write();
        try {
            encodings.storedKey(access, entry);
            final boolean[] removed = new boolean[1];
            change(access, (_, present) -> {
                removed[0] = present && (!ifSame || access.found.equalsBytes(entry.value()));
                return removed[0] ? Change.REMOVE : Change.NONE;
            });
            return removed[0];
        } finally {
            access.busy(false);
        }
    }

    /// Whether an entry with that value is there.
    boolean contains(Object key, Object value) {
        final MapAccess access = read();
        try {
            return encodings.isKey(access, key)
                    && encodings.isValue(access.value, value)
                    && table.reader().find(access)
                    && access.found.equalsBytes(access.value);
        } finally {
            access.busy(false);
        }
    }

    /// Changes an entry to what a function makes of its value; null stands for none, both ways.
    ///
    /// @param mayInsert whether the function is called for an absent entry
    /// @param mayReplace whether it is called for a present one
    /// @return the value afterwards
    @Nullable
    V update(K key, boolean mayInsert, boolean mayReplace, Function<@Nullable V, @Nullable V> function) {
        final MapAccess access = write();
        try {
            if (mayInsert) {
                encodings.newKey(access, key);
            } else if (!encodings.key(access, key)) {
                return null;
            }
            return update(access, mayInsert, mayReplace, function);
        } finally {
            access.busy(false);
        }
    }

    private @Nullable V update(
            MapAccess access, boolean mayInsert, boolean mayReplace, Function<@Nullable V, @Nullable V> function) {
        final Result<V> result = new Result<>();
        change(access, (_, present) -> {
            final @Nullable V before = present ? encodings.valueOf(access.found) : null;
            result.value = before;
            if (!(present ? mayReplace : mayInsert)) {
                return Change.NONE;
            }
            result.value = call(access, before, function);
            return result.value == null ? Change.REMOVE : Change.PUT;
        });
        return result.value;
    }

    /// Changes each entry that is there to what a function makes of it, never null.
    void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        segment.ensureOpen();
        final List<StoredEntry> stored = new ArrayList<>();
        for (int bucket = 0; bucket < table.shape().buckets(); bucket++) {
            table.reader().copyBucket(bucket, stored);
            for (StoredEntry entry : stored) {
                replace(entry, function);
            }
        }
    }

    private void replace(StoredEntry entry, BiFunction<? super K, ? super V, ? extends V> function) {
        final K key = encodings.keyOf(entry.key());
        final MapAccess access = write();
        try {
            encodings.storedKey(access, entry);
            update(
                    access,
                    false,
                    true,
                    before -> Objects.requireNonNull(
                            function.apply(key, Objects.requireNonNull(before)), "the new value"));
        } finally {
            access.busy(false);
        }
    }

    /// What a function returned.
    private static final class Result<V> {
        private @Nullable V value;
    }

    private @Nullable V call(MapAccess access, @Nullable V before, Function<@Nullable V, @Nullable V> function) {
        access.inFunction(true);
        try {
            final @Nullable V after = function.apply(before);
            if (after != null) {
                encodings.newValue(access, after);
            }
            return after;
        } finally {
            access.inFunction(false);
        }
    }

    boolean containsValue(Object value) {
        segment.ensureOpen();
        final EncodedBytes sought = new EncodedBytes(table.shape().valueBytes());
        if (!encodings.isValue(sought, value)) {
            return false;
        }
        final List<StoredEntry> stored = new ArrayList<>();
        for (int bucket = 0; bucket < table.shape().buckets(); bucket++) {
            table.reader().copyBucket(bucket, stored);
            for (StoredEntry entry : stored) {
                if (entry.value().equalsBytes(sought)) {
                    return true;
                }
            }
        }
        return false;
    }

    void clear() {
        write().busy(false);
        table.clear();
    }

    int size() {
        segment.ensureOpenPlain();
        return table.size();
    }
}
