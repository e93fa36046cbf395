package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.QueueShutDownException;
import dev.backplane.SharedHandle;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Abandonment;
import dev.backplane.store.FilesBeside;
import dev.backplane.store.Finding;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SmallFileSystem;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Elements that are longer than their queue's slots.
final class QueueFilesTest {
    private static final QueueOptions<String> OPTIONS =
            QueueOptions.<String>capacity(3).withSlotBytes(16);
    private static final String LONG = "long ".repeat(40_000);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains(".element")).toList();
        }
    }

    private List<Path> files() throws IOException {
        return files(directory.path());
    }

    @Test
    void theyPassThroughFilesOfTheirOwn() throws Exception {
        try (Manager mine = open();
                Manager theirs = open()) {
            final SharedQueue<String> in = mine.queue("q", OPTIONS);
            final SharedQueue<String> out = theirs.queue("q", OPTIONS);
            assertTrue(in.offer(LONG + 1));
            assertTrue(in.offer("short"));
            in.put(LONG + 2);
            assertFalse(in.offer(LONG + 3));
            assertFalse(in.offer(LONG + 3, 1, TimeUnit.MILLISECONDS));
            assertEquals(2, files().size());
            for (Path file : files()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            assertEquals(LONG + 1, out.peek());
            assertEquals(List.of(LONG + 1, "short", LONG + 2), new ArrayList<>(out));
            assertEquals(LONG + 1, out.take());
            assertEquals("short", out.poll());
            assertThrows(
                    ArithmeticException.class,
                    () -> out.receive((memory, offset, length) -> {
                        throw new ArithmeticException();
                    }));
            assertEquals(1, files().size(), "it is in the queue still");
            final long[] seen = new long[1];
            assertTrue(out.receive((memory, offset, length) -> seen[0] = length));
            assertTrue(seen[0] > LONG.length());
            assertEquals(List.of(), files());
            final byte[] bytes = Codecs.tagged().toBytes(LONG);
            assertTrue(in.publish(
                    bytes.length,
                    (memory, offset, length) ->
                            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length)));
            assertEquals(LONG, out.peek());
            assertTrue(in.offer("behind it"));
            assertTrue(in.remove(LONG));
            assertEquals(List.of(), files());
        }
    }

    @Test
    void aFileThatSomebodyDeletedLosesItsElementOnly() throws Exception {
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            for (int i = 0; i < 2; i++) {
                queue.addAll(List.of(LONG, "next"));
                final Path file = files().getFirst();
                Files.delete(file);
                if (i == 1) {
                    Files.createSymbolicLink(file, directory.resolve("segment"));
                }
                Refusal.of(SegmentException.class, queue::peek, "lost");
                Refusal.of(
                        SegmentException.class,
                        queue::poll,
                        "lost",
                        file.getFileName().toString());
                assertEquals("next", queue.poll());
                assertNull(queue.poll());
            }
        }
    }

    @Test
    void aRemovedQueueTakesItsFilesAlong() throws Exception {
        try (Manager theirs = open()) {
            final SharedQueue<String> other;
            try (Manager mine = open()) {
                mine.queue("q", OPTIONS).put(LONG);
                other = theirs.queue("q", OPTIONS);
                assertTrue(mine.remove("q"));
            }
            assertEquals(1, files().size(), "who has it can still take its elements");
            assertEquals(LONG, other.take());
            other.put(LONG);
        }
        assertEquals(List.of(), files());
    }

    @Test
    void elementsOutliveTheirProducer() throws Exception {
        try (Manager mine = open()) {
            mine.queue("q", OPTIONS).put(LONG);
        }
        assertEquals(1, files().size());
        try (Manager later = open()) {
            assertEquals(LONG, later.queue("q", OPTIONS).take());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void filesOfAnAnonymousSegmentEndWithIt() throws Exception {
        final String segment;
        try (Manager manager = Manager.anonymous("queue", SegmentOptions.defaults())) {
            segment = String.valueOf(manager.handle().id());
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG);
            assertEquals(LONG, queue.take());
            queue.put(LONG);
            assertEquals(1, defaultFilesOf(segment).size());
        }
        assertEquals(List.of(), defaultFilesOf(segment));
    }

    /// Of one segment: others have files there too.
    private static List<Path> defaultFilesOf(String segment) throws IOException {
        return files(Segment.defaultDirectory()).stream()
                .filter(file -> file.toString().contains(segment))
                .toList();
    }

    @Test
    void aFullDiskRefusesTheElementAndLeavesTheQueueAsItWas() throws Exception {
        try (SmallFileSystem disk = SmallFileSystem.mount(directory.resolve("disk"), 4 << 20);
                Manager manager = Manager.open(disk.path().resolve("segment"), SegmentOptions.defaults())) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put("first");
            final String tooLong = "x".repeat(8 << 20);
            Refusal.of(SegmentException.class, () -> queue.offer(tooLong), "file", "room", "q in ");
            assertEquals(List.of(), files(disk.path()));
            queue.put("second");
            assertEquals("first", queue.take());
            assertEquals("second", queue.take());
            queue.put(LONG);
            assertEquals(LONG, queue.take());
        }
    }

    @Test
    void anInterruptedThreadPutsAndTakesAsAnyOther() throws Exception {
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            Thread.currentThread().interrupt();
            assertTrue(queue.offer(LONG + 1));
            assertTrue(queue.offer(LONG + 2));
            assertEquals(LONG + 1, queue.peek());
            assertEquals(LONG + 1, queue.poll());
            final long[] seen = new long[1];
            assertEquals(1, queue.drain((memory, offset, length) -> seen[0] = length, 5));
            assertTrue(seen[0] > LONG.length());
            assertTrue(Thread.interrupted(), "the status is still set");
            assertEquals(List.of(), files());
        }
    }

    /// Interrupted while it waits, or after its claim: an element is in the queue still, or it was returned.
    @Test
    void aTakerThatIsInterruptedAtAnyTimeLosesNothing() throws Exception {
        final int elements = 300;
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            final List<String> taken = new ArrayList<>();
            final Thread taker = new Thread(() -> {
                while (taken.size() < elements) {
                    try {
                        taken.add(queue.take());
                    } catch (InterruptedException _) {
                        // Once more.
                    }
                }
            });
            final Thread interrupter = new Thread(() -> {
                while (taker.isAlive()) {
                    taker.interrupt();
                    Thread.onSpinWait();
                }
            });
            taker.start();
            interrupter.start();
            final List<String> put = new ArrayList<>();
            for (int i = 0; i < elements; i++) {
                put.add("number " + i + " is longer than its slot");
                queue.put(put.getLast());
            }
            taker.join();
            interrupter.join();
            assertEquals(put, taken);
            assertEquals(List.of(), files());
        }
    }

    @Test
    void aQueueOfOnePassesLongElementsOneByOne() throws Exception {
        try (Manager mine = open();
                Manager theirs = open()) {
            final QueueOptions<String> one = QueueOptions.<String>capacity(1).withSlotBytes(16);
            final SharedQueue<String> in = mine.queue("q", one);
            final SharedQueue<String> out = theirs.queue("q", one);
            for (int i = 0; i < 5; i++) {
                assertTrue(in.offer(LONG + i));
                assertFalse(in.offer(LONG));
                assertFalse(in.offer("short"));
                assertEquals(0, in.remainingCapacity());
                assertThrows(
                        ArithmeticException.class,
                        () -> out.receive((memory, offset, length) -> {
                            throw new ArithmeticException();
                        }));
                assertEquals(LONG + i, out.peek());
                assertEquals(List.of(LONG + i), new ArrayList<>(out));
                assertEquals(LONG + i, out.poll());
                assertNull(out.poll());
                assertEquals(List.of(), files());
            }
            in.put(LONG);
            assertTrue(out.remove(LONG));
            assertTrue(in.offer(LONG));
            in.shutdown();
            assertEquals(LONG, out.take());
            assertThrows(QueueShutDownException.class, out::take);
        }
        assertEquals(List.of(), files());
    }

    @Test
    void aFullQueueThatIsShutDownSaysSoForLongElementsToo() throws Exception {
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            assertEquals(3, queue.offerAll(List.of("a", "b", "c", "d")));
            queue.shutdown();
            assertThrows(QueueShutDownException.class, () -> queue.offer(LONG));
            assertThrows(
                    QueueShutDownException.class, () -> queue.publish(LONG.length(), (memory, offset, length) -> {}));
            assertEquals(List.of(), files());
        }
    }

    /// Puts a long element and lives on.
    public static final class Spiller {
        private Spiller() {}

        /// Puts it, prints the queue's handle, and waits.
        ///
        /// @param arguments the segment's path, or nothing for an anonymous one
        public static void main(String[] arguments) throws Exception {
            final Manager manager = arguments.length == 0
                    ? Manager.anonymous("spiller", SegmentOptions.defaults())
                    : Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG);
            System.out.println(queue.handle());
            while (queue.capacity() > 0) {
                LockSupport.park();
            }
        }
    }

    private static Manager attach(SegmentHandle segment) throws IOException {
        return Manager.open(Path.of(segment.path()), SegmentOptions.defaults());
    }

    private static List<Path> filesOf(Path directory, UUID segment) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains(segment.toString()))
                    .toList();
        }
    }

    @Test
    void aSegmentThatIsDeletedTakesItsFilesAlong() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = open()) {
            manager.queue("q", OPTIONS).put(LONG);
            manager.queue("r", OPTIONS).put(LONG);
        }
        assertEquals(2, files().size());
        assertTrue(Segment.delete(path));
        assertEquals(List.of(), files());
        final UUID id;
        try (Manager manager = open()) {
            id = manager.handle().id();
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG + 1);
            assertTrue(Segment.delete(path));
            assertEquals(1, files().size(), "somebody has the queue still");
            queue.put(LONG + 2);
            assertEquals(LONG + 1, queue.take());
            assertEquals(2, filesOf(directory.path(), id).size(), "the element's and the mark");
            SegmentDoctor.repairBeside(directory.path());
            assertEquals(LONG + 2, queue.take());
            queue.put(LONG);
        }
        assertEquals(List.of(), filesOf(directory.path(), id));
    }

    @Test
    void filesOfSegmentsWithoutANameAreDeletedWhenAllWhoHadThemWereKilled() throws Exception {
        Abandonment.assumeSeen(); // Elsewhere nobody can tell which processes have what open.
        final UUID anonymous;
        final UUID deleted;
        try (Jvm one = Jvm.fork(Spiller.class);
                Jvm other = Jvm.fork(Spiller.class, directory.resolve("segment").toString())) {
            anonymous = SharedHandle.parse(one.expectStartsWith("")).segment().id();
            deleted = SharedHandle.parse(other.expectStartsWith("")).segment().id();
            Segment.delete(directory.resolve("segment"));
            FilesBeside.sweep(Segment.defaultDirectory());
            FilesBeside.sweep(directory.path());
            assertEquals(2, filesOf(Segment.defaultDirectory(), anonymous).size(), "it is alive");
            assertEquals(2, filesOf(directory.path(), deleted).size(), "it is alive");
            one.kill();
            other.kill();
        }
        // Another JVM that looks for such files at this moment has all segments open, and so this one's.
        Eventually.holds("a put of a file deletes what is left of others", () -> {
            try (Manager manager = Manager.anonymous("next", SegmentOptions.defaults())) {
                final SharedQueue<String> queue = manager.queue("q", OPTIONS);
                queue.put(LONG);
                final boolean gone =
                        filesOf(Segment.defaultDirectory(), anonymous).isEmpty();
                assertEquals(LONG, queue.take());
                return gone;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        final List<Finding> found = SegmentDoctor.lookBeside(directory.path());
        assertEquals(1, found.size(), found::toString);
        assertEquals(Finding.Severity.LEFTOVER, found.getFirst().severity());
        assertEquals(2, filesOf(directory.path(), deleted).size(), "a look deletes nothing");
        assertEquals(List.of(), SegmentDoctor.repairBeside(directory.path()).left());
        assertEquals(List.of(), filesOf(directory.path(), deleted));
    }

    @Test
    void whoHasOnlyTheAnonymousSegmentKeepsItsFiles() throws Exception {
        try (Jvm producer = Jvm.fork(Spiller.class)) {
            final SharedHandle handle = SharedHandle.parse(producer.expectStartsWith(""));
            try (Manager mine = attach(handle.segment())) {
                try (Manager passing = attach(handle.segment())) {
                    producer.kill();
                    FilesBeside.sweep(Segment.defaultDirectory());
                    assertEquals(LONG, passing.queue("q", OPTIONS).peek());
                }
                FilesBeside.sweep(Segment.defaultDirectory());
                final SharedQueue<String> queue = mine.queue("q", OPTIONS);
                assertEquals(LONG, queue.take());
                queue.put(LONG);
            }
            assertEquals(
                    List.of(),
                    filesOf(Segment.defaultDirectory(), handle.segment().id()));
        }
    }
}
