package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.shm.SegmentMapTest.Colour;
import dev.backplane.shm.SegmentMapTest.Four;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

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
    void keysAndValuesThatNoCellCanHaveAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MapOptions(1, 1 << 30, 1 << 30));
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
