package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedOnce;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Events, latches and onces whose users are killed with kill -9.
final class EventTortureTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Does one thing with an object, says so, and stays until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment and the role
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            switch (arguments[1]) {
                case "initialise" ->
                    manager.once("o").run(() -> {
                        System.out.println("initialising");
                        park();
                    });
                case "wait" -> {
                    System.out.println("waiting");
                    manager.event("e").await();
                }
                case "hammer" -> {
                    System.out.println("hammering");
                    final SharedEvent event = manager.event("e");
                    final SharedLatch latch = manager.latch("l", Integer.MAX_VALUE);
                    while (true) {
                        event.set();
                        latch.countDown();
                        event.clear();
                    }
                }
                default -> throw new IllegalArgumentException(arguments[1]);
            }
            park();
        }

        private static void park() {
            while (true) {
                LockSupport.park();
            }
        }
    }

    private Manager manager() throws Exception {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private Jvm victim(String role) {
        return Jvm.fork(Victim.class, directory.resolve("segment").toString(), role);
    }

    @Test
    void anInitialiserThatIsKilledIsRunAnewByTheNext() throws Exception {
        try (Manager manager = manager();
                Jvm victim = victim("initialise")) {
            victim.expect("initialising");
            final SharedOnce once = manager.once("o");
            assertFalse(once.isDone());
            victim.kill();
            assertTrue(once.run(() -> {}));
            assertTrue(once.isDone());
            assertFalse(once.run(() -> {}));
        }
    }

    @Test
    void aKilledWaiterLeavesNothing() throws Exception {
        try (Manager manager = manager();
                Jvm victim = victim("wait")) {
            victim.expect("waiting");
            victim.kill();
            final SharedEvent event = manager.event("e");
            assertFalse(event.isSet());
            event.set();
            assertTrue(event.await(0, TimeUnit.SECONDS));
        }
    }

    @Test
    void killsAtRandomMomentsLeaveTheOthersGoingOn() throws Exception {
        try (Manager manager = manager()) {
            final SharedEvent event = manager.event("e");
            final SharedLatch latch = manager.latch("l", Integer.MAX_VALUE);
            long count = latch.getCount();
            for (int kill = 0; kill < 8; kill++) {
                final List<Jvm> victims = new ArrayList<>();
                victims.add(victim("hammer"));
                victims.add(victim("hammer"));
                victims.forEach(victim -> victim.expect("hammering"));
                final long before = count;
                Eventually.holds("both count down", () -> latch.getCount() < before - 10_000);
                assertTrue(event.await(1, TimeUnit.MINUTES), "they set it again and again");
                victims.forEach(Jvm::kill);
                victims.forEach(Jvm::close);
                count = latch.getCount();
                event.clear();
                assertFalse(event.await(0, TimeUnit.SECONDS), "nobody is left to set it");
            }
            latch.countDown();
            assertEquals(count - 1, latch.getCount());
            event.clear();
            event.set();
            assertTrue(event.await(1, TimeUnit.MINUTES));
        }
    }
}
