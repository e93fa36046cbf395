package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.codec.RecordWords;
import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.store.MappedWords;
import dev.backplane.store.Region;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Looks up keys of at most 16 bytes, whose values are of at most 16 bytes: what [MapReader] does by way of
/// [EncodedBytes], with what is compared and copied in registers.
///
/// A key's length is that of its codec, whose name the map holds, and so is not compared.
final class MapWords<K, V> {
    private final MappedWords words;
    private final MapReader reader;
    private final Shape shape;
    private final RecordWords<K> keys;
    private final RecordWords<V> values;
    private final int keyBytes;
    private final long hashStart;
    private final int valueBytes;
    private final int cells;
    private final int cellBytes;
    private final int valueOffset;
    private final long cellsAt;

    private MapWords(Region region, MapTable table, FixedRecordCodec<K> keys, FixedRecordCodec<V> values) {
        this.words = new MappedWords(region.memory());
        this.reader = table.reader();
        this.shape = table.shape();
        this.keys = RecordWords.of(keys.layout());
        this.values = RecordWords.of(values.layout());
        this.keyBytes = keys.fixedLength();
        this.hashStart = EncodedBytes.hashOf(keyBytes);
        this.valueBytes = values.fixedLength();
        this.cells = shape.cells();
        this.cellBytes = shape.cellBytes();
        this.valueOffset = shape.valueOffset();
        this.cellsAt = shape.cellAt(0);
    }

    /// Looks up in a map of such records.
    ///
    /// @return null if keys or values are others
    static <K, V> @Nullable MapWords<K, V> of(Region region, MapTable table, Codec<K> keyCodec, Codec<V> valueCodec) {
        final int most = RecordWords.MOST_BYTES;
        if (keyCodec instanceof FixedRecordCodec<K> keys
                && valueCodec instanceof FixedRecordCodec<V> values
                && keys.fixedLength() <= Math.min(most, table.shape().keyBytes())
                && values.fixedLength() <= Math.min(most, table.shape().valueBytes())) {
            return new MapWords<>(region, table, keys, values);
        }
        return null;
    }

    /// Looks a key up. Lock-free; linearizes as [MapReader#find] does.
    ///
    /// @return its value, null if it is absent
    @Nullable
    V get(K key) {
        final long first = keys.first(key);
        final long second = keys.second(key);
        final int bucket = shape.bucketOf(EncodedBytes.hash(hashStart, first, second));
        final long bucketAt = shape.bucketAt(bucket);
        long stale = MapLayout.END;
        // Acquire, here and below, as in MapReader.
        long link = words.getLongAcquire(bucketAt);
        for (int steps = 0; link != MapLayout.END; steps++) {
            if (steps > cells) {
                throw reader.endless(bucket);
            }
            final long cellAt = cellAt(link);
            final long keyAt = cellAt + shape.keyOffset();
            if (words.getLong(keyAt) == first && second(keyAt, keyBytes) == second) {
                final long valueAt = cellAt + valueOffset;
                final int length = words.getInt(cellAt + MapLayout.VALUE_LENGTH.offset());
                final long valueFirst = words.getLong(valueAt);
                final long valueSecond = second(valueAt, valueBytes);
                if (isCurrent(link, cellAt)) {
                    return made(cellAt, length, valueFirst, valueSecond);
                }
            } else {
                final long next = words.getLongAcquire(cellAt + MapLayout.NEXT.offset());
                if (isCurrent(link, cellAt)) {
                    link = next;
                    continue;
                }
            }
            stale = reader.other(link, stale);
            steps = -1;
            link = words.getLongAcquire(bucketAt);
        }
        return null;
    }

    private long cellAt(long link) {
        final int cell = MapLayout.cellOf(link);
        return Integer.compareUnsigned(cell, cells) < 0 ? cellsAt + (long) cell * cellBytes : reader.cellAt(link);
    }

    private V made(long cellAt, int length, long first, long second) {
        if (length != valueBytes) {
            throw reader.badLength(cellAt);
        }
        return values.of(first, second);
    }

    private long second(long at, int bytes) {
        return bytes > Long.BYTES ? words.getLong(at + Long.BYTES) : 0;
    }

    /// [MapReader#isCurrent].
    private boolean isCurrent(long link, long cellAt) {
        VarHandle.acquireFence();
        return words.getIntAcquire(cellAt + MapLayout.TAG.offset()) == MapLayout.tagOf(link);
    }
}
