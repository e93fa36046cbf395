package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Queues of which a user died before each of its stores.
final class QueueStepsTest {
    private static final String LONG_ELEMENT = "long ".repeat(100);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// What is done to a queue and cut off.
    private interface Operation {
        void on(SharedQueue<String> queue) throws Exception;
    }

    private static QueueOptions<String> options(int capacity) {
        return QueueOptions.<String>capacity(capacity).asJoinable();
    }

    private static Segment segment(SharedQueue<?> queue) {
        return ((SegmentQueue<?>) queue).region().segment();
    }

    /// Cuts `operation` off before each of its stores, on a queue that holds `before`.
    ///
    /// @param capacity of the queue
    /// @param undone what the queue may hold then if the operation counts as not done
    /// @param done what it may hold if it counts as done
    private void cutOff(int capacity, List<String> before, Operation operation, List<String> undone, List<String> done)
            throws Exception {
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            for (boolean sweep : new boolean[] {true, false}) {
                cut = cutOff(capacity, before, operation, stores, sweep, List.of(undone, done));
            }
        }
    }

    private boolean cutOff(
            int capacity,
            List<String> before,
            Operation operation,
            int stores,
            boolean sweep,
            List<List<String>> allowed)
            throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager survivor = Manager.open(path, SegmentOptions.defaults())) {
            final SharedQueue<String> queue = survivor.queue("q", options(capacity));
            for (String element : before) {
                assertTrue(queue.offer(element));
            }
            // Not closed: abandoning it is its end.
            final Manager mortal = Manager.open(path, SegmentOptions.defaults());
            final SharedQueue<String> victim = mortal.queue("q", options(capacity));
            final boolean cut = Mortality.diesBefore(stores, () -> operation.on(victim));
            Abandonment.of(segment(victim));
            if (sweep) {
                segment(queue).sweepDead();
            }
            check(queue, stores, allowed);
            assertTrue(queue.join(1, TimeUnit.MINUTES), "what the dead one had taken is settled");
            assertEquals(List.of(), files(), "no file is left");
            return cut;
        } finally {
            Files.delete(path);
        }
    }

    private static void check(SharedQueue<String> queue, int stores, List<List<String>> allowed) throws Exception {
        final List<String> found = new ArrayList<>();
        // An element of its own says where the queue ends, however long it takes to see who is dead.
        final String end = "end";
        if (!queue.offer(end, 100, TimeUnit.MILLISECONDS)) {
            // There is an element in the way, or a place that a dead one has claimed, if nobody has looked for those
            // yet.
            final String first = queue.poll(5, TimeUnit.SECONDS);
            if (first != null) {
                found.add(first);
            }
            queue.put(end);
        }
        for (String next = queue.take(); !next.equals(end); next = queue.take()) {
            found.add(next);
        }
        segment(queue).sweepDead();
        for (String left = queue.poll(); left != null; left = queue.poll()) {
            found.add(left); // It was given back after the end was put.
        }
        assertTrue(
                allowed.stream().anyMatch(one -> sameElements(one, found)),
                () -> "died before store " + stores + ", found " + found + ", not one of " + allowed);
        for (int lap = 0; lap < 3; lap++) {
            for (int i = 0; i < queue.capacity(); i++) {
                assertTrue(queue.offer("again " + i), "every place can be used");
            }
            assertFalse(queue.offer("too many"));
            assertEquals(0, queue.remainingCapacity());
            for (int i = 0; i < queue.capacity(); i++) {
                assertEquals("again " + i, queue.poll());
            }
            assertNull(queue.poll());
            assertEquals(0, queue.size());
        }
        final int taken = found.size() + 1 + 3 * queue.capacity();
        for (int i = 0; i < taken; i++) {
            queue.taskDone();
        }
    }

    private static boolean sameElements(List<String> one, List<String> other) {
        return one.stream().sorted().toList().equals(other.stream().sorted().toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.path())) {
            return files.filter(file -> file.toString().contains(".element")).toList();
        }
    }

    @Test
    void aProducerThatDiesHasPutItsElementOrNot() throws Exception {
        cutOff(3, List.of("a"), queue -> queue.offer("b"), List.of("a"), List.of("a", "b"));
        cutOff(1, List.of(), queue -> queue.put("b"), List.of(), List.of("b"));
        cutOff(
                3,
                List.of("a"),
                queue -> queue.publish(
                        3,
                        (memory, offset, length) -> memory.asSlice(offset, length)
                                .copyFrom(java.lang.foreign.MemorySegment.ofArray(tagged("b")))),
                List.of("a"),
                List.of("a", "b"));
    }

    private static byte[] tagged(String text) {
        return dev.backplane.codec.Codecs.tagged().toBytes(text);
    }

    @Test
    void aConsumerThatDiesHasTakenItsElementOrNot() throws Exception {
        cutOff(3, List.of("a", "b"), SharedQueue::take, List.of("a", "b"), List.of("b"));
        cutOff(1, List.of("a"), SharedQueue::poll, List.of("a"), List.of());
        cutOff(2, List.of("a", "b"), queue -> queue.receive((m, o, l) -> {}), List.of("a", "b"), List.of("b"));
        cutOff(2, List.of("a", "b"), queue -> queue.drain((m, o, l) -> {}, 1), List.of("a", "b"), List.of("b"));
        cutOff(3, List.of("a", "b", "c"), queue -> queue.remove("b"), List.of("a", "b", "c"), List.of("a", "c"));
    }

    @Test
    void aConsumerThatDiesAfterItHadWaitedHasTakenItsElementOrNot() throws Exception {
        cutOff(
                2,
                List.of(),
                queue -> {
                    assertNull(queue.poll());
                    queue.offer("a");
                    assertEquals("a", queue.poll());
                    assertNull(queue.poll()); // Only now head is advanced.
                },
                List.of(),
                List.of("a"));
    }

    @Test
    void aHandlerThatThrowsAndDiesLosesNothing() throws Exception {
        cutOff(
                2,
                List.of("a", "b"),
                queue -> {
                    try {
                        queue.receive((memory, offset, length) -> {
                            throw new ArithmeticException();
                        });
                    } catch (ArithmeticException e) {
                        assertEquals(2, queue.size());
                    }
                },
                List.of("a", "b"),
                List.of("a", "b"));
    }

    @Test
    void longElementsLeaveNoFileBehind() throws Exception {
        cutOff(2, List.of("a"), queue -> queue.offer(LONG_ELEMENT), List.of("a"), List.of("a", LONG_ELEMENT));
        cutOff(2, List.of(LONG_ELEMENT, "b"), SharedQueue::take, List.of(LONG_ELEMENT, "b"), List.of("b"));
    }
}
