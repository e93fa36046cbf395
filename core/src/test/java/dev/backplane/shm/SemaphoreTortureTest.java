package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Semaphores whose users are killed with kill -9: no permit is lost, none is doubled.
final class SemaphoreTortureTest {
    private static final int PERMITS = 7;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Uses a semaphore until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment and the role
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedSemaphore semaphore = manager.semaphore("s", PERMITS);
            if (arguments[1].equals("hold")) {
                semaphore.acquire(5);
                System.out.println("held");
                while (true) {
                    LockSupport.park();
                }
            }
            final SharedLong rounds = manager.longValue("rounds");
            System.out.println("hammering");
            while (true) {
                semaphore.acquire(1);
                semaphore.acquire(2);
                semaphore.release(3);
                rounds.getAndAdd(1);
            }
        }
    }

    private Jvm victim(String role) {
        return Jvm.fork(Victim.class, directory.resolve("segment").toString(), role);
    }

    @Test
    void permitsOfAKilledHolderComeBackToAWaiter() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                Jvm victim = victim("hold")) {
            final SharedSemaphore semaphore = manager.semaphore("s", PERMITS);
            victim.expect("held");
            assertEquals(PERMITS - 5, semaphore.availablePermits());
            victim.kill();
            assertTrue(semaphore.tryAcquire(PERMITS, 1, TimeUnit.MINUTES));
            assertEquals(0, semaphore.availablePermits());
            semaphore.release(PERMITS);
        }
    }

    @Test
    void killsAtRandomMomentsLoseAndDoubleNothing() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedSemaphore semaphore = manager.semaphore("s", PERMITS);
            final SharedLong rounds = manager.longValue("rounds");
            for (int kill = 0; kill < 8; kill++) {
                final List<Jvm> victims = List.of(victim("hammer"), victim("hammer"));
                victims.forEach(victim -> victim.expect("hammering"));
                final long before = rounds.get();
                Eventually.holds("they acquire and release", () -> rounds.get() > before + 2_000);
                victims.getFirst().kill();
                final long one = rounds.get();
                Eventually.holds("the other goes on", () -> rounds.get() > one + 1_000);
                victims.getLast().kill();
                victims.forEach(Jvm::close);
                assertTrue(semaphore.tryAcquire(PERMITS, 1, TimeUnit.MINUTES), "all permits are there");
                assertEquals(0, semaphore.availablePermits(), "and not one more");
                semaphore.release(PERMITS);
            }
        }
    }
}
