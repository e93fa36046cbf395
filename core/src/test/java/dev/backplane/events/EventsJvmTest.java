package dev.backplane.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.TaskException;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the Flight Recorder is told, each kind of event provoked.
final class EventsJvmTest {
    /// The recorder says on standard output that it has begun.
    private static final String QUIET = "-Xlog:jfr+startup=off";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Takes the lock and the write lock of a segment, and waits to be killed, or to be told to give them back.
    static final class Holder {
        static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]));
            final SharedLock lock = manager.lock("lock");
            lock.lock();
            try {
                manager.lock("fair", LockOptions.defaults().asFair()).lock();
                manager.readWriteLock("rw").writeLock().lock();
                System.out.println("held");
                System.in.read();
            } finally {
                lock.unlock();
            }
            System.out.println("free");
            System.in.read();
        }
    }

    /// Waits for a semaphore for a while that is longer than any threshold.
    static final class Waiter {
        static void main(String[] arguments) throws Exception {
            try (Manager manager = Manager.open(Path.of(arguments[0]))) {
                final SharedSemaphore none = manager.semaphore("none", 0);
                final RecordedPool pool = new RecordedPool("pool");
                pool.queued(1, 1);
                pool.given(1, 1, 1, 1);
                pool.ended(1, 1, 1, "done");
                pool.workerDied(1, 1, 1, 1);
                System.out.println("waited " + none.tryAcquire(1, 30, TimeUnit.MILLISECONDS));
            }
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    private List<RecordedEvent> events(Body body) throws Exception {
        try (Recording recording = new Recording(FlightSettings.configuration())) {
            recording.enable(FlightEvents.LOCK_CONTENTION).withoutThreshold();
            recording.start();
            body.run();
            recording.stop();
            return read(recording);
        }
    }

    private List<RecordedEvent> read(Recording recording) throws IOException {
        final Path file = directory.resolve("recording-" + System.nanoTime() + ".jfr");
        recording.dump(file);
        try {
            return inOrder(file);
        } finally {
            Files.delete(file);
        }
    }

    /// A file has what each thread told in a piece of its own.
    private static List<RecordedEvent> inOrder(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    private static List<RecordedEvent> of(String type, List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .toList();
    }

    private static RecordedEvent of(String type, String object, List<RecordedEvent> events) {
        return of(type, events).stream()
                .filter(event -> object.equals(event.getString("object")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " of " + object + " in " + events));
    }

    private void checkPlace(RecordedEvent event, String type, Path segment) {
        assertEquals(type, event.getString("objectType"));
        assertEquals(segment.toString(), event.getString("segment"));
    }

    @Test
    void aWaitForALockTellsWhoHasIt() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Jvm holder = Jvm.fork(Holder.class, segment.toString());
                Manager manager = Manager.open(segment)) {
            holder.expect("held");
            final List<RecordedEvent> events = events(() -> {
                assertFalse(manager.lock("lock").tryLock(20, TimeUnit.MILLISECONDS));
                assertFalse(
                        manager.lock("fair", LockOptions.defaults().asFair()).tryLock(20, TimeUnit.MILLISECONDS));
                final SharedReadWriteLock both = manager.readWriteLock("rw");
                assertFalse(both.readLock().tryLock(20, TimeUnit.MILLISECONDS));
                assertFalse(both.writeLock().tryLock(20, TimeUnit.MILLISECONDS));
            });
            for (String object : List.of("lock", "fair", "rw")) {
                final RecordedEvent event = of(FlightEvents.LOCK_CONTENTION, object, events);
                assertEquals(holder.pid(), event.getLong("ownerPid"), event.toString());
                assertEquals("time up", event.getString("outcome"), event.toString());
                assertTrue(event.getDuration().compareTo(Duration.ofMillis(20)) >= 0, event.toString());
                assertEquals(Thread.currentThread().getName(), event.getThread().getJavaName());
            }
            checkPlace(of(FlightEvents.LOCK_CONTENTION, "lock", events), "lock", segment);
            checkPlace(of(FlightEvents.LOCK_CONTENTION, "fair", events), "fair lock", segment);
            checkPlace(of(FlightEvents.LOCK_CONTENTION, "rw", events), "read-write lock", segment);
            assertEquals(4, of(FlightEvents.LOCK_CONTENTION, events).size(), events.toString());
            assertEquals(List.of(), of(FlightEvents.WAIT, events));
        }
    }

    @Test
    void aWaitThatIsServedOrInterruptedSaysSo() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Jvm holder = Jvm.fork(Holder.class, segment.toString());
                Manager manager = Manager.open(segment)) {
            holder.expect("held");
            final SharedLock lock = manager.lock("lock");
            final List<RecordedEvent> events = events(() -> {
                final Thread interrupted = Thread.ofPlatform()
                        .name("interrupted")
                        .start(() -> assertThrows(InterruptedException.class, lock::lockInterruptibly));
                Eventually.holds("it sleeps", () -> lock.toString().contains("contended"));
                interrupted.interrupt();
                interrupted.join();
                holder.tell("");
                assertTrue(lock.tryLock(1, TimeUnit.MINUTES));
                lock.unlock();
            });
            final List<RecordedEvent> waits = of(FlightEvents.LOCK_CONTENTION, events);
            assertEquals(
                    "interrupted",
                    waits.stream()
                            .filter(event -> event.getThread().getJavaName().equals("interrupted"))
                            .findFirst()
                            .orElseThrow()
                            .getString("outcome"),
                    events.toString());
            waits.stream()
                    .filter(event -> !event.getThread().getJavaName().equals("interrupted"))
                    .forEach(event -> assertEquals("over", event.getString("outcome"), events.toString()));
        }
    }

    @Test
    void waitsForOthersAreToldApartByTheirObject() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Manager manager = Manager.open(segment)) {
            final SharedLock lock = manager.lock("lock");
            final List<RecordedEvent> events = events(() -> {
                assertFalse(manager.semaphore("semaphore", 0).tryAcquire(1, 20, TimeUnit.MILLISECONDS));
                assertFalse(manager.event("event").await(20, TimeUnit.MILLISECONDS));
                assertFalse(manager.latch("latch", 1).await(20, TimeUnit.MILLISECONDS));
                assertThrows(
                        java.util.concurrent.TimeoutException.class,
                        () -> manager.barrier("barrier", 2).await(20, TimeUnit.MILLISECONDS));
                assertNull(manager.<String>queue("queue", 4)
                        .poll(1, TimeUnit.SECONDS)); // It spins first, on the same time.
                lock.lock();
                try {
                    final SharedCondition condition = manager.condition("condition", lock);
                    long left = TimeUnit.MILLISECONDS.toNanos(20);
                    while (left > 0) {
                        left = condition.awaitNanos(left);
                    }
                } finally {
                    lock.unlock();
                }
            });
            for (String object : List.of("semaphore", "event", "latch", "barrier", "queue", "condition")) {
                final RecordedEvent event = of(FlightEvents.WAIT, object, events);
                checkPlace(event, object, segment);
                assertEquals("time up", event.getString("outcome"));
                // A wait for a queue is recorded from when it stops spinning, and the recorder has a clock of its own.
                assertTrue(
                        object.equals("queue") || event.getDuration().compareTo(Duration.ofMillis(15)) >= 0,
                        event.toString());
                assertTrue(event.getStackTrace() != null, event.toString());
            }
            assertEquals(6, of(FlightEvents.WAIT, events).size(), events.toString());
        }
    }

    @Test
    void aKilledOwnerIsADeathAndARecovery() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Jvm holder = Jvm.fork(Holder.class, segment.toString());
                Manager manager = Manager.open(segment)) {
            holder.expect("held");
            final List<RecordedEvent> events = events(() -> {
                holder.kill();
                assertThrows(
                        OwnerDiedException.class, () -> manager.lock("lock").lock());
                assertThrows(
                        OwnerDiedException.class,
                        () -> manager.lock("fair", LockOptions.defaults().asFair())
                                .lock());
                assertThrows(
                        OwnerDiedException.class,
                        () -> manager.readWriteLock("rw").writeLock().lock());
            });
            for (String object : List.of("lock", "fair", "rw")) {
                final RecordedEvent death = of(FlightEvents.OWNER_DEATH, object, events);
                assertEquals(holder.pid(), death.getLong("ownerPid"), death.toString());
                assertEquals(segment.toString(), death.getString("segment"));
            }
            final RecordedEvent recovery = of(FlightEvents.RECOVERY, events).getFirst();
            assertEquals(holder.pid(), recovery.getLong("pid"));
            assertEquals(segment.toString(), recovery.getString("segment"));
            assertEquals(3, recovery.getInt("objects"));
            assertTrue(recovery.getBoolean("complete"));
        }
    }

    @Test
    void aFullQueueIsToldWhetherItsProducerWaitsOrNot() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Manager manager = Manager.open(segment)) {
            final SharedQueue<String> queue = manager.queue("queue", 2);
            assertTrue(queue.offer("a"));
            final List<RecordedEvent> events = events(() -> {
                assertTrue(queue.offer("b"));
                assertFalse(queue.offer("c"));
                assertFalse(queue.offer("d", 15, TimeUnit.MILLISECONDS));
            });
            final List<RecordedEvent> full = of(FlightEvents.QUEUE_FULL, events);
            assertEquals(
                    List.of("refused", "time up"),
                    full.stream().map(event -> event.getString("outcome")).toList(),
                    events.toString());
            full.forEach(event -> {
                assertEquals("queue", event.getString("object"));
                assertEquals(2, event.getInt("capacity"));
                checkPlace(event, "queue", segment);
            });
            assertEquals(List.of(), of(FlightEvents.WAIT, events));
        }
    }

    @Test
    void aTaskIsFollowedFromTheQueueToItsEnd() throws Exception {
        final Path worker = directory.resolve("worker.jfr");
        final Path settings = Files.writeString(directory.resolve("backplane.jfc"), FlightSettings.text());
        final List<RecordedEvent> events = events(() -> {
            try (ProcessPool pool = ProcessPool.builder()
                    .workers(1)
                    .name("followed")
                    .jvmOptions("-XX:StartFlightRecording:settings=" + settings + ",filename=" + worker, QUIET)
                    .start()) {
                assertEquals(7, pool.apply(() -> 7));
                assertThrows(
                        TaskException.class,
                        () -> pool.apply(() -> {
                            throw new IllegalStateException("no");
                        }));
            }
        });
        assertEquals(
                List.of("done", "failed"),
                of(FlightEvents.TASK_ENDED, events).stream()
                        .map(event -> event.getString("outcome"))
                        .toList());
        final List<RecordedEvent> given = of(FlightEvents.TASK_GIVEN, events);
        assertEquals(
                of(FlightEvents.TASK_QUEUED, events).stream()
                        .map(event -> event.getLong("task"))
                        .toList(),
                given.stream().map(event -> event.getLong("task")).toList());
        assertEquals(
                Set.of("followed"),
                given.stream().map(event -> event.getString("pool")).collect(Collectors.toSet()));
        final List<RecordedEvent> ran = of(FlightEvents.TASK_RUN, inOrder(worker));
        assertEquals(
                given.stream().map(event -> event.getLong("number")).toList(),
                ran.stream().map(event -> event.getLong("number")).toList());
        assertEquals(
                List.of(false, true),
                ran.stream().map(event -> event.getBoolean("failed")).toList());
        assertEquals(List.of(), of(FlightEvents.WORKER_DIED, events));
    }

    @Test
    void aWorkerThatDiesIsToldWithWhatItHeld() throws Exception {
        final List<RecordedEvent> events = events(() -> {
            try (ProcessPool pool =
                    ProcessPool.builder().workers(1).name("deadly").start()) {
                assertThrows(
                        dev.backplane.pool.WorkerDiedException.class,
                        () -> pool.apply(() -> {
                            Runtime.getRuntime().halt(9);
                            return 0;
                        }));
            }
        });
        final RecordedEvent died = of(FlightEvents.WORKER_DIED, events).getFirst();
        assertEquals("deadly", died.getString("pool"));
        assertEquals(1, died.getInt("worker"));
        assertEquals(9, died.getInt("exitCode"));
        assertEquals(1, died.getInt("tasksHeld"));
        assertEquals("lost", of(FlightEvents.TASK_ENDED, events).getFirst().getString("outcome"));
    }

    @Test
    void theSettingsWorkOnACommandLine() throws Exception {
        final Path settings = directory.resolve("backplane.jfc");
        final Path recording = directory.resolve("run.jfr");
        Files.writeString(settings, FlightSettings.text());
        final List<String> options =
                List.of("-XX:StartFlightRecording:settings=" + settings + ",filename=" + recording, QUIET);
        try (Jvm waiter =
                Jvm.fork(options, Waiter.class, directory.resolve("segment").toString())) {
            waiter.expect("waited false");
            assertEquals(0, waiter.waitForExit());
        }
        final RecordedEvent wait = of(FlightEvents.WAIT, "none", inOrder(recording));
        assertEquals("semaphore", wait.getString("objectType"));
    }

    @Test
    void aRuntimeWithoutTheRecorderDoesAsWell() {
        final List<String> options = List.of("--limit-modules", "java.base,jdk.unsupported");
        try (Jvm waiter =
                Jvm.fork(options, Waiter.class, directory.resolve("segment").toString())) {
            waiter.expect("waited false");
            assertEquals(0, waiter.waitForExit());
        }
    }
}
