package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps of short records, whose entries are looked up in registers: as all other maps.
final class MapWordsTest {
    private record Id(int venue, short kind) {}

    private record Pair(long first, long second) {}

    private record Price(double bid) {}

    private Manager manager;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.anonymous("words", SegmentOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private <K, V> SharedMap<K, V> map(Class<K> keys, Class<V> values, int entries, int bytes) throws IOException {
        return manager.map(
                "map",
                FixedRecordCodec.of(keys),
                FixedRecordCodec.of(values),
                MapOptions.entries(entries).withKeyBytes(bytes).withValueBytes(bytes));
    }

    @Test
    void whatWasPutIsFoundByShortKeysAndLong() throws IOException {
        final SharedMap<Id, Price> map = map(Id.class, Price.class, 500, 8);
        for (int i = 0; i < 500; i++) {
            assertNull(map.put(new Id(i, (short) -i), new Price(i / 8.0)));
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(new Price(i / 8.0), map.get(new Id(i, (short) -i)));
            assertNull(map.get(new Id(i, (short) (1 - i))));
            assertTrue(map.containsKey(new Id(i, (short) -i)));
        }
        assertEquals(new Price(0.5), map.remove(new Id(4, (short) -4)));
        assertNull(map.get(new Id(4, (short) -4)));
    }

    @Test
    void aMapOfRoomForLongerEntriesFindsThem() throws IOException {
        final SharedMap<Pair, Id> map = map(Pair.class, Id.class, 100, 40);
        map.put(new Pair(1, 2), new Id(3, (short) 4));
        map.put(new Pair(1, 3), new Id(5, (short) 6));
        assertEquals(new Id(3, (short) 4), map.get(new Pair(1, 2)));
        assertEquals(new Id(5, (short) 6), map.get(new Pair(1, 3)));
        assertNull(map.get(new Pair(2, 2)));
    }

    @Test
    void bytesBetweenAndBehindComponentsOfAStoredKeyAreOfThatKeyOnly() throws IOException {
        final SharedMap<Id, Price> map = map(Id.class, Price.class, 10, 8);
        map.put(new Id(1, (short) 2), new Price(3));
        final MemorySegment memory = ((SegmentMap<Id, Price>) map).region().memory();
        final MapLayout.Shape shape =
                ((SegmentMap<Id, Price>) map).entries().table().shape();
        for (int cell = 0; cell < shape.cells(); cell++) {
            memory.set(ValueLayout.JAVA_BYTE, shape.cellAt(cell) + shape.keyOffset() + 7, (byte) 1);
        }
        final Iterator<Id> keys = map.keySet().iterator();
        assertEquals(new Id(1, (short) 2), keys.next());
        keys.remove(); // By the bytes that are stored.
        map.put(new Id(4, (short) 5), new Price(6));
        assertEquals(new Price(6), map.get(new Id(4, (short) 5)));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes", "CollectionIncompatibleType"}) // On purpose.
    void aKeyOfAnotherClassAndNullAreRefused() throws IOException {
        final SharedMap map = map(Pair.class, Pair.class, 10, 16);
        for (Object other : List.of("no pair", new Id(1, (short) 2))) {
            assertThrows(ClassCastException.class, () -> map.get(other));
            assertThrows(ClassCastException.class, () -> map.containsKey(other));
            assertThrows(ClassCastException.class, () -> map.containsValue(other));
            assertThrows(ClassCastException.class, () -> map.put(new Pair(1, 2), other));
        }
        assertTrue(map.isEmpty());
        assertThrows(NullPointerException.class, () -> map.get(null));
        manager.close();
        assertThrows(IllegalStateException.class, () -> map.get(new Pair(1, 2)));
    }

    @Test
    void anEntryThatCannotBeOneIsRefused() throws IOException {
        final SharedMap<Pair, Pair> map = map(Pair.class, Pair.class, 10, 16);
        map.put(new Pair(1, 2), new Pair(3, 4));
        final Region region = ((SegmentMap<Pair, Pair>) map).region();
        final MapLayout.Shape shape = MapTable.shape(region);
        for (int cell = 0; cell < shape.cells(); cell++) {
            MapLayout.VALUE_LENGTH.set(region.memory(), shape.cellAt(cell), 9);
        }
        final SegmentException refused = assertThrows(SegmentException.class, () -> map.get(new Pair(1, 2)));
        assertTrue(String.valueOf(refused.getMessage()).contains("a value of 9 bytes"), refused::toString);
    }

    @Test
    void aValueIsOneThatWasPutForItsKeyWhileItIsReplacedAndMoved() throws Exception {
        final SharedMap<Pair, Pair> map = map(Pair.class, Pair.class, 8, 16);
        final AtomicBoolean done = new AtomicBoolean();
        final CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            final ThreadLocalRandom random = ThreadLocalRandom.current();
            while (!done.get()) {
                final long key = random.nextInt(8);
                if (random.nextBoolean()) {
                    map.put(new Pair(key, -key), new Pair(random.nextLong() << 3 | key, key));
                } else {
                    map.remove(new Pair(key, -key));
                }
            }
        });
        int found = 0;
        try {
            while (found < 200_000) {
                final long key = found & 7;
                final Pair value = map.get(new Pair(key, -key));
                if (value != null) {
                    assertEquals(key, value.first() & 7);
                    assertEquals(key, value.second());
                    found++;
                } else if (writer.isDone()) {
                    break;
                }
            }
        } finally {
            done.set(true);
        }
        writer.join();
        assertEquals(200_000, found);
    }
}
