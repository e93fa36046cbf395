package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedMap;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Maps have room for as many entries as they were created for, whoever else does what.
@NullUnmarked
final class MapRoomTest extends TwoAttachments {
    private static final int ENTRIES = 6;

    private static SegmentMap<String, Long> map(Manager manager, String name) throws IOException {
        return (SegmentMap<String, Long>) manager.map(name, String.class, Long.class, ENTRIES);
    }

    /// So many keys of other stripes than that of one.
    private static List<String> keysBeside(SegmentMap<String, Long> map, String key, int count) {
        final int stripe = stripeOf(map, key);
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "key " + i)
                .filter(other -> stripeOf(map, other) != stripe)
                .limit(count)
                .toList();
    }

    private static int stripeOf(SegmentMap<String, Long> map, String key) {
        final MapLayout.Shape shape = map.entries().table().shape();
        final EncodedBytes bytes = new EncodedBytes(shape.keyBytes());
        assertTrue(bytes.encode(Codecs.of(String.class), key));
        return shape.stripeOf(shape.bucketOf(bytes.hash()));
    }

    @Test
    void aMapTakesAsManyEntriesAsItWasCreatedForAndNotOneMore() throws IOException {
        for (int most : new int[] {1, 2, 3, 100}) {
            final SharedMap<Integer, Long> map = mine.map("m" + most, Integer.class, Long.class, most);
            for (int round = 0; round < 3; round++) {
                for (int key = 0; key < most; key++) {
                    assertNull(map.put(key, 1L));
                    assertEquals(1L, map.put(key, 2L), "also over another when it is full");
                }
                final String name = "m" + most;
                Refusal.of(IllegalStateException.class, () -> map.put(-1, 0L), name, "full", most + " entries");
                Refusal.of(IllegalStateException.class, () -> map.merge(-1, 0L, Long::sum), name, "full");
                assertEquals(most, map.size());
                assertEquals(2L, map.replace(0, 3L));
                assertFalse(map.containsKey(-1));
                assertEquals(3L, map.remove(0));
                assertNull(map.computeIfAbsent(0, key -> null), "which takes no room");
                assertNull(map.put(-1, 4L));
                assertEquals(most, new HashSet<>(map.keySet()).size());
                map.clear();
                assertEquals(0, map.size());
            }
        }
    }

    /// Who is killed while it removes an entry leaves its place to be found; so does who is killed while it looks.
    @Test
    void noneIsLostWhereASweepIsCutOff() throws Exception {
        Abandonment.assumeSeen();
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            final SegmentMap<String, Long> map = map(mine, "m" + stores);
            map.put("a", 1L);
            final Segment second = map(open(), "m" + stores).region().segment(); // Who opens it later would sweep.
            final SegmentMap<String, Long> first = map(open(), "m" + stores);
            assertTrue(Mortality.diesBefore(2, () -> first.remove("a")), "past the link that led to it");
            Abandonment.of(first.region().segment());
            cut = Mortality.diesBefore(stores, second::sweepDeadUnlessOthersDo);
            Abandonment.of(second);
            assertTrue(map.region().segment().sweepDead() > 0);
            final List<String> keys = keysBeside(map, "a", ENTRIES);
            keys.forEach(key -> map.put(key, 0L));
            assertEquals(ENTRIES, keys.stream().filter(map::containsKey).count());
            mine.remove("m" + stores);
        }
    }

    @Test
    void whatADeadOneLeftInAStripeIsFoundBeforeAnybodySweeps() throws Exception {
        Abandonment.assumeSeen();
        final SegmentMap<String, Long> map = map(mine, "m");
        map.put("a", 1L);
        final SegmentMap<String, Long> dead = map(open(), "m");
        assertTrue(Mortality.diesBefore(2, () -> dead.remove("a")), "past the link that led to it");
        Abandonment.of(dead.region().segment());
        final List<String> keys = keysBeside(map, "a", ENTRIES);
        keys.forEach(key -> map.put(key, 0L));
        assertEquals(ENTRIES, keys.stream().filter(map::containsKey).count());
    }

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    @Test
    void aFunctionThatRunsTakesNone() throws Exception {
        final SegmentMap<String, Long> map = map(mine, "m");
        final List<String> keys = keysBeside(map, "a", ENTRIES + 1);
        keys.subList(2, ENTRIES + 1).forEach(key -> map.put(key, 0L));
        final CountDownLatch runs = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<Long> computed = threads.submit(() -> map.compute("a", (key, value) -> {
                runs.countDown();
                awaitQuietly(mayEnd);
                return null;
            }));
            try {
                runs.await();
                assertNull(map.put(keys.get(0), 0L), "the last that there is room for");
                assertThrows(IllegalStateException.class, () -> map(theirs, "m").put(keys.get(1), 0L));
            } finally {
                mayEnd.countDown();
            }
            assertNull(computed.get());
        }
        assertEquals(ENTRIES, map.size());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// While others free places behind one who looks for one, and take those before it.
    @Test
    void whoeverPutsNoMoreThanThereIsRoomForFindsSome() throws Exception {
        final List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < ENTRIES; i++) {
                final SharedMap<String, Long> map = map(i % 2 == 0 ? mine : theirs, "m");
                final String key = "key " + i;
                running.add(threads.submit(() -> {
                    for (long round = 0; round < 20_000; round++) {
                        assertNull(map.put(key, round));
                        assertEquals(round, map.remove(key));
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertTrue(map(mine, "m").isEmpty());
    }
}
