package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.shm.SegmentMapTest.Colour;
import dev.backplane.shm.SegmentMapTest.Four;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What maps refuse, and whom they wait for.
@NullUnmarked
final class MapRefusalsTest extends TwoAttachments {
    private SharedMap<String, Long> map(Manager manager) throws IOException {
        return manager.map("m", String.class, Long.class, 64);
    }

    @Test
    void whoClosesWaitsForNoFunctionOfAnother() throws Exception {
        final SharedMap<String, Long> map = map(mine);
        final long value = map.compute("a", (key, none) -> {
            try (Manager other = Manager.open(directory.resolve("segment"))) {
                assertNull(map(other).get("a"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return 1L;
        });
        assertEquals(1, value);
    }

    @Test
    void whoAsksForTheSizeWaitsForNoFunction() throws IOException {
        final SharedMap<String, Long> map = map(mine);
        final SharedMap<String, Long> same = map(theirs);
        map.put("a", 1L);
        assertEquals(2L, map.compute("a", (key, one) -> one + map.size() + same.size() - 1));
        assertEquals(1, same.size());
    }

    @Test
    void whoClosesInAFunctionOfItsOwnIsRefused() throws Exception {
        final SharedMap<String, Long> map = map(mine);
        Refusal.of(
                IllegalStateException.class,
                () -> map.compute("a", (key, none) -> {
                    close(mine);
                    return 1L;
                }),
                "segment",
                "when the call is over");
        final SharedList<Long> list = mine.list("l", Long.class, 4);
        list.add(1L);
        assertThrows(
                IllegalStateException.class,
                () -> list.replaceAll(element -> {
                    close(mine);
                    return 2L;
                }));
        assertEquals(List.of(1L), list);
        assertNull(map.put("a", 2L), "the manager is still open");
        mine.close();
        assertEquals(2L, map(theirs).get("a"));
    }

    private static void close(Manager manager) {
        try {
            manager.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keysAndValuesThatNoCellCanHaveAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MapOptions(1, 1 << 30, 1 << 30));
    }

    @Test
    void aFullMapRefusesOnlyWhatWouldBeOneMore() throws IOException {
        final SharedMap<Integer, Long> map = mine.map("full", Integer.class, Long.class, 2);
        map.putAll(Map.of(1, 1L, 2, 2L));
        final AtomicInteger asked = new AtomicInteger();
        assertNull(map.compute(3, (key, none) -> {
            asked.incrementAndGet();
            return null;
        }));
        assertNull(map.computeIfAbsent(3, key -> {
            asked.incrementAndGet();
            return null;
        }));
        assertEquals(2, asked.get());
        assertThrows(IllegalStateException.class, () -> map.compute(3, (key, none) -> (long) asked.incrementAndGet()));
        assertEquals(3, asked.get(), "asked once");
        assertThrows(IllegalStateException.class, () -> map.putIfAbsent(3, 3L));
        assertThrows(IllegalStateException.class, () -> map.merge(3, 3L, Long::sum));
        assertEquals(5L, map.computeIfAbsent(1, key -> 0L) + map.merge(2, 2L, Long::sum));
        assertNull(map.merge(1, 1L, (a, b) -> null));
        assertEquals(4L, map.compute(3, (key, none) -> 1L + asked.get()));
        assertEquals(Map.of(2, 4L, 3, 4L), map);
    }

    @Test
    void bytesThatAreNullAreNoKeyAndNoValue() throws IOException {
        final MapOptions options = MapOptions.entries(2);
        final SharedMap<Object, Object> map = mine.map("m", Codecs.tagged(), Codecs.tagged(), options);
        theirs.map("m", Codecs.tagged(), new NullWriter(), options).put("a", "x");
        final List<Executable> reads = List.of(
                () -> map.get("a"),
                () -> map.getOrDefault("a", "y"),
                () -> map.computeIfAbsent("a", key -> "y"),
                () -> map.computeIfPresent("a", (key, value) -> "y"),
                () -> map.merge("a", "y", (before, after) -> after),
                () -> map.replaceAll((key, value) -> "y"),
                () -> map.values().iterator().next());
        for (Executable read : reads) {
            Refusal.of(CodecException.class, read, "value", "map m in ", "null", "damaged");
        }
        assertTrue(map.containsKey("a"));
        map.clear();
        theirs.map("m", new NullWriter(), Codecs.tagged(), options).put("a", "x");
        Refusal.of(CodecException.class, () -> map.keySet().iterator().next(), "key", "map m in ", "null", "damaged");
        map.clear();
        assertNull(map.put("a", "x"));
        assertEquals(Map.of("a", "x"), map);
    }

    private enum Size {
        SMALL,
        LARGE
    }

    @Test
    @SuppressWarnings("CollectionIncompatibleType") // On purpose.
    void noEntryIsAnotherClassesValue() throws IOException {
        final SharedMap<Colour, Four> map = mine.map("m", Colour.class, Four.class, 4);
        map.put(Colour.RED, Four.of(1));
        assertThrows(ClassCastException.class, () -> map.get(Size.SMALL));
        assertThrows(ClassCastException.class, () -> map.containsKey(Size.SMALL));
        assertThrows(ClassCastException.class, () -> map.remove(Size.SMALL));
        assertThrows(ClassCastException.class, () -> map.remove(Colour.RED, "no four"));
        assertThrows(ClassCastException.class, () -> map.containsValue(Size.LARGE));
        assertNotEquals(Map.of(Size.SMALL, Four.of(1)), map);
        assertNotEquals(map, Map.of(Size.SMALL, Four.of(1)));
        assertNotEquals(map, Map.of(Colour.RED, "no four"));
        assertEquals(Map.of(Colour.RED, Four.of(1)), map);
        final SharedMap<Four, Colour> byRecord = theirs.map("r", Four.class, Colour.class, 4);
        byRecord.put(Four.of(1), Colour.GREEN);
        assertThrows(ClassCastException.class, () -> byRecord.get(Colour.GREEN));
        assertNotEquals(byRecord, Map.of("no four", Colour.GREEN));
        assertNotEquals(byRecord, Map.of(Four.of(1), Size.LARGE));
        assertEquals(Map.of(Four.of(1), Colour.GREEN), byRecord);
    }
}
