package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedTopic;
import dev.backplane.shm.SegmentDoctor.Repair;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.Invariants;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The doctor beside other processes: what live ones do is no finding, what dead ones held is, until it is
/// repaired.
final class SegmentDoctorJvmTest {
    private static final int LOOKS = 60;
    private static final int STOPS = 12;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static SegmentOptions options() {
        return SegmentOptions.defaults().withSize(1 << 21).withLabel("at work");
    }

    /// Does all that can be done with objects, as fast as it can, in many threads.
    @SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Time-outs do as signals; who fails, fails the test.
    public static final class Hammer {
        private final Path path;
        private final AllKinds kinds;

        private Hammer(Path path, Manager manager) throws IOException {
            this.path = path;
            this.kinds = AllKinds.of(manager);
        }

        /// Runs until it is killed.
        ///
        /// @param arguments the segment; a second one says that it also has the sole ends
        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            final Hammer hammer = new Hammer(path, Manager.open(path, options()));
            hammer.start(hammer::locks);
            hammer.start(hammer::conditions);
            hammer.start(hammer::barriers);
            hammer.start(hammer::puts);
            hammer.start(hammer::takes);
            hammer.start(() -> hammer.sends(hammer.kinds.many()));
            hammer.start(hammer::values);
            hammer.start(hammer::collections);
            hammer.start(hammer::comesAndGoes);
            if (arguments.length > 1) {
                hammer.start(() -> hammer.receives(hammer.kinds.many()));
                hammer.start(() -> hammer.sends(hammer.kinds.channel()));
                hammer.start(() -> hammer.receives(hammer.kinds.channel()));
            }
            System.out.println("ready");
            while (true) {
                LockSupport.park();
            }
        }

        private interface Work {
            void run() throws Exception;
        }

        private void start(Work work) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        work.run();
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                    System.out.println("failed");
                }
            });
        }

        private void locks() throws InterruptedException {
            kinds.lock().lock();
            kinds.lock().unlock();
            kinds.fair().lock();
            kinds.fair().unlock();
            kinds.readWrite().readLock().lock();
            kinds.readWrite().readLock().unlock();
            kinds.readWrite().writeLock().lock();
            kinds.readWrite().writeLock().unlock();
            kinds.semaphore().acquire(2);
            kinds.semaphore().release(2);
        }

        private void conditions() throws InterruptedException {
            kinds.conditionLock().lock();
            try {
                kinds.condition().signalAll();
                kinds.condition().await(1, TimeUnit.MILLISECONDS);
            } finally {
                kinds.conditionLock().unlock();
            }
        }

        private void barriers() throws InterruptedException {
            try {
                kinds.barrier().await(1, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | BrokenBarrierException _) {
                kinds.barrier().reset();
            }
        }

        private void puts() throws InterruptedException {
            kinds.queue().put("short");
            kinds.queue().put("short");
            kinds.queue().put(AllKinds.LONG_ELEMENT);
        }

        private void takes() throws InterruptedException {
            kinds.queue().take();
            kinds.queue().taskDone();
        }

        private void sends(SharedChannel channel) throws InterruptedException {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment message = arena.allocate(200);
                for (int i = 0; i < 1000; i++) {
                    channel.send(message, 0, i % 128);
                }
            }
        }

        private void receives(SharedChannel channel) throws InterruptedException {
            channel.receive((memory, offset, length) -> {});
        }

        private void values() {
            final SharedTopic<String> topic = kinds.topic();
            topic.publish("a value");
            topic.publish("a somewhat longer value");
            kinds.value().set("first");
            kinds.value().set("and second");
            kinds.struct().update(old -> new AllKinds.Price(old.time() + 1, 1.5));
        }

        private void collections() {
            for (int i = 0; i < AllKinds.MAP_ENTRIES / 4; i++) {
                kinds.map().put("key " + i, i);
                kinds.map().merge("key 1", 1, Integer::sum);
                kinds.map().remove("key " + (i + 3) % 20);
                if (kinds.list().size() < AllKinds.LIST_ELEMENTS / 2) {
                    kinds.list().add("added");
                    kinds.list().addFirst("in front");
                }
            }
            kinds.list().clear();
            kinds.map().clear();
        }

        private void comesAndGoes() throws IOException {
            try (Manager other = Manager.open(path, options())) {
                final String name = "of " + ProcessHandle.current().pid();
                other.longArray(name, 10).set(0, 5);
                other.semaphore(
                                "semaphore",
                                dev.backplane.SemaphoreOptions.permits(AllKinds.PERMITS)
                                        .asBounded())
                        .tryAcquire();
                other.remove(name);
            }
        }
    }

    private List<Finding> look(boolean files) throws IOException {
        return SegmentDoctor.look(directory.resolve("segment")).stream()
                .filter(finding -> files || !finding.rule().equals("leaked"))
                .toList();
    }

    @Test
    void whatLiveProcessesDoIsNoFindingAndALookChangesNothing() throws Exception {
        final Path path = directory.resolve("segment");
        try (Jvm first = Jvm.fork(Hammer.class, path.toString(), "ends")) {
            first.expect("ready");
            try (Jvm second = Jvm.fork(Hammer.class, path.toString())) {
                second.expect("ready");
                for (int look = 0; look < LOOKS; look++) {
                    final List<Finding> found = look(true);
                    // Whoever stands still before it deletes a file leaves that for so long.
                    for (Finding finding : found) {
                        assertEquals("leaked", finding.rule(), "look " + look + ": " + found);
                        Eventually.holds("it is deleted", () -> Files.notExists(Path.of(finding.object())));
                    }
                    assertEquals(List.of(), SegmentDoctor.lookBeside(directory.path()));
                }
                for (int stop = 0; stop < STOPS; stop++) {
                    stop(first);
                    stop(second);
                    final byte[] before = Files.readAllBytes(path);
                    final int participants = Invariants.participants(path);
                    // Whoever is stopped before it deletes a file leaves that for so long.
                    assertEquals(List.of(), look(false), "stop " + stop);
                    assertEquals(participants, Invariants.participants(path));
                    assertArrayEquals(before, Files.readAllBytes(path));
                    first.resume();
                    second.resume();
                }
                assertTrue(
                        first.isAlive()
                                && second.isAlive()
                                && !first.transcript().toString().contains("failed")
                                && !second.transcript().toString().contains("failed"),
                        () -> first.transcript() + "\n" + second.transcript());
            }
        }
    }

    /// Stops a process, and returns when each of its threads stands still.
    private static void stop(Jvm jvm) {
        jvm.stop();
        final Path threads = Path.of("/proc/" + jvm.pid() + "/task");
        Eventually.holds("all threads of " + jvm.pid() + " are stopped", () -> {
            try (Stream<Path> each = Files.list(threads)) {
                return each.allMatch(SegmentDoctorJvmTest::isStopped);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static boolean isStopped(Path thread) {
        try {
            final String status = Files.readString(thread.resolve("stat"));
            return status.charAt(status.lastIndexOf(')') + 2) == 'T';
        } catch (IOException _) {
            return true; // It has ended.
        }
    }

    /// Holds everything, until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Takes hold.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws Exception {
            final AllKinds kinds =
                    AllKinds.of(Manager.open(Path.of(arguments[0]), options().withLabel("the victim")));
            kinds.fillSmall();
            kinds.fillLarge();
            kinds.hold();
            kinds.await();
            System.out.println("holds");
            while (true) {
                LockSupport.park();
            }
        }
    }

    @Test
    void whatAKilledProcessHeldIsNamedAndRepairGivesItBack() throws Exception {
        Abandonment.assumeSeen();
        final Path path = directory.resolve("segment");
        try (Manager survivor = Manager.open(path, options());
                Jvm victim = Jvm.fork(Victim.class, path.toString())) {
            final AllKinds kinds = AllKinds.of(survivor);
            victim.expect("holds");
            assertEquals(List.of(), look(true));
            victim.kill();
            victim.waitForExit();
            final byte[] before = Files.readAllBytes(path);
            final List<Finding> found = look(true);
            final String who = "dead pid " + victim.pid() + " (the victim)";
            expect(found, "participants", who + " has slot 1, and used");
            expect(found, "lock", "the lock is held by " + who);
            expect(found, "fair lock", "the lock is held by " + who);
            expect(found, "fair lock", who + " has a place in line");
            expect(found, "read-write lock", who + " has 1 reading");
            expect(found, "semaphore", who + " has 3 permits");
            expect(found, "condition", who + " has 1 waiting");
            expect(found, "barrier", who + " has arrived");
            expect(found, "channel", "the receiving end is held by " + who);
            expect(found, "channel", "the sending end is held by " + who);
            expect(found, "many", who + " has the sending end, with others");
            expect(found, "queue", who + " has elements taken and not done");
            assertTrue(found.stream().allMatch(one -> one.severity() == Severity.LEFTOVER), found::toString);
            assertArrayEquals(before, Files.readAllBytes(path), "a look at the dead changes nothing");
            final Repair repair = SegmentDoctor.repair(path);
            assertEquals(found.size(), repair.repaired().size(), () -> "repaired " + repair.repaired());
            assertTrue(repair.left().stream().allMatch(one -> one.severity() == Severity.NOTE), repair::toString);
            assertEquals(1, Invariants.participants(path), "the survivor is alone");
            assertEquals(AllKinds.PERMITS, kinds.semaphore().availablePermits());
            assertTrue(kinds.barrier().isBroken());
            assertEquals(AllKinds.LONG_ELEMENT, kinds.queue().take());
        }
    }

    private static void expect(List<Finding> found, String object, String what) {
        assertTrue(
                found.stream()
                        .anyMatch(
                                one -> one.object().equals(object) && one.what().contains(what)),
                () -> "expected of " + object + ": " + what + ", found " + found);
    }
}
