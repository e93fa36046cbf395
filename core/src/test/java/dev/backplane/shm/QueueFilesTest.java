package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SmallFileSystem;
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
import java.util.concurrent.TimeUnit;
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
        final List<Path> before =
                Files.isDirectory(Segment.defaultDirectory()) ? files(Segment.defaultDirectory()) : List.of();
        try (Manager manager = Manager.anonymous("queue", SegmentOptions.defaults())) {
            final SharedQueue<String> queue = manager.queue("q", OPTIONS);
            queue.put(LONG);
            assertEquals(LONG, queue.take());
            queue.put(LONG);
        }
        final List<Path> after = new ArrayList<>(files(Segment.defaultDirectory()));
        after.removeAll(before);
        assertEquals(List.of(), after);
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
}
