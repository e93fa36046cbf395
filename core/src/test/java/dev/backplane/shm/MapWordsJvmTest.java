package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Maps of short records whose writers are killed with kill -9 while others look entries up in registers.
final class MapWordsJvmTest {
    private static final int KEYS = 8;
    private static final int KILLS = 8;
    private static final int LOOKS = 20_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    record Pair(long first, long second) {}

    private static SharedMap<Pair, Pair> map(Manager manager) throws IOException {
        final FixedRecordCodec<Pair> codec = FixedRecordCodec.of(Pair.class);
        return manager.map(
                "map", codec, codec, MapOptions.entries(KEYS).withKeyBytes(16).withValueBytes(16));
    }

    private static Pair key(long number) {
        return new Pair(number, -number);
    }

    /// Changes entries until it is killed.
    public static final class Writer {
        private Writer() {}

        /// Runs it.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws IOException {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedMap<Pair, Pair> map = map(manager);
            System.out.println("writing");
            final ThreadLocalRandom random = ThreadLocalRandom.current();
            while (true) {
                final long number = random.nextInt(KEYS);
                if (random.nextInt(3) > 0) {
                    map.put(key(number), new Pair(random.nextLong() << 3 | number, number));
                } else {
                    map.remove(key(number));
                }
            }
        }
    }

    /// Each value is whole, and one of its key.
    private static int look(SharedMap<Pair, Pair> map, int times) {
        int found = 0;
        for (int i = 0; i < times; i++) {
            final long number = i % KEYS;
            final Pair value = map.get(key(number));
            if (value != null) {
                assertEquals(number, value.second(), () -> "value of " + number + ": " + value);
                assertEquals(number, value.first() & 7, () -> "value of " + number + ": " + value);
                found++;
            }
        }
        return found;
    }

    @Test
    void entriesAreOldOrNewWhoeverIsKilledWhileHeWritesThem() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedMap<Pair, Pair> map = map(manager);
            for (int i = 0; i < KILLS; i++) {
                try (Jvm writer =
                        Jvm.fork(Writer.class, directory.resolve("segment").toString())) {
                    writer.expect("writing");
                    int found = 0;
                    while (found < LOOKS) {
                        found += look(map, KEYS);
                    }
                    writer.kill();
                }
                look(map, KEYS);
                for (int number = 0; number < KEYS; number++) {
                    map.put(key(number), new Pair(number, number));
                }
                assertEquals(KEYS, look(map, KEYS));
                assertEquals(KEYS, map.size());
            }
            map.clear();
            assertNull(map.get(key(1)));
            assertTrue(map.isEmpty());
        }
    }
}
