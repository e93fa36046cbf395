package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.shm.MapReader.StoredEntry;
import dev.backplane.store.Region;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A map's keys and values as bytes.
///
/// @param <K> the type of the keys
/// @param <V> the type of the values
final class MapEncodings<K, V> {
    private final Region region;
    private final Shape shape;
    private final Codec<K> keys;
    private final Codec<V> values;

    /// @throws dev.backplane.store.SegmentException if the map was created with other codecs
    MapEncodings(Region region, Shape shape, Codec<K> keys, Codec<V> values) {
        this.region = region;
        this.shape = shape;
        this.keys = Codecs.symmetric(keys);
        this.values = Codecs.symmetric(values);
        CodecName.check(region, MapLayout.KEY_CODEC_OFFSET, keys, "keys");
        CodecName.check(region, MapLayout.VALUE_CODEC_OFFSET, values, "values");
    }

    Codec<K> keys() {
        return keys;
    }

    Codec<V> values() {
        return values;
    }

    /// A key of its bytes.
    ///
    /// @throws CodecException if they are none, or null, which nobody puts
    K keyOf(EncodedBytes bytes) {
        return notNull("key", bytes.decode(keys), bytes);
    }

    /// A value of its bytes.
    ///
    /// @throws CodecException if they are none, or null, which nobody puts
    V valueOf(EncodedBytes bytes) {
        return notNull("value", bytes.decode(values), bytes);
    }

    private <T> T notNull(String what, @Nullable T read, EncodedBytes bytes) {
        if (read == null) {
            throw isNull(what, bytes.length());
        }
        return read;
    }

    private CodecException isNull(String what, int lengthBytes) {
        return new CodecException("a " + what + " of the map " + region.name() + " in "
                + region.segment().path() + " is null by its " + lengthBytes
                + " bytes: the segment is damaged, remove the map");
    }

    /// Encodes a key that is looked for.
    ///
    /// @return false if it is too long to be there
    @SuppressWarnings("unchecked") // The codec's own cast refuses what is of another class.
    boolean key(MapAccess access, Object key) {
        if (!access.key.encode(keys, (K) Objects.requireNonNull(key, "key"))) {
            return false;
        }
        access.hash = access.key.hash();
        return true;
    }

    /// [#key] where the only question is whether it is there.
    ///
    /// @return false also if the codec refuses to write it
    boolean isKey(MapAccess access, Object key) {
        try {
            return key(access, key);
        } catch (CodecException _) {
            return false;
        }
    }

    /// Takes in the bytes of a key that was read. Encoded once more it may have others, for some codecs.
    void storedKey(MapAccess access, StoredEntry entry) {
        access.key.copyFrom(entry.key());
        access.hash = access.key.hash();
    }

    /// Encodes a key to put.
    void newKey(MapAccess access, Object key) {
        if (!key(access, key)) {
            throw tooLong("key", access.key.length(), shape.keyBytes());
        }
    }

    /// Encodes a value to put.
    void newValue(MapAccess access, V value) {
        if (!access.value.encode(values, Objects.requireNonNull(value, "value"))) {
            throw tooLong("value", access.value.length(), shape.valueBytes());
        }
    }

    private IllegalArgumentException tooLong(String what, int length, int most) {
        return new IllegalArgumentException("a " + what + " takes " + length + " bytes, the map " + region.name()
                + " in " + region.segment().path() + " was created for " + most + " at most");
    }

    /// Encodes a value that is looked for.
    ///
    /// @return false if it is too long to be there
    @SuppressWarnings("unchecked") // The codec's own cast refuses what is of another class.
    boolean value(EncodedBytes bytes, @Nullable Object value) {
        return bytes.encode(values, (V) Objects.requireNonNull(value, "value"));
    }

    /// [#value] where the only question is whether it is there.
    ///
    /// @return false also if the codec refuses to write it
    boolean isValue(EncodedBytes bytes, Object value) {
        try {
            return value(bytes, value);
        } catch (CodecException _) {
            return false;
        }
    }
}
