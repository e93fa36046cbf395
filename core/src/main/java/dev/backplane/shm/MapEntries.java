package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.shm.MapReader.StoredEntry;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
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
    private final Codec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final @Nullable MapWords<K, V> words;

    MapEntries(Region region, MapTable table, Codec<K> keyCodec, Codec<V> valueCodec) {
        this.region = region;
        this.segment = region.segment();
        this.table = table;
        this.keyCodec = Codecs.symmetric(keyCodec);
        this.valueCodec = Codecs.symmetric(valueCodec);
        CodecName.check(region, MapLayout.KEY_CODEC_OFFSET, keyCodec, "keys");
        CodecName.check(region, MapLayout.VALUE_CODEC_OFFSET, valueCodec, "values");
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

    Codec<K> keyCodec() {
        return keyCodec;
    }

    Codec<V> valueCodec() {
        return valueCodec;
    }

    /// Encodes a key that is looked for.
    ///
    /// @return false if it is too long to be there
    @SuppressWarnings("unchecked") // The codec's own cast refuses what is of another class.
    private boolean encodeKey(MapAccess access, Object key) {
        if (!access.key.encode(keyCodec, (K) Objects.requireNonNull(key, "key"))) {
            return false;
        }
        access.hash = access.key.hash();
        return true;
    }

    /// Looks for a key that is at hand as its bytes. Encoded once more it may have others, for some codecs.
    private static void storedKey(MapAccess access, StoredEntry entry) {
        access.key.copyFrom(entry.key());
        access.hash = access.key.hash();
    }

    private void encodeNewKey(MapAccess access, Object key) {
        if (!encodeKey(access, key)) {
            throw tooLong("key", access.key.length(), table.shape().keyBytes());
        }
    }

    private void encodeValue(MapAccess access, V value) {
        if (!access.value.encode(valueCodec, Objects.requireNonNull(value, "value"))) {
            throw tooLong("value", access.value.length(), table.shape().valueBytes());
        }
    }

    private IllegalArgumentException tooLong(String what, int length, int most) {
        return new IllegalArgumentException("a " + what + " takes " + length + " bytes, the map " + region.name()
                + " in " + segment.path() + " was created for " + most + " at most");
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
            return encodeKey(access, key) && table.reader().find(access) ? access.found.decode(valueCodec) : null;
        } finally {
            access.busy(false);
        }
    }

    boolean containsKey(Object key) {
        final MapAccess access = read();
        try {
            return encodeKey(access, key) && table.reader().find(access);
        } finally {
            access.busy(false);
        }
    }

    /// Does to the entry of the access's key what is decided.
    ///
    /// @param mayInsert whether an absent entry may be put. Room for it is taken first, and made if there is
    ///     none: a decision is made once, as it may call a function
    /// @return whether the entry was there
    private boolean change(MapAccess access, boolean mayInsert, Decision decision) {
        for (boolean isLast = false; ; isLast = true) {
            table.enter(access);
            try {
                final boolean present = table.locate(access);
                final boolean hasRoom = present || !mayInsert || table.take(access);
                if (hasRoom || isLast) {
                    apply(access, present, hasRoom, decision.of(access, present));
                    return present;
                }
            } finally {
                table.giveBack(access);
                table.leave(access);
            }
            segment.sweepDeadNow(); // The dead may have left some.
        }
    }

    private void apply(MapAccess access, boolean present, boolean hasRoom, Change change) {
        if (present && change == Change.PUT) {
            table.replace(access);
        } else if (change == Change.PUT && !hasRoom) {
            throw full();
        } else if (change == Change.PUT) {
            table.insert(access);
        } else if (present && change == Change.REMOVE) {
            table.remove(access);
        }
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
                encodeNewKey(access, key);
            } else if (!encodeKey(access, key)) {
                Objects.requireNonNull(value, "value");
                return null;
            }
            encodeValue(access, value);
            return change(access, mayInsert, decision) ? access.found.decode(valueCodec) : null;
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
            if (!encodeKey(access, key) || !encodeOther(access, oldValue)) {
                return false;
            }
            final EncodedBytes old = access.value.copy();
            encodeValue(access, newValue);
            final boolean[] same = new boolean[1];
            change(access, false, (_, present) -> {
                same[0] = present && access.found.equalsBytes(old);
                return same[0] ? Change.PUT : Change.NONE;
            });
            return same[0];
        } finally {
            access.busy(false);
        }
    }

    /// Encodes a value that is looked for.
    ///
    /// @return false if it is too long to be there
    @SuppressWarnings("unchecked") // The codec's own cast refuses what is of another class.
    private boolean encodeOther(MapAccess access, @Nullable Object value) {
        return access.value.encode(valueCodec, (V) Objects.requireNonNull(value, "value"));
    }

    @Nullable
    V remove(Object key) {
        final MapAccess access = write();
        try {
            return encodeKey(access, key) && change(access, false, (_, present) -> Change.REMOVE)
                    ? access.found.decode(valueCodec)
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
            if (!encodeKey(access, key) || !encodeOther(access, value)) {
                return false;
            }
            final boolean[] same = new boolean[1];
            change(access, false, (_, present) -> {
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
            storedKey(access, entry);
            final boolean[] removed = new boolean[1];
            change(access, false, (_, present) -> {
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
            return encodeKey(access, key)
                    && encodeOther(access, value)
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
                encodeNewKey(access, key);
            } else if (!encodeKey(access, key)) {
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
        change(access, mayInsert, (_, present) -> {
            final @Nullable V before = present ? access.found.decode(valueCodec) : null;
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
        final K key = entry.key().decode(keyCodec);
        final MapAccess access = write();
        try {
            storedKey(access, entry);
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
                encodeValue(access, after);
            }
            return after;
        } finally {
            access.inFunction(false);
        }
    }

    @SuppressWarnings("unchecked") // The codec's own cast refuses what is of another class.
    boolean containsValue(Object value) {
        segment.ensureOpen();
        final EncodedBytes sought = new EncodedBytes(table.shape().valueBytes());
        if (!sought.encode(valueCodec, (V) Objects.requireNonNull(value, "value"))) {
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
