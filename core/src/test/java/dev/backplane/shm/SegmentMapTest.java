package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Maps, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentMapTest {
    private static final int ENTRIES = 64;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    /// A value whose parts say whether they were written together.
    record Four(long a, long b, long c, long d) {
        static Four of(long all) {
            return new Four(all, all, all, all);
        }

        boolean isWhole() {
            return a == b && b == c && c == d;
        }
    }

    enum Colour {
        RED,
        GREEN
    }

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        theirs.close();
        mine.close();
    }

    private SharedMap<String, Long> map(Manager manager) throws IOException {
        return manager.map("m", String.class, Long.class, ENTRIES);
    }

    @Test
    void randomProgramsDoWhatAHashMapDoes() throws IOException {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final Map<String, Long> expected = new HashMap<>();
        final List<SharedMap<String, Long>> both = List.of(map(mine), map(theirs));
        for (int step = 0; step < 40_000; step++) {
            final SharedMap<String, Long> map = both.get(random.nextInt(2));
            final String key = "key " + random.nextInt(ENTRIES);
            final long value = random.nextInt(3);
            final int kind = random.nextInt(22);
            assertEquals(
                    apply(expected, kind, key, value),
                    apply(map, kind, key, value),
                    () -> "operation " + kind + " of " + key + ", " + seed);
            if (step % 1_000 == 0) {
                assertEquals(expected, map, seed::toString);
                assertEquals(map, expected, seed::toString);
                assertEquals(expected.hashCode(), map.hashCode());
            }
        }
        assertEquals(expected, new HashMap<>(both.getFirst()), seed::toString);
    }

    private static Object apply(Map<String, Long> map, int kind, String key, long value) {
        return switch (kind) {
            case 0, 1, 2 -> map.put(key, value);
            case 3 -> map.putIfAbsent(key, value);
            case 4 -> map.remove(key);
            case 5 -> map.remove(key, value);
            case 6 -> map.replace(key, value);
            case 7 -> map.replace(key, value, value + 1);
            case 8 -> map.compute(key, (k, v) -> v == null ? Long.valueOf(k.length()) : v == 1 ? null : v + 1);
            case 9 -> map.computeIfAbsent(key, k -> value == 0 ? null : value);
            case 10 -> map.computeIfPresent(key, (k, v) -> v == value ? null : v + value);
            case 11 -> map.merge(key, value, (a, b) -> a + b > 3 ? null : a + b);
            case 12 -> map.get(key);
            case 13 -> map.containsKey(key);
            case 14 -> map.containsValue(value);
            case 15 -> map.getOrDefault(key, -1L);
            case 16 -> map.size();
            case 17 -> map.keySet().remove(key);
            case 18 -> map.entrySet().remove(Map.entry(key, value));
            case 19 -> map.entrySet().contains(Map.entry(key, value));
            case 20 -> map.keySet().contains(key) || map.values().contains(value) || map.isEmpty();
            default -> {
                if (value == 0 && key.endsWith("7")) {
                    map.clear();
                }
                yield map.values().removeIf(v -> v == 3);
            }
        };
    }

    @Test
    void viewsAreTheMapItself() throws IOException {
        final SharedMap<String, Long> map = map(mine);
        map.putAll(Map.of("a", 1L, "b", 2L, "c", 3L));
        for (Map.Entry<String, Long> entry : map.entrySet()) {
            assertEquals(entry.getValue(), entry.setValue(entry.getValue() * 10));
        }
        assertEquals(Map.of("a", 10L, "b", 20L, "c", 30L), map(theirs));
        map.replaceAll((key, value) -> value + 1);
        map.keySet().removeAll(List.of("a", "x"));
        assertEquals(Set.of("b", "c"), map.keySet());
        assertTrue(map.values().remove(21L));
        final Iterator<String> keys = map.keySet().iterator();
        assertThrows(IllegalStateException.class, keys::remove);
        assertEquals("c", keys.next());
        keys.remove();
        assertThrows(IllegalStateException.class, keys::remove);
        assertFalse(keys.hasNext());
        assertThrows(NoSuchElementException.class, keys::next);
        assertTrue(map.isEmpty());
    }

    @Test
    void whatIsTooLongIsRefusedAndNothingChanges() throws IOException {
        final MapOptions options = MapOptions.entries(4).withKeyBytes(5).withValueBytes(6);
        final SharedMap<String, String> map = mine.map("m", Codecs.of(String.class), Codecs.of(String.class), options);
        map.put("1234", "12345");
        Refusal.of(IllegalArgumentException.class, () -> map.put("12345", ""), "key", "6 bytes", "5 at most");
        Refusal.of(IllegalArgumentException.class, () -> map.put("1234", "123456"), "value", "7 bytes", "6 at most");
        Refusal.of(IllegalArgumentException.class, () -> map.compute("1234", (k, v) -> v + "6"), "7 bytes");
        Refusal.of(IllegalArgumentException.class, () -> map.compute("new", (k, v) -> "123456"), "7 bytes");
        assertNull(map.get("12345"));
        assertNull(map.remove("12345"));
        assertNull(map.replace("12345", ""));
        assertFalse(map.replace("1234", "too long to be there", "x"));
        assertFalse(map.containsValue("too long to be there"));
        assertEquals(Map.of("1234", "12345"), map);
        assertEquals(5, map.maxKeyBytes());
        assertEquals(6, map.maxValueBytes());
        assertEquals(4, map.maxEntries());
    }

    @Test
    void nullsAndOtherClassesAreRefused() throws IOException {
        final SharedMap<String, Long> map = map(mine);
        assertThrows(NullPointerException.class, () -> map.put(null, 1L));
        assertThrows(NullPointerException.class, () -> map.put("a", null));
        assertThrows(NullPointerException.class, () -> map.get(null));
        assertThrows(NullPointerException.class, () -> map.replace("a", null));
        assertThrows(NullPointerException.class, () -> map.merge("a", null, Long::sum));
        assertThrows(NullPointerException.class, () -> map.compute("a", null));
        assertFalse(map.remove("a", null));
        final Map<?, ?> raw = map;
        final Object other = 1;
        assertThrows(ClassCastException.class, () -> raw.get(other));
        assertThrows(IllegalArgumentException.class, () -> MapOptions.entries(0));
        assertThrows(IllegalArgumentException.class, () -> MapOptions.entries(1).withKeyBytes(0));
        assertTrue(map.isEmpty());
    }

    @Test
    void aMapOfOtherCodecsOrSizesIsRefused() throws IOException {
        map(mine).put("a", 1L);
        Refusal.of(
                SegmentException.class,
                () -> theirs.map("m", String.class, Double.class, ENTRIES),
                "m",
                "values",
                "int64",
                "float64");
        Refusal.of(SegmentException.class, () -> theirs.map("m", String.class, Long.class, ENTRIES + 1), "m");
        final MapOptions same = MapOptions.entries(ENTRIES);
        Refusal.of(
                SegmentException.class,
                () -> theirs.map("m", Codecs.tagged(), Codecs.of(Long.class), same),
                "keys",
                "string",
                "tagged");
        assertEquals(1L, map(theirs).get("a"));
    }

    @Test
    void aFunctionThatThrowsLeavesTheEntryAndOneThatChangesTheMapIsRefused() throws IOException {
        final SharedMap<String, Long> map = map(mine);
        map.put("a", 1L);
        assertThrows(
                UnsupportedOperationException.class,
                () -> map.compute("a", (key, value) -> {
                    throw new UnsupportedOperationException();
                }));
        assertThrows(
                UnsupportedOperationException.class,
                () -> map.computeIfAbsent("b", key -> {
                    throw new UnsupportedOperationException();
                }));
        for (String other : List.of("a", "b")) {
            Refusal.of(
                    IllegalStateException.class,
                    () -> map.compute("a", (key, value) -> map.put(other, 5L)),
                    "m",
                    "may only read");
            Refusal.of(
                    IllegalStateException.class,
                    () -> map.computeIfPresent("a", (key, value) -> map.remove(other)),
                    "m");
        }
        Refusal.of(
                IllegalStateException.class,
                () -> map.compute("a", (key, value) -> {
                    map.clear();
                    return null;
                }),
                "m");
        assertEquals(8L, map.compute("a", (key, value) -> map.get("a") + map.getOrDefault("b", 7L)), "it may read");
        assertEquals(Map.of("a", 8L), map(theirs));
    }

    @Test
    void iteratorsSeeEachEntryThatIsThereAllTheTimeOnce() throws Exception {
        final SharedMap<Integer, Four> map = mine.map("m", Integer.class, Four.class, 1_000);
        final SharedMap<Integer, Four> other = theirs.map("m", Integer.class, Four.class, 1_000);
        for (int key = 0; key < 500; key++) {
            map.put(key, Four.of(key));
        }
        final AtomicLong changes = new AtomicLong();
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<?> changing = threads.submit(() -> {
                final Random random = new Random(5);
                while (!Thread.currentThread().isInterrupted()) {
                    final int key = random.nextInt(1_000);
                    if (key < 500) {
                        other.put(key, Four.of(random.nextInt()));
                    } else if (other.remove(key) == null) {
                        other.put(key, Four.of(key));
                    }
                    changes.incrementAndGet();
                }
            });
            try {
                for (int round = 0; round < 50; round++) {
                    final long before = changes.get();
                    final List<Integer> seen = new ArrayList<>();
                    map.forEach((key, value) -> {
                        assertTrue(value.isWhole(), value::toString);
                        seen.add(key);
                    });
                    assertEquals(seen.size(), new HashSet<>(seen).size(), "none twice");
                    for (int key = 0; key < 500; key++) {
                        assertTrue(seen.contains(key));
                    }
                    while (changes.get() == before && !changing.isDone()) {
                        Thread.onSpinWait(); // In each round something changes.
                    }
                }
            } finally {
                threads.shutdownNow();
            }
            changing.get();
        }
    }

    @Test
    void readersWithoutALockSeeWholeValuesOfTheirKey() throws Exception {
        final SharedMap<Integer, Four> map = mine.map("m", Integer.class, Four.class, 8);
        final SharedMap<Integer, Four> other = theirs.map("m", Integer.class, Four.class, 8);
        map.put(0, Four.of(0));
        try (var threads = Executors.newFixedThreadPool(2)) {
            final List<Future<?>> writers = new ArrayList<>();
            for (SharedMap<Integer, Four> writer : List.of(map, other)) {
                writers.add(threads.submit(() -> {
                    final Random random = new Random(writers.size());
                    for (int i = 0; i < 60_000; i++) {
                        final int key = random.nextInt(7);
                        if (key == 0) {
                            writer.compute(0, (k, v) -> Four.of(v.a() + 7));
                        } else if (writer.remove(key) == null) {
                            writer.putIfAbsent(key, Four.of(7L * random.nextInt(1_000) + key));
                        }
                    }
                }));
            }
            long last = 0;
            while (writers.stream().anyMatch(writer -> !writer.isDone())) {
                for (int key = 0; key < 7; key++) {
                    final Four value = other.get(key);
                    assertTrue(value != null || key > 0, "the one that is there all the time");
                    assertTrue(value == null || value.isWhole() && value.a() % 7 == key, () -> "torn: " + value);
                    if (key == 0) {
                        assertTrue(value.a() >= last, "and it never goes back");
                        last = value.a();
                    }
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    @Test
    void everyMergeOfEveryThreadCounts() throws Exception {
        final int threadCount = 4;
        final int merges = 5_000;
        try (var threads = Executors.newFixedThreadPool(threadCount)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threadCount; thread++) {
                final SharedMap<String, Long> map = map(thread % 2 == 0 ? mine : theirs);
                running.add(threads.submit(() -> {
                    for (int i = 0; i < merges; i++) {
                        map.merge("key " + i % 5, 1L, Long::sum);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        assertEquals(
                threadCount * merges,
                map(mine).values().stream().mapToLong(value -> value).sum());
    }

    @Test
    void aMapTravelsAsItsHandleAndFindsCodecsOfTheLibraryByName() throws IOException {
        final SharedMap<Colour, Four> map = mine.map("m", Colour.class, Four.class, 4);
        map.put(Colour.GREEN, Four.of(3));
        final Object read = JavaSerialization.deserialize(
                JavaSerialization.serialize(map), getClass().getClassLoader(), SerializationPolicy.standard());
        assertEquals(Map.of(Colour.GREEN, Four.of(3)), read);
        assertEquals(map, theirs.attach("m"));
        final SharedMap<String, Object> any =
                mine.map("any", Codecs.of(String.class), Codecs.tagged(), MapOptions.entries(3));
        any.put("list", List.of(1, 2));
        assertEquals(any, theirs.attach("any"));
        mine.map("own", new Backwards(), Codecs.of(Long.class), MapOptions.entries(1))
                .put("ab", 1L);
        Refusal.of(SegmentException.class, () -> theirs.attach("own"), "own", "backwards");
        assertEquals(
                Map.of("ab", 1L), theirs.map("own", new Backwards(), Codecs.of(Long.class), MapOptions.entries(1)));
    }

    /// A codec of the test's own.
    private static final class Backwards implements Codec<String> {
        @Override
        public void encode(String value, CodecOutput out) {
            out.putString(new StringBuilder(value).reverse().toString());
        }

        @Override
        public String decode(CodecInput in) {
            return new StringBuilder(in.getString()).reverse().toString();
        }

        @Override
        public String name() {
            return "backwards";
        }
    }

    @Test
    void largeValuesAreCopiedWhole() throws IOException {
        final MapOptions options = MapOptions.entries(3).withKeyBytes(300).withValueBytes(5_000);
        final SharedMap<String, byte[]> map = mine.map("m", Codecs.of(String.class), Codecs.of(byte[].class), options);
        final byte[] large = new byte[4_990];
        new Random(3).nextBytes(large);
        map.put("k".repeat(290), large);
        map.put("", new byte[0]);
        assertTrue(map.containsValue(large.clone()), "compared as bytes");
        assertTrue(map.remove("k".repeat(290), large.clone()));
        assertEquals(0, map.get("").length);
        assertNotEquals(0, map.size());
    }

    @Test
    void aClosedMapIsRefused() throws IOException {
        final ConcurrentMap<String, Long> map = map(mine);
        map.put("a", 1L);
        assertSame(map.get("a").getClass(), Long.class);
        mine.close();
        assertThrows(IllegalStateException.class, () -> map.put("a", 2L));
        assertThrows(IllegalStateException.class, () -> map.get("a"));
        assertThrows(IllegalStateException.class, map::clear);
        assertThrows(IllegalStateException.class, () -> map.keySet().iterator().hasNext());
        assertEquals(1L, map(theirs).get("a"));
    }
}
