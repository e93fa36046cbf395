package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Queues whose head stands at an element that is taken already: whoever takes one that it had waited for leaves it
/// there.
@NullUnmarked
final class QueueHeadTest extends TwoAttachments {
    @Test
    void whoTookWhatHeHadWaitedForHasTakenIt() throws Exception {
        final SharedQueue<Integer> queue =
                mine.queue("q", QueueOptions.<Integer>capacity(2).asJoinable());
        final SharedQueue<Integer> other =
                theirs.queue("q", QueueOptions.<Integer>capacity(2).asJoinable());
        final MemorySegment memory = ((SegmentQueue<?>) queue).region().memory();
        for (int i = 0; i < 5; i++) {
            takeAfterALookInVain(queue, other, i);
            final long head = QueueLayout.HEAD.getAcquire(memory, 0);
            assertEquals(i, QueueWord.lap(head) * 2 + QueueWord.index(head), "to be advanced by whoever is next");
            switch (i) {
                case 0 ->
                    assertTrue(Looks.describe(mine).toString().contains("0 of 2 places taken"), "an onlooker sees it");
                case 1 -> assertEquals(0, queue.size());
                case 2 -> assertEquals(2, queue.remainingCapacity());
                case 3 -> assertFalse(queue.iterator().hasNext());
                default -> assertNull(queue.peek());
            }
            other.taskDone();
            assertTrue(queue.join(1, TimeUnit.MINUTES));
        }
        takeAfterALookInVain(queue, other, 5);
        queue.addAll(List.of(6, 7));
        assertEquals(List.of(6, 7), List.copyOf(queue));
        assertEquals(6, queue.poll());
        assertEquals(7, other.poll());
        assertNull(other.poll());
    }

    @Test
    void whatSomebodyHadWaitedForAndGaveBackComesFirst() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 3);
        final SharedQueue<Integer> other = theirs.queue("q", 3);
        for (SharedQueue<Integer> next : List.of(queue, other)) {
            assertNull(other.poll());
            queue.addAll(List.of(1, 2));
            assertThrows(
                    ArithmeticException.class,
                    () -> other.receive((memory, offset, length) -> {
                        throw new ArithmeticException();
                    }));
            assertEquals(2, queue.size());
            assertEquals(1, next.poll());
            assertEquals(2, next.poll());
            assertNull(queue.poll());
        }
    }

    private static void takeAfterALookInVain(SharedQueue<Integer> queue, SharedQueue<Integer> taker, int element) {
        assertNull(taker.poll());
        assertTrue(queue.offer(element));
        assertEquals(element, taker.poll());
    }
}
