package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A semaphore of four permits whose section's holder halted after each store of each operation.
final class PermitsStepsTest {
    private static final int PERMITS = 4;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Stores by hand what an operation stores up to some step, in the section, and halts in it.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment, the operation and how many of its stores are made
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SegmentSemaphore semaphore = (SegmentSemaphore) manager.semaphore("s", PERMITS);
            semaphore.acquire(2);
            final MemorySegment memory = semaphore.region().memory();
            final int slot = OwnerWord.slotOf(semaphore.region().segment().self());
            final int steps = Integer.parseInt(arguments[2]);
            SemaphoreLayout.SECTION.setVolatile(
                    memory, 0, semaphore.region().segment().self());
            final int sign = arguments[1].equals("acquire") ? 1 : -1;
            if (steps >= 1) {
                SemaphoreLayout.HELD.set(memory, PerSlot.intAt(slot), 2 + sign);
            }
            if (steps >= 2) {
                SemaphoreLayout.AVAILABLE.set(memory, 0, 2 - sign);
            }
            Runtime.getRuntime().halt(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"acquire, 0", "acquire, 1", "acquire, 2", "release, 0", "release, 1", "release, 2"})
    void everyStepLeavesAllPermitsToTheOthers(String operation, String steps) throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedSemaphore semaphore = manager.semaphore("s", PERMITS);
            try (Jvm victim =
                    Jvm.fork(Victim.class, directory.resolve("segment").toString(), operation, steps)) {
                assertEquals(0, victim.waitForExit(), () -> victim.transcript().toString());
            }
            assertTrue(semaphore.tryAcquire(PERMITS, 1, TimeUnit.MINUTES), "all come back");
            assertEquals(0, semaphore.availablePermits(), "and not one more");
            semaphore.release(PERMITS);
            assertEquals(PERMITS, semaphore.availablePermits());
        }
    }
}
