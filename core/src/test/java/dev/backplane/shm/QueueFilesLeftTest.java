package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.codec.ValueRefusedException;
import dev.backplane.store.Abandonment;
import dev.backplane.store.FilesBeside;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is, and is not, cleaned up of long elements; and those that not everybody reads.
final class QueueFilesLeftTest {
    private static final QueueOptions<String> OPTIONS =
            QueueOptions.<String>capacity(3).withSlotBytes(16);
    private static final String LONG = "long ".repeat(40_000);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private List<Path> files() throws IOException {
        return filesOf(directory.path(), ".element");
    }

    private static List<Path> filesOf(Path directory, Object part) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains(part.toString()))
                    .toList();
        }
    }

    @Test
    void aSegmentThatWasMadeAgainUnderItsNameIsNamelessItself() throws Exception {
        Assumptions.assumeFalse("portable".equals(System.getProperty("dev.backplane.platform")), "has no file keys");
        final UUID id;
        try (Manager old = open()) {
            id = old.handle().id();
            final SharedQueue<String> queue = old.queue("q", OPTIONS);
            queue.put(LONG);
            assertEquals(1, filesOf(directory.path(), id).size());
            Files.delete(directory.resolve("segment"));
            try (Manager again = open()) {
                again.queue("q", OPTIONS).put(LONG);
                queue.put(LONG);
                assertEquals(3, filesOf(directory.path(), id).size(), "two elements and the mark");
            }
        }
        assertEquals(List.of(), filesOf(directory.path(), id));
        assertEquals(1, files().size(), "the new one's is there still");
    }

    @Test
    void clearNeedsNoFileToBeThere() throws Exception {
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS.asJoinable());
            queue.addAll(List.of(LONG, "short", LONG));
            Files.delete(files().getFirst());
            queue.clear();
            assertEquals(3, queue.remainingCapacity());
            assertEquals(List.of(), files());
            assertTrue(queue.join(1, TimeUnit.MINUTES), "what was cleared is done");
        }
    }

    @Test
    void whatCannotBeDeletedKeepsNothingElseOfTheDead() throws Exception {
        Abandonment.assumeSeen();
        try (Manager manager = open()) {
            final SegmentQueue<String> queue = (SegmentQueue<String>) manager.queue("q", OPTIONS);
            queue.put(LONG); // From now on a sweep looks for files.
            assertEquals(LONG, queue.take());
            final SegmentQueue<String> dead = (SegmentQueue<String>) open().queue("q", OPTIONS);
            final Set<Path> stuck = leave(queue.region(), queue.region().incarnation());
            Abandonment.of(dead.region().segment());
            assertEquals(1, queue.region().segment().sweepDead());
            assertEquals(stuck, Set.copyOf(files()));
        }
    }

    @Test
    void whatCannotBeDeletedKeepsNothingElseOfAQueueThatIsGone() throws Exception {
        try (Manager manager = open()) {
            final SegmentQueue<String> queue = (SegmentQueue<String>) manager.queue("q", OPTIONS);
            final Set<Path> stuck = leave(queue.region(), queue.region().incarnation() + 1);
            queue.put(LONG);
            assertEquals(LONG, queue.take());
            assertEquals(stuck, Set.copyOf(files()));
        }
    }

    /// Leaves files that no slot names, and in turn with them, since nobody knows in which order they are found, what
    /// cannot be deleted.
    ///
    /// @return the latter
    private Set<Path> leave(Region region, long incarnation) throws IOException {
        final Set<Path> stuck = new HashSet<>();
        for (int number = 0; number < 32; number++) {
            final Path file = directory.resolve(QueueFiles.name(region.segment().id(), incarnation, 1, number));
            if (number % 2 == 0) {
                Files.createFile(file);
            } else {
                Files.createDirectories(file.resolve("in the way"));
                stuck.add(file);
            }
        }
        return stuck;
    }

    @Test
    void aMarkThatSomebodyTookBackIsMadeAgain() throws Exception {
        try (Manager manager = Manager.anonymous("queue", SegmentOptions.defaults())) {
            final UUID id = manager.handle().id();
            final Path mark = FilesBeside.mark(Segment.defaultDirectory(), id);
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG);
            queue.take();
            FilesBeside.withdraw(Segment.defaultDirectory(), id);
            assertFalse(Files.exists(mark));
            queue.put(LONG);
            assertTrue(Files.exists(mark));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(mark)));
            FilesBeside.withdraw(Segment.defaultDirectory(), id);
            assertTrue(Files.exists(mark), "there is a file");
        }
    }

    @Test
    void marksOfThePortablePlatformAndBrokenOnesAreLeftAlone() throws Exception {
        final UUID portable = UUID.randomUUID();
        final Path mark = directory.resolve(".backplane-" + portable + ".nameless-portable");
        final Path element = directory.resolve(QueueFiles.name(portable, 1, 2, 3));
        Files.createFile(mark);
        Files.createFile(element);
        FilesBeside.sweep(directory.path());
        assertTrue(Files.exists(mark));
        assertTrue(Files.exists(element));
        // A directory with something in it, in place of an element, cannot be deleted: the put succeeds all the same.
        final UUID broken = UUID.randomUUID();
        Files.createFile(FilesBeside.mark(directory.path(), broken));
        Files.createDirectories(
                directory.resolve(QueueFiles.name(broken, 1, 2, 3)).resolve("inside"));
        try (Manager manager = open()) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG);
            assertEquals(LONG, queue.take());
        }
    }

    /// A value of any depth.
    public static final class Node implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private @Nullable Node next;

        /// Makes a chain.
        static Node chain(int length) {
            final Node node = new Node();
            if (length > 1) {
                node.next = chain(length - 1);
            }
            return node;
        }

        int length() {
            return next == null ? 1 : 1 + next.length();
        }
    }

    @Test
    void anElementBeyondTheLimitsStaysForWhoHasWiderOnes() throws Exception {
        final SerializationPolicy policy = SerializationPolicy.standard().allowing(Node.class.getName());
        try (Manager mine = open();
                Manager theirs = open()) {
            final SharedQueue<Object> queue = mine.queue("q", within(policy));
            queue.put(Node.chain(100));
            Refusal.of(ValueRefusedException.class, queue::poll, "depth 64", "in the queue still");
            Refusal.of(ValueRefusedException.class, queue::poll, "depth 64");
            final SharedQueue<Object> wide = theirs.queue("q", within(policy.limitedTo(1_000, policy.maxBytes())));
            assertEquals(100, ((Node) wide.take()).length());
            assertNull(queue.poll());
        }
    }

    @SuppressWarnings("NullAway") // No element is null.
    private static QueueOptions<Object> within(SerializationPolicy policy) {
        return QueueOptions.of(3, Codecs.tagged(policy));
    }
}
