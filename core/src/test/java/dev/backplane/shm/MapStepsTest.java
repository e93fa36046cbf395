package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedMap;
import dev.backplane.codec.CodecException;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Maps whose changes are cut off before each of their stores, and maps whose bytes are not to be trusted.
final class MapStepsTest {
    private static final int ENTRIES = 6;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// What a victim does to a map of `{a=1, b=2, c=3}`.
    enum Operation {
        INSERT,
        REPLACE,
        REMOVE,
        COMPUTE,
        COMPUTE_NEW,
        COMPUTE_NOTHING,
        MERGE_AWAY,
        REPLACE_IF;

        void apply(Map<String, Long> target) {
            switch (this) {
                case INSERT -> target.put("d", 4L);
                case REPLACE -> target.put("b", 5L);
                case REMOVE -> target.remove("b");
                case COMPUTE -> target.compute("b", (key, value) -> value + 10);
                case COMPUTE_NEW -> target.compute("d", (key, value) -> 10L);
                case COMPUTE_NOTHING -> target.computeIfAbsent("d", key -> null);
                case MERGE_AWAY -> target.merge("b", 1L, (a, b) -> null);
                case REPLACE_IF -> target.replace("b", 2L, 7L);
            }
        }
    }

    private Manager open(String name) throws IOException {
        return Manager.open(directory.resolve(name), SegmentOptions.defaults());
    }

    private static SharedMap<String, Long> map(Manager manager) throws IOException {
        return manager.map("m", String.class, Long.class, ENTRIES);
    }

    @ParameterizedTest
    @EnumSource
    void aKillBeforeAnyStoreLeavesTheEntryAsItWasOrAsItIsToBe(Operation operation) throws Exception {
        Abandonment.assumeSeen();
        final Map<String, Long> before = Map.of("a", 1L, "b", 2L, "c", 3L);
        final Map<String, Long> after = new HashMap<>(before);
        operation.apply(after);
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores)) {
                final SharedMap<String, Long> map = map(survivor);
                map.putAll(before);
                final Manager victim = open("s" + stores);
                final SegmentMap<String, Long> doomed = (SegmentMap<String, Long>) map(victim);
                cut = Mortality.diesBefore(stores, () -> operation.apply(doomed));
                Abandonment.of(doomed.region().segment());
                sweep(map);
                final Map<String, Long> left = new HashMap<>(map);
                assertTrue(left.equals(before) || left.equals(after), () -> operation + " left " + left);
                assertTrue(cut || left.equals(after));
                assertRoomForAll(map, left);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSizeIsRightBeforeAnybodyEntersAStripeAgain(Operation operation) throws Exception {
        Abandonment.assumeSeen();
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores)) {
                final SharedMap<String, Long> map = map(survivor);
                map.putAll(Map.of("a", 1L, "b", 2L, "c", 3L));
                final SegmentMap<String, Long> doomed = (SegmentMap<String, Long>) map(open("s" + stores));
                cut = Mortality.diesBefore(stores, () -> operation.apply(doomed));
                Abandonment.of(doomed.region().segment());
                final int size = map.size();
                final Map<String, Long> left = new HashMap<>();
                map.forEach(left::put);
                assertEquals(left.size(), size, () -> operation + " left " + left);
                assertRoomForAll(map, left);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorBeforeAnyStoreDoesNoMoreThanAKill(Operation operation) throws Exception {
        Abandonment.assumeSeen();
        final Map<String, Long> before = Map.of("a", 1L, "b", 2L, "c", 3L);
        final Map<String, Long> after = new HashMap<>(before);
        operation.apply(after);
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores);
                    Manager stumbling = open("s" + stores)) {
                final SharedMap<String, Long> map = map(survivor);
                map.putAll(before);
                final SegmentMap<String, Long> doomed = (SegmentMap<String, Long>) map(stumbling);
                cut = Life.stumbling(stores).cutsOff(() -> operation.apply(doomed));
                if (hasAStripe(doomed)) { // One that fails to leave it has to die.
                    Abandonment.of(doomed.region().segment());
                }
                final Map<String, Long> left = new HashMap<>();
                map.forEach(left::put);
                assertTrue(left.equals(before) || left.equals(after), () -> operation + " left " + left);
                assertTrue(cut || left.equals(after));
                assertRoomForAll(map, left);
            }
        }
    }

    private static boolean hasAStripe(SegmentMap<String, Long> map) {
        final MapLayout.Shape shape = map.entries().table().shape();
        return IntStream.range(0, shape.stripes())
                .map(stripe -> MapLayout.SECTION.getAcquire(map.region().memory(), shape.stripeAt(stripe)))
                .anyMatch(word -> OwnerWord.ownerOf(word) != 0);
    }

    private static void sweep(SharedMap<String, Long> map) throws IOException {
        assertTrue(((SegmentMap<String, Long>) map).region().segment().sweepDead() > 0);
    }

    /// Every entry can be changed, and exactly as many fit as the map was created for.
    private static void assertRoomForAll(SharedMap<String, Long> map, Map<String, Long> left) {
        left.keySet().forEach(key -> map.merge(key, 0L, Long::sum));
        assertEquals(left, map);
        for (int i = left.size(); i < ENTRIES; i++) {
            map.put("more " + i, (long) i);
        }
        assertEquals(ENTRIES, map.size());
        assertThrows(IllegalStateException.class, () -> map.put("too many", 0L));
        map.clear();
        for (int i = 0; i < ENTRIES; i++) {
            map.put("again " + i, (long) i);
        }
        assertEquals(ENTRIES, new HashMap<>(map).size());
    }

    @Test
    void aKillInTheRepairIsRepairedByTheNext() throws Exception {
        Abandonment.assumeSeen();
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores)) {
                final SharedMap<String, Long> map = map(survivor);
                map.put("a", 1L);
                final SegmentMap<String, Long> first = (SegmentMap<String, Long>) map(open("s" + stores));
                // Past the link that takes the entry away, and no further: its cell is to be found and freed.
                assertTrue(Mortality.diesBefore(2, () -> first.remove("a")));
                Abandonment.of(first.region().segment());
                final SegmentMap<String, Long> second = (SegmentMap<String, Long>) map(open("s" + stores));
                cut = Mortality.diesBefore(stores, () -> second.put("a", 2L));
                Abandonment.of(second.region().segment());
                sweep(map);
                assertTrue(map.isEmpty() || map.equals(Map.of("a", 2L)), map::toString);
                assertRoomForAll(map, new HashMap<>(map));
            }
        }
    }

    @Test
    void bytesThatCannotBeAreRefusedAndNothingRunsForEver() throws Exception {
        try (Manager manager = open("s")) {
            final SegmentMap<String, Long> map = (SegmentMap<String, Long>) map(manager);
            final MemorySegment memory = map.region().memory();
            final MapLayout.Shape shape = map.entries().table().shape();
            for (int i = 0; i < ENTRIES; i++) {
                map.put("key " + i, (long) i);
            }
            final byte[] sound = memory.toArray(ValueLayout.JAVA_BYTE);
            for (long link : new long[] {0xFFFF, MapLayout.link(77, 1), -1, MapLayout.link(0, -2)}) {
                for (int bucket = 0; bucket < shape.buckets(); bucket++) {
                    MapLayout.LINK.set(memory, shape.bucketAt(bucket), link);
                }
                Refusal.of(SegmentException.class, () -> map.get("key 1"), "m", "damaged");
                Refusal.of(SegmentException.class, () -> map.put("key 1", 1L), "m", "damaged");
                Refusal.of(SegmentException.class, map::hashCode, "m", "damaged");
                MemorySegment.copy(MemorySegment.ofArray(sound), 0, memory, 0, sound.length);
            }
            for (int cell = 0; cell < shape.cells(); cell++) {
                // Each cell leads to itself.
                final int tag = MapLayout.TAG.get(memory, shape.cellAt(cell));
                MapLayout.LINK.set(memory, shape.nextAt(cell), MapLayout.link(tag, cell));
                MapLayout.HASH.set(memory, shape.cellAt(cell), 0);
            }
            Refusal.of(SegmentException.class, () -> map.get("key 1"), "m", "chain");
            Refusal.of(SegmentException.class, () -> map.put("key 1", 1L), "m", "chain");
            Refusal.of(SegmentException.class, map::hashCode, "m", "chain");
        }
    }

    @Test
    void aCircleIsRefusedBeforeItIsCopiedOverAndOver() throws Exception {
        final int most = 1_000;
        try (Manager manager = open("s")) {
            final SegmentMap<Integer, Long> map =
                    (SegmentMap<Integer, Long>) manager.map("m", Integer.class, Long.class, most);
            final MemorySegment memory = map.region().memory();
            final MapLayout.Shape shape = map.entries().table().shape();
            for (int i = 0; i < 3; i++) {
                map.put(i, 0L);
            }
            final long[] links = IntStream.range(0, shape.buckets())
                    .mapToLong(bucket -> MapLayout.LINK.get(memory, shape.bucketAt(bucket)))
                    .filter(link -> link != MapLayout.END)
                    .toArray();
            final List<MapReader.StoredEntry> copied = new ArrayList<>();
            for (int circle = 1; circle <= links.length; circle++) {
                for (int i = 0; i < circle; i++) {
                    final long cellAt = shape.nextAt(MapLayout.cellOf(links[i]));
                    MapLayout.LINK.set(memory, cellAt, links[(i + 1) % circle]);
                }
                MapLayout.LINK.set(memory, shape.bucketAt(0), links[0]);
                Refusal.of(
                        SegmentException.class,
                        () -> map.entries().table().reader().copyBucket(0, copied),
                        "m",
                        "chain");
                assertTrue(copied.size() <= 3 * circle, () -> copied.size() + " were copied");
            }
        }
    }

    @Test
    void randomBytesEndInAnAnswerOrARefusal() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        try (Manager manager = open("s")) {
            final SegmentMap<String, Long> map = (SegmentMap<String, Long>) map(manager);
            final MemorySegment memory = map.region().memory();
            final long from = map.entries().table().shape().stripeAt(0);
            for (int i = 0; i < ENTRIES - 1; i++) {
                map.put("key " + i, (long) i);
            }
            final byte[] sound = memory.toArray(ValueLayout.JAVA_BYTE);
            for (int round = 0; round < 3_000; round++) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    final long at = from + 4L * random.nextInt((int) (memory.byteSize() - from) / 4);
                    final boolean isWord = (at - from) % 128 == 0
                            && at < map.entries().table().shape().bucketAt(0);
                    memory.set(ValueLayout.JAVA_INT, at, isWord ? 0 : random.nextInt() >>> random.nextInt(32));
                }
                for (int kind = 0; kind < 4; kind++) {
                    attempt(map, kind, "key " + random.nextInt(ENTRIES), seed);
                }
                MemorySegment.copy(MemorySegment.ofArray(sound), 0, memory, 0, sound.length);
            }
        }
    }

    private static void attempt(SharedMap<String, Long> map, int kind, String key, Seed seed) {
        try {
            switch (kind) {
                case 0 -> map.get(key);
                case 1 -> new HashMap<>(map).clear();
                case 2 -> map.put(key, 1L);
                default -> map.clear();
            }
        } catch (SegmentException | IllegalStateException | CodecException e) {
            assertTrue(e.getMessage() != null, seed::toString);
        }
    }
}
