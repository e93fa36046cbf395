package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Queues in laps that a test does not come to by putting elements.
final class QueueLapsTest extends TwoAttachments {
    private static final long LAPS = 1L << 31;

    @Test
    void aQueueGoesOnWhereTheCountOfLapsBeginsAnew() throws Exception {
        final long[] firstLaps = {0, LAPS / 4 - 2, LAPS / 2 - 2, LAPS / 2 + 1, LAPS - 3};
        for (int capacity : new int[] {1, 3, 200}) {
            for (long lap : firstLaps) {
                final String name = "q" + capacity + "-" + lap;
                final QueueOptions<Long> options = QueueOptions.of(capacity, Codecs.of(Long.class));
                final SharedQueue<Long> out = mine.queue(name, options);
                begin(((SegmentQueue<?>) out).region().memory(), capacity, lap);
                final SharedQueue<Long> in = theirs.queue(name, options);
                for (long round = 0; round < 6; round++) {
                    fillAndDrain(in, out, round * capacity);
                }
            }
        }
    }

    /// Has an empty queue stand where it would after so many laps.
    private static void begin(MemorySegment bytes, int capacity, long lap) {
        final QueueSlots slots = new QueueSlots(
                bytes,
                capacity,
                QueueLayout.stride(QueueOptions.of(1, Codecs.of(Long.class)).slotBytes()));
        final long position = lap << 32;
        for (int index = 0; index < capacity; index++) {
            QueueLayout.CLAIM.set(bytes, slots.put(index), QueueWord.free(position));
            QueueLayout.CLAIM.set(bytes, slots.take(index), QueueWord.free(position));
            QueueLayout.STATE.set(bytes, slots.slot(index), QueueWord.free(position));
        }
        QueueLayout.HEAD.set(bytes, 0, position);
        QueueLayout.TAIL.setRelease(bytes, 0, position);
    }

    private static void fillAndDrain(SharedQueue<Long> in, SharedQueue<Long> out, long first) {
        final int capacity = in.capacity();
        assertTrue(in.isEmpty());
        assertEquals(capacity, in.remainingCapacity());
        for (int i = 0; i < capacity; i++) {
            assertTrue(in.offer(first + i));
            assertEquals(i + 1, out.size());
        }
        assertFalse(in.offer(-1L), "it is full");
        assertFalse(in.offer(-1L), "and stays so");
        assertEquals(first, out.peek());
        for (int i = 0; i < capacity; i++) {
            assertEquals(first + i, out.poll());
            assertEquals(i + 1, in.remainingCapacity());
        }
        assertNull(out.poll());
    }

    @Test
    void positionsOfOneLapAndTheNextAreCompared() {
        final int capacity = 5;
        for (long lap : new long[] {0, 1, LAPS / 2 - 1, LAPS - 1}) {
            long position = lap << 32;
            for (int i = 0; i < capacity; i++) {
                long other = position;
                assertFalse(QueueWord.isSoonAfter(other, position));
                for (int ahead = 1; ahead <= capacity; ahead++) {
                    other = QueueWord.next(other, capacity);
                    assertEquals(other, QueueWord.plus(position, ahead, capacity));
                    assertEquals(ahead, QueueWord.distance(position, other, capacity));
                    assertTrue(QueueWord.isSoonAfter(other, position));
                    assertFalse(QueueWord.isSoonAfter(position, other));
                }
                assertFalse(QueueWord.isSoonAfter(QueueWord.next(other, capacity), position), "more than a lap");
                position = QueueWord.next(position, capacity);
            }
        }
    }
}
