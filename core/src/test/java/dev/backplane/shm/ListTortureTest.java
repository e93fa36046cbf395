package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedList;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A list whose users are killed with kill -9 while they move its elements about: none is lost, none is there twice.
final class ListTortureTest {
    private static final int ELEMENTS = 30;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static SharedList<Long> list(Manager manager) throws IOException {
        return manager.list("l", Long.class, ELEMENTS + 1);
    }

    /// Permutes a list until it is killed: what it takes away it has inserted elsewhere before.
    public static final class Victim {
        private Victim() {}

        /// Runs.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedList<Long> list = list(manager);
            final SharedLong rounds = manager.longValue("rounds");
            final Random random = new Random(ProcessHandle.current().pid());
            System.out.println("hammering");
            while (true) {
                final long salt = random.nextLong();
                switch (random.nextInt(4)) {
                    case 0 -> list.sort((a, b) -> Long.compare((a + 1) * salt, (b + 1) * salt));
                    case 1 -> list.sort(null);
                    case 2 -> list.replaceAll(element -> element);
                    default -> list.update(random.nextInt(ELEMENTS), element -> element);
                }
                rounds.getAndAdd(1);
            }
        }
    }

    private Jvm victim() {
        return Jvm.fork(Victim.class, directory.resolve("segment").toString());
    }

    @Test
    void killsAtRandomMomentsLoseAndDoubleNothing() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedList<Long> list = list(manager);
            final SharedLong rounds = manager.longValue("rounds");
            for (long i = 0; i < ELEMENTS; i++) {
                list.add(i);
            }
            for (int kill = 0; kill < 4; kill++) {
                final List<Jvm> victims = List.of(victim(), victim());
                victims.forEach(victim -> victim.expect("hammering"));
                final long before = rounds.get();
                Eventually.holds("they change the list", () -> rounds.get() > before + 1_000 && isComplete(list));
                victims.getFirst().kill();
                final long one = rounds.get();
                Eventually.holds("the other goes on", () -> rounds.get() > one + 500 && isComplete(list));
                victims.getLast().kill();
                victims.forEach(Jvm::close);
                assertTrue(isComplete(list), () -> new ArrayList<>(list).toString());
                list.add(-1L);
                assertThrows(IllegalStateException.class, () -> list.add(-2L));
                assertEquals(-1L, list.removeLast());
            }
        }
    }

    private static boolean isComplete(SharedList<Long> list) {
        final List<Long> copy = new ArrayList<>(list);
        return copy.size() == ELEMENTS
                && new HashSet<>(copy).size() == ELEMENTS
                && copy.stream().allMatch(element -> element >= 0 && element < ELEMENTS);
    }
}
