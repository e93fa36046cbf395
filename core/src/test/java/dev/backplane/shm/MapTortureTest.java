package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.SharedMap;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Maps whose users are killed with kill -9: entries are old or new, and no room is lost.
final class MapTortureTest {
    private static final int ENTRIES = 40;
    private static final int KEYS = 30;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// A value that says whether all of it was written together, and for which key.
    record Stamp(int key, long a, long b, long c) {
        static Stamp of(int key, long number) {
            return new Stamp(key, number, number, number);
        }

        boolean isWhole(int of) {
            return key == of && a == b && b == c;
        }
    }

    private static SharedMap<Integer, Stamp> map(Manager manager) throws IOException {
        return manager.map("m", Integer.class, Stamp.class, ENTRIES);
    }

    /// Changes a map until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment and the role
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedMap<Integer, Stamp> map = map(manager);
            if (arguments[1].equals("hold")) {
                map.compute(7, (key, value) -> {
                    System.out.println("computing");
                    while (true) {
                        LockSupport.park();
                    }
                });
            }
            final SharedLong rounds = manager.longValue("rounds");
            final Random random = new Random(ProcessHandle.current().pid());
            System.out.println("hammering");
            while (true) {
                final int key = random.nextInt(KEYS);
                switch (random.nextInt(3)) {
                    case 0 -> map.put(key, Stamp.of(key, random.nextLong()));
                    case 1 -> map.remove(key);
                    default ->
                        map.compute(key, (k, v) -> v != null && v.a() % 3 == 0 ? null : Stamp.of(k, random.nextInt()));
                }
                map.merge(-1, Stamp.of(-1, 1), (one, other) -> Stamp.of(-1, one.a() + other.a()));
                rounds.getAndAdd(1);
            }
        }
    }

    private Jvm victim(String role) {
        return Jvm.fork(Victim.class, directory.resolve("segment").toString(), role);
    }

    @Test
    void whoIsKilledInAFunctionLeavesTheEntryAndTheStripe() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedMap<Integer, Stamp> map = map(manager);
            map.put(7, Stamp.of(7, 1));
            try (Jvm victim = victim("hold")) {
                victim.expect("computing");
                assertEquals(Stamp.of(7, 1), map.get(7), "readers do not wait for it");
                victim.kill();
                assertEquals(Stamp.of(7, 1), map.put(7, Stamp.of(7, 2)));
            }
        }
    }

    @Test
    void aSweepWaitsForNoFunctionThatRuns() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                Jvm victim = victim("hold")) {
            final SharedMap<Integer, Stamp> map = map(manager);
            victim.expect("computing");
            map.compute(8, (key, none) -> {
                victim.kill();
                victim.waitForExit();
                try {
                    Scene.segment(manager).sweepDead();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return Stamp.of(8, 1);
            });
            assertEquals(Stamp.of(8, 1), map.get(8));
            assertNull(map.put(7, Stamp.of(7, 1)));
        }
    }

    @Test
    void killsAtRandomMomentsLeaveEachEntryWholeAndLoseNoRoom() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedMap<Integer, Stamp> map = map(manager);
            final SharedLong rounds = manager.longValue("rounds");
            for (int kill = 0; kill < 5; kill++) {
                final List<Jvm> victims = List.of(victim("hammer"), victim("hammer"));
                victims.forEach(victim -> victim.expect("hammering"));
                final long before = rounds.get();
                Eventually.holds("they change the map", () -> rounds.get() > before + 2_000 && isSound(map));
                victims.getFirst().kill();
                final long one = rounds.get();
                Eventually.holds("the other goes on", () -> rounds.get() > one + 1_000 && isSound(map));
                victims.getLast().kill();
                victims.forEach(Jvm::close);
                final Map<Integer, Stamp> left = new HashMap<>(map);
                assertTrue(isSound(left), left::toString);
                assertMergesCounted(Objects.requireNonNull(left.get(-1)), rounds.get(), 2L * (kill + 1));
                assertRoomForAll(map, left.size());
            }
        }
    }

    private static boolean isSound(Map<Integer, Stamp> map) {
        return map.entrySet().stream().allMatch(entry -> entry.getValue().isWhole(entry.getKey()));
    }

    /// A process may be killed after a merge and before it has counted it.
    private static void assertMergesCounted(Stamp merges, long rounds, long kills) {
        assertTrue(merges.a() >= rounds && merges.a() <= rounds + kills, () -> merges + " after " + rounds);
    }

    private static void assertRoomForAll(SharedMap<Integer, Stamp> map, int size) {
        for (int i = size; i < ENTRIES; i++) {
            map.put(1_000 + i, Stamp.of(1_000 + i, i));
        }
        assertThrows(IllegalStateException.class, () -> map.put(2_000, Stamp.of(2_000, 0)));
        assertEquals(ENTRIES, map.size());
        map.keySet().removeIf(key -> key >= 1_000);
        assertEquals(size, map.size());
    }
}
