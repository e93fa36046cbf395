package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/// Elements that handlers give back while others of the same attachment, and of another one, take.
final class QueueGivenBackTest extends TwoAttachments {
    private static final int ELEMENTS = 30_000;
    private static final int CAPACITY = 4;

    /// What the handlers of this test throw.
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused() {
            super("refused", null, false, false);
        }
    }

    @Test
    void whatIsGivenBackIsTakenInItsOrderWhereverItStands() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", QueueOptions.of(CAPACITY, Codecs.of(Integer.class)));
        for (int lot = 0; lot < CAPACITY; lot++) { // Each begins at another slot.
            queue.addAll(List.of(1, 2, 3));
            assertThrows(Refused.class, () -> refuse(queue, 2), "the first two, while the second is handled");
            assertEquals(1, queue.peek());
            assertEquals(List.of(1, 2, 3), List.copyOf(queue), "as iterators have them");
            assertEquals(List.of(1, 2, 3), List.of(queue.remove(), queue.remove(), queue.remove()));
        }
    }

    @Test
    void onceItIsTakenNobodyLooksForItAgainThoughTheQueueIsNeverEmpty() throws Exception {
        final SegmentQueue<Integer> queue =
                (SegmentQueue<Integer>) mine.queue("q", QueueOptions.of(CAPACITY, Codecs.of(Integer.class)));
        queue.addAll(List.of(1, 2, 3));
        assertThrows(Refused.class, () -> refuse(queue, 1));
        assertTrue(QueueMark.isRaised(queue.region().memory(), QueueLayout.RETURNED));
        assertEquals(List.of(1, 2), List.of(queue.remove(), queue.remove()));
        assertFalse(QueueMark.isRaised(queue.region().memory(), QueueLayout.RETURNED), "each take would look");
        assertEquals(3, queue.remove());
    }

    @Test
    void aParticipantThatLeavesLetsOneTakeLookForWhatItHad() throws Exception {
        final QueueOptions<Integer> options = QueueOptions.of(CAPACITY, Codecs.of(Integer.class));
        final SegmentQueue<Integer> queue = (SegmentQueue<Integer>) mine.queue("q", options);
        try (Manager producer = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            producer.queue("q", options).addAll(List.of(1, 2, 3));
        }
        assertEquals(1, queue.remove());
        assertFalse(QueueMark.isRaised(queue.region().memory(), QueueLayout.RETURNED), "each take would look");
        assertEquals(2, queue.remainingCapacity());
    }

    /// Refuses so many elements, each in the handler of the one before.
    private static void refuse(SharedQueue<Integer> queue, int elements) {
        queue.receive((memory, offset, length) -> {
            if (elements > 1) {
                refuse(queue, elements - 1);
            }
            throw new Refused();
        });
    }

    @Test
    void eachGoesToOneTakerThoughThreadsOfOneAttachmentGiveItBackAndTakeIt() throws Exception {
        final QueueOptions<Integer> options =
                QueueOptions.of(CAPACITY, Codecs.of(Integer.class)).asJoinable();
        final SharedQueue<Integer> queue = mine.queue("q", options);
        final SharedQueue<Integer> other = theirs.queue("q", options);
        final AtomicIntegerArray times = new AtomicIntegerArray(ELEMENTS);
        final AtomicInteger taken = new AtomicInteger();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            final List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(() -> refuse(queue, taken)));
            running.add(threads.submit(() -> take(queue, times, taken)));
            running.add(threads.submit(() -> take(queue, times, taken)));
            running.add(threads.submit(() -> take(other, times, taken)));
            for (int i = 0; i < ELEMENTS; i++) {
                other.put(i);
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        for (int i = 0; i < ELEMENTS; i++) {
            assertEquals(1, times.get(i), "times that element " + i + " was taken");
        }
        assertTrue(queue.isEmpty());
        assertEquals(CAPACITY, queue.remainingCapacity());
        assertTrue(queue.join(1, TimeUnit.MINUTES), "all is done");
    }

    private static void refuse(SharedQueue<Integer> queue, AtomicInteger taken) {
        while (taken.get() < ELEMENTS) {
            try {
                queue.drain(
                        (memory, offset, length) -> {
                            throw new Refused();
                        },
                        1);
            } catch (Refused _) {
                Thread.onSpinWait();
            }
        }
    }

    private static void take(SharedQueue<Integer> queue, AtomicIntegerArray times, AtomicInteger taken) {
        while (taken.get() < ELEMENTS) {
            final Integer element = queue.poll();
            if (element != null) {
                times.incrementAndGet(element);
                taken.incrementAndGet();
                queue.taskDone();
            }
        }
    }
}
