package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps of values, and of keys, that have other bytes when they are read and written again.
@NullUnmarked
final class MapEncodingsTest extends TwoAttachments {
    private SharedMap<String, Object> map;

    @BeforeEach
    void fill() throws IOException {
        final MapOptions options = MapOptions.entries(8).withValueBytes(512);
        final Codec<Object> serialized = Codecs.java(Object.class, SerializationPolicy.standard());
        map = mine.map("sets", Codecs.of(String.class), serialized, options);
        for (String key : List.of("a", "b", "c", "d")) {
            final Set<String> wide = new HashSet<>(1024); // Read back, it has fewer buckets, which it writes.
            wide.add(key);
            map.put(key, wide);
        }
        assertFalse(map.replace("a", map.get("a"), 1), "it is written with other bytes now");
    }

    @Test
    void replaceAllAsksForEachEntryOnce() {
        final List<String> asked = new ArrayList<>();
        map.replaceAll((key, value) -> {
            assertEquals(Set.of(key), value);
            assertFalse(asked.contains(key), key);
            asked.add(key);
            return key.length();
        });
        assertEquals(4, asked.size());
        assertEquals(Map.of("a", 1, "b", 1, "c", 1, "d", 1), map);
    }

    @Test
    void whatTheCodecRefusesIsNotThere() {
        final Object foreign = new Object();
        assertFalse(map.containsValue(foreign));
        assertFalse(map.entrySet().contains(Map.entry("a", foreign)));
        assertFalse(map.equals(Map.of("a", foreign, "b", foreign, "c", foreign, "d", foreign)));
        assertThrows(CodecException.class, () -> map.put("a", foreign));
    }

    @Test
    void replaceAllLeavesTheEntryOfWhichItsFunctionThrows() {
        assertThrows(NullPointerException.class, () -> map.replaceAll((key, value) -> null));
        assertThrows(IllegalStateException.class, () -> map.replaceAll((key, value) -> map.put("e", value)));
        assertThrows(NullPointerException.class, () -> map.replaceAll(null));
        assertEquals(Set.of("a", "b", "c", "d"), map.keySet());
        map.forEach((key, value) -> assertEquals(Set.of(key), value));
    }

    @Test
    void viewsTakeAwayWhatTheyAreToTakeAway() {
        assertTrue(map.entrySet().removeIf(entry -> entry.getKey().equals("a")));
        assertTrue(map.values().removeIf(Set.of("b")::equals));
        assertEquals(Set.of("c", "d"), map.keySet());
        assertTrue(map.values().retainAll(List.of(Set.of("c"))));
        assertEquals(Set.of("c"), map.keySet());
        assertFalse(map.values().removeAll(List.of(Set.of("d"))));
        assertTrue(map.values().removeAll(List.of(Set.of("c"))));
        assertTrue(map.isEmpty());
    }

    @Test
    void whatIsSetOrChangedMeanwhileCounts() {
        assertTrue(map.entrySet().removeIf(entry -> {
            if (entry.getKey().equals("a")) {
                entry.setValue(1);
            } else if (entry.getKey().equals("b")) {
                map.put("b", 2);
            }
            return true;
        }));
        assertEquals(Map.of("b", 2), map);
    }

    /// Writes a text with the number of the writing.
    private static final class Numbered implements Codec<String> {
        private long writings;

        @Override
        public void encode(String value, CodecOutput out) {
            out.putLong(writings++);
            out.putString(value);
        }

        @Override
        public String decode(CodecInput in) {
            in.getLong();
            return in.getString();
        }

        @Override
        public String name() {
            return "numbered";
        }
    }

    @Test
    void keysToo() throws IOException {
        final SharedMap<String, Long> numbered =
                mine.map("keys", new Numbered(), Codecs.of(Long.class), MapOptions.entries(4));
        numbered.put("a", 1L);
        numbered.put("b", 2L);
        numbered.put("c", 3L);
        numbered.replaceAll((key, value) -> 10 * value);
        assertEquals(Set.of(10L, 20L, 30L), new HashSet<>(numbered.values()));
        assertTrue(numbered.values().removeIf(value -> value == 20));
        assertTrue(numbered.keySet().removeIf("a"::equals));
        final Iterator<Long> last = numbered.values().iterator();
        assertEquals(30, last.next());
        last.remove();
        assertTrue(numbered.isEmpty());
    }
}
