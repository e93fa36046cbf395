package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Queues as collections, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class QueueCollectionTest extends TwoAttachments {
    @Test
    void aClosedQueueIsNotChanged() throws Exception {
        final SharedQueue<String> queue = mine.queue("q", 4);
        queue.addAll(List.of("a", "b"));
        final SharedQueue<String> other = theirs.queue("q", 4);
        final Iterator<String> iterator = other.iterator();
        assertEquals("a", iterator.next());
        theirs.close();
        assertThrows(IllegalStateException.class, iterator::remove);
        assertThrows(IllegalStateException.class, () -> other.remove("b"));
        assertThrows(IllegalStateException.class, () -> other.removeIf("b"::equals));
        assertThrows(IllegalStateException.class, other::iterator);
        assertThrows(IllegalStateException.class, other::clear);
        assertEquals(List.of("a", "b"), new ArrayList<>(queue));
    }

    @SuppressWarnings("ModifyingCollectionWithItself") // It is what is tested.
    @Test
    void aQueueIsNotDrainedToItselfByAnotherName() throws Exception {
        final SharedQueue<String> queue = mine.queue("q", 4);
        queue.addAll(List.of("a", "b"));
        for (Manager manager : List.of(mine, theirs)) {
            final SharedQueue<String> again = manager.queue("q", 4);
            assertThrows(IllegalArgumentException.class, () -> queue.drainTo(again));
            assertThrows(IllegalArgumentException.class, () -> queue.drainTo(again, 1));
            assertThrows(IllegalArgumentException.class, () -> queue.addAll(again));
        }
        assertEquals(List.of("a", "b"), new ArrayList<>(queue));
        final SharedQueue<String> another = mine.queue("another", 4);
        assertEquals(2, queue.drainTo(another));
        assertTrue(another.removeAll(theirs.<String>queue("another", 4)));
        another.add("c");
        assertFalse(another.retainAll(another));
        assertEquals(List.of("c"), new ArrayList<>(another));
    }

    @Test
    void iteratorsGoInTheOrderOfDelivery() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 5);
        queue.addAll(List.of(0, 1, 2, 3, 4));
        assertEquals(0, queue.poll());
        queue.add(5);
        for (int i = 0; i < 2; i++) {
            assertThrows(
                    ArithmeticException.class,
                    () -> queue.receive((memory, offset, length) -> {
                        assertEquals(2, queue.poll());
                        throw new ArithmeticException();
                    }));
            assertEquals(1, queue.peek());
            assertEquals(List.of(1, 3, 4, 5), new ArrayList<>(queue));
            assertEquals(List.of(1, 3, 4, 5), queue.stream().toList());
            assertTrue(queue.remove(1));
            queue.clear();
            queue.addAll(List.of(1, 2, 3, 4, 5));
        }
        final List<Integer> left = new ArrayList<>(queue);
        final List<Integer> delivered = new ArrayList<>();
        queue.drainTo(delivered);
        assertEquals(delivered, left);
    }

    @Test
    void streamsAndCopiesGoOnWhileElementsComeAndGo() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 64);
        final SharedMap<Integer, Integer> map = mine.map("m", Integer.class, Integer.class, 64);
        assertFalse(queue.spliterator().hasCharacteristics(Spliterator.SIZED));
        for (Collection<?> view : List.of(map.keySet(), map.values(), map.entrySet())) {
            assertFalse(view.spliterator().hasCharacteristics(Spliterator.SIZED));
        }
        final AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<?> changing = threads.submit(() -> {
                for (int i = 0; !over.get(); i++) {
                    if (i % 128 < 64) {
                        queue.offer(i);
                        map.put(i % 64, i);
                    } else {
                        queue.poll();
                        map.remove(i % 64);
                    }
                }
            });
            try {
                for (int i = 0; i < 2_000; i++) {
                    for (Collection<?> each : List.of(queue, map.keySet(), map.values(), map.entrySet())) {
                        assertFalse(each.stream().toList().contains(null));
                        assertFalse(Arrays.asList(each.toArray()).contains(null));
                        assertFalse(Arrays.asList(each.stream().toArray()).contains(null));
                    }
                }
            } finally {
                over.set(true);
            }
            changing.get();
        }
    }
}
