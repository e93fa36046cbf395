package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.QueueOptions;
import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Queues, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentQueueTest extends TwoAttachments {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    record Quote(long time, double price, int size, boolean bid) {}

    @Test
    void elementsComeOutAsTheyWentInAndInTheirOrder() throws Exception {
        for (int capacity : new int[] {1, 2, 3, 5, 8}) {
            final SharedQueue<Object> in = mine.queue("q" + capacity, capacity);
            final SharedQueue<Object> out = theirs.queue("q" + capacity, capacity);
            assertEquals(capacity, out.capacity());
            for (int round = 0; round < 20; round++) {
                final int count = 1 + round % capacity;
                for (int i = 0; i < count; i++) {
                    assertEquals(capacity - i, in.remainingCapacity());
                    assertTrue(in.offer("element " + round + "." + i));
                    assertEquals(i + 1, out.size());
                }
                assertEquals(count < capacity, in.offer(round, 0, TimeUnit.SECONDS));
                assertEquals("element " + round + ".0", out.peek());
                for (int i = 0; i < count; i++) {
                    assertEquals("element " + round + "." + i, i % 2 == 0 ? out.poll() : out.take());
                }
                if (count < capacity) {
                    assertEquals(round, out.remove());
                }
                assertTrue(in.isEmpty());
                assertNull(out.poll());
                assertNull(out.peek());
            }
        }
    }

    @Test
    @SuppressWarnings("ModifyingCollectionWithItself") // Which is refused.
    void theCollectionContractHolds() throws Exception {
        final SharedQueue<String> queue = mine.queue("q", 6);
        final SharedQueue<String> other = theirs.queue("q", 6);
        assertTrue(queue.addAll(List.of("a", "b", "c", "b")));
        assertEquals(List.of("a", "b", "c", "b"), new ArrayList<>(other));
        assertArrayEquals(new Object[] {"a", "b", "c", "b"}, other.toArray());
        assertArrayEquals(new String[] {"a", "b", "c", "b"}, other.toArray(new String[0]));
        assertTrue(other.contains("c"));
        assertFalse(other.contains("d"));
        assertFalse(other.contains(null));
        assertTrue(other.containsAll(Set.of("a", "b")));
        assertTrue(other.remove("b"), "the first of two");
        assertFalse(other.remove("d"));
        assertEquals(3, queue.size());
        assertEquals(2, queue.remainingCapacity(), "its place is free when those before it are gone");
        assertEquals(2, queue.offerAll(List.of("x", "y", "z")));
        assertEquals(List.of("a", "c", "b", "x", "y"), new ArrayList<>(other));
        assertTrue(queue.removeIf("x"::equals));
        assertTrue(queue.retainAll(Set.of("a", "b", "y")));
        assertEquals("a", queue.element());
        final List<String> rest = new ArrayList<>();
        assertEquals(1, other.drainTo(rest, 1));
        assertEquals(2, other.drainTo(rest));
        assertEquals(List.of("a", "b", "y"), rest);
        assertEquals(0, queue.size());
        assertEquals(6, queue.remainingCapacity());
        assertThrows(NoSuchElementException.class, queue::element);
        assertThrows(NoSuchElementException.class, queue::remove);
        assertThrows(NullPointerException.class, () -> queue.offer(null));
        assertThrows(IllegalArgumentException.class, () -> queue.drainTo(queue));
        assertThrows(IllegalArgumentException.class, () -> queue.addAll(queue));
        assertTrue(queue.addAll(List.of("1", "2", "3", "4", "5", "6")));
        assertThrows(IllegalStateException.class, () -> queue.add("7"));
        queue.clear();
        assertTrue(other.isEmpty());
    }

    @Test
    void iteratorsAreWeaklyConsistentAndCanRemove() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 4);
        queue.addAll(List.of(1, 2, 3, 4));
        final Iterator<Integer> iterator = queue.iterator();
        assertThrows(IllegalStateException.class, iterator::remove);
        assertEquals(1, iterator.next());
        assertEquals(1, theirs.<Integer>queue("q", 4).poll());
        iterator.remove(); // It is gone already.
        assertEquals(2, iterator.next());
        iterator.remove();
        assertEquals(3, iterator.next());
        assertEquals(4, iterator.next());
        assertFalse(iterator.hasNext());
        assertThrows(NoSuchElementException.class, iterator::next);
        assertEquals(List.of(3, 4), new ArrayList<>(queue));
    }

    @Test
    void waitersGoOnWhenThereIsSomethingForThem() throws Exception {
        final SharedQueue<Integer> in = mine.queue("q", 1);
        final SharedQueue<Integer> out = theirs.queue("q", 1);
        try (var threads = Executors.newFixedThreadPool(2)) {
            final Future<Integer> sum = threads.submit(() -> {
                int total = 0;
                for (int i = 0; i < 2_000; i++) {
                    total += out.take();
                }
                return total;
            });
            for (int i = 0; i < 2_000; i++) {
                in.put(i);
            }
            assertEquals(1_999_000, sum.get());
            assertNull(out.poll(5, TimeUnit.MILLISECONDS));
            assertTrue(in.offer(1, 1, TimeUnit.MINUTES));
            assertFalse(in.offer(2, 5, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void interruptsAndClosingEndWaits() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 1);
        final FutureTask<Integer> taking = new FutureTask<>(queue::take);
        final Thread taker = Thread.ofPlatform().start(taking);
        taker.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, taking::get).getCause());
        queue.put(1);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> queue.put(2));
        assertFalse(Thread.interrupted());
        final FutureTask<Boolean> putting = new FutureTask<>(() -> queue.offer(2, 1, TimeUnit.MINUTES));
        Thread.ofPlatform().start(putting);
        mine.close();
        assertInstanceOf(
                IllegalStateException.class,
                assertThrows(ExecutionException.class, putting::get).getCause());
        assertThrows(IllegalStateException.class, () -> queue.offer(3));
        assertThrows(IllegalStateException.class, queue::poll);
        assertThrows(IllegalStateException.class, queue::size);
        final SharedQueue<Integer> other = theirs.queue("q", 1);
        assertEquals(1, other.poll(), "what was refused left nothing behind");
        assertTrue(other.offer(4));
        assertEquals(4, other.poll());
    }

    @Test
    void aQueueThatIsShutDownHasAnEnd() throws Exception {
        final SharedQueue<String> queue = mine.queue("q", 2);
        final SharedQueue<String> other = theirs.queue("q", 2);
        queue.put("a");
        queue.put("b");
        final FutureTask<Void> waiting = new FutureTask<>(() -> {
            queue.put("c");
            return null;
        });
        Thread.ofPlatform().start(waiting);
        other.shutdown();
        assertTrue(queue.isShutdown());
        assertInstanceOf(
                QueueShutDownException.class,
                assertThrows(ExecutionException.class, waiting::get).getCause());
        Refusal.of(QueueShutDownException.class, () -> queue.offer("d"), "q in ", "shut down");
        assertEquals("a", queue.take());
        assertEquals("b", queue.poll(1, TimeUnit.MINUTES));
        assertNull(queue.poll());
        assertNull(queue.poll(1, TimeUnit.DAYS), "nothing will come: it does not wait");
        Refusal.of(QueueShutDownException.class, other::take, "empty");
        final SharedQueue<String> empty = mine.queue("empty", 2);
        final FutureTask<String> taking = new FutureTask<>(empty::take);
        Thread.ofPlatform().start(taking);
        empty.shutdown();
        assertInstanceOf(
                QueueShutDownException.class,
                assertThrows(ExecutionException.class, taking::get).getCause());
    }

    @Test
    void elementsAreHandledInPlaceAndGoBackIfThatFails() throws Exception {
        final SharedQueue<Long> queue = mine.queue("q", QueueOptions.of(3, Codecs.of(Long.class)));
        final SharedQueue<Long> other = theirs.queue("q", QueueOptions.of(3, Codecs.of(Long.class)));
        assertTrue(queue.publish(Long.BYTES, (memory, offset, length) -> memory.set(LONG, offset, 7)));
        assertThrows(
                ArithmeticException.class,
                () -> queue.publish(8, (memory, offset, length) -> {
                    throw new ArithmeticException();
                }));
        assertTrue(queue.offer(8L));
        assertThrows(
                ArithmeticException.class,
                () -> other.receive((memory, offset, length) -> {
                    throw new ArithmeticException();
                }));
        final List<Long> handled = new ArrayList<>();
        assertEquals(2, other.drain((memory, offset, length) -> handled.add(memory.get(LONG, offset)), 9));
        assertEquals(List.of(7L, 8L), handled);
        assertFalse(other.receive((memory, offset, length) -> handled.add(length)));
        for (long i = 0; i < 10; i++) {
            assertTrue(queue.offer(i), "no place was lost");
            assertEquals(i, other.poll());
        }
        assertTrue(queue.offer(5L));
        assertThrows(
                IllegalArgumentException.class,
                () -> other.receive((memory, offset, length) -> memory.set(LONG, offset, 7)),
                "handlers only read");
        assertEquals(5L, other.poll());
        assertThrows(IllegalArgumentException.class, () -> queue.publish(-1, (memory, offset, length) -> {}));
    }

    @Test
    void aPlaceThatAHandlerHasIsTakenUntilItIsDone() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 1);
        final SharedQueue<Integer> other = theirs.queue("q", 1);
        final List<Boolean> offered = new ArrayList<>();
        assertTrue(queue.offer(1));
        assertEquals(1, other.drain((memory, offset, length) -> offered.add(queue.offer(2)), 1));
        assertTrue(queue.offer(3));
        assertTrue(other.receive((memory, offset, length) -> offered.add(queue.offer(4)), 1, TimeUnit.MINUTES));
        assertEquals(List.of(false, false), offered, "the handler would wait for itself");
        assertTrue(queue.offer(5));
        assertEquals(5, other.poll());
    }

    @Test
    void whatComesAfterAStreamArrivesOneByOne() throws Exception {
        final int capacity = 300;
        final SharedQueue<Integer> queue = mine.queue("q", capacity);
        final SharedQueue<Integer> other = theirs.queue("q", capacity);
        for (int lap = 0; lap < 3; lap++) {
            for (int i = 0; i < capacity - 1; i++) { // So that the laps end at other places.
                assertTrue(queue.offer(i));
            }
            for (int i = 0; i < capacity - 1; i++) {
                assertEquals(i, other.poll());
            }
            assertNull(other.poll());
            assertTrue(queue.offer(lap));
            assertEquals(lap, other.poll());
            assertNull(other.poll());
            assertEquals(0, other.size());
        }
    }

    @Test
    void anElementThatWasGivenBackIsDeliveredThoughOthersWereTakenSince() throws Exception {
        final SharedQueue<Integer> queue = mine.queue("q", 3);
        queue.addAll(List.of(1, 2, 3));
        final SharedQueue<Integer> other = theirs.queue("q", 3);
        assertThrows(
                ArithmeticException.class,
                () -> queue.receive((memory, offset, length) -> {
                    assertEquals(2, other.poll());
                    assertEquals(3, other.poll());
                    throw new ArithmeticException();
                }));
        assertEquals(1, other.size());
        assertEquals(0, other.remainingCapacity(), "the next place is its own");
        assertEquals(1, other.peek());
        assertTrue(other.contains(1));
        assertEquals(1, other.take());
        assertNull(other.poll());
        assertEquals(3, other.remainingCapacity());
    }

    @Test
    void joinWaitsForWhatWasTaken() throws Exception {
        final QueueOptions<String> options = QueueOptions.<String>capacity(4).asJoinable();
        final SharedQueue<String> queue = mine.queue("q", options);
        final SharedQueue<String> other = theirs.queue("q", options);
        assertTrue(queue.join(0, TimeUnit.SECONDS));
        queue.addAll(List.of("a", "b", "c"));
        assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
        assertEquals("a", other.take());
        assertTrue(other.receive((memory, offset, length) -> assertFalse(isDone(queue))));
        assertEquals("c", queue.take());
        other.taskDone();
        assertFalse(isDone(other));
        Refusal.of(IllegalStateException.class, other::taskDone, "taskDone", "q in ");
        final FutureTask<Boolean> joining = new FutureTask<>(() -> other.join(1, TimeUnit.MINUTES));
        Thread.ofPlatform().start(joining);
        queue.taskDone();
        assertTrue(joining.get());
        queue.put("d");
        assertEquals("d", queue.take());
        mine.close();
        assertTrue(other.join(1, TimeUnit.MINUTES), "what a closed attachment took is settled");
        final SharedQueue<String> plain = theirs.queue("plain", 1);
        Refusal.of(UnsupportedOperationException.class, plain::taskDone, "asJoinable");
    }

    private static boolean isDone(SharedQueue<?> queue) {
        try {
            return queue.join(0, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyElementArrivesOnceAndThoseOfOneProducerInTheirOrder() throws Exception {
        final int producers = 3;
        final int each = 20_000;
        final QueueOptions<Long> options = QueueOptions.of(7, Codecs.of(Long.class));
        final List<Future<List<Long>>> consuming = new ArrayList<>();
        try (var threads = Executors.newCachedThreadPool()) {
            for (int thread = 0; thread < producers; thread++) {
                final SharedQueue<Long> out = (thread % 2 == 0 ? mine : theirs).queue("q", options);
                consuming.add(threads.submit(() -> {
                    final List<Long> taken = new ArrayList<>();
                    for (Long next = out.poll(1, TimeUnit.MINUTES);
                            next != null;
                            next = out.poll(1, TimeUnit.MINUTES)) {
                        taken.add(next);
                    }
                    return taken;
                }));
            }
            final List<Future<?>> producing = new ArrayList<>();
            for (int thread = 0; thread < producers; thread++) {
                final SharedQueue<Long> in = (thread % 2 == 0 ? theirs : mine).queue("q", options);
                final long first = (long) thread * each;
                producing.add(threads.submit(() -> {
                    for (long element = first; element < first + each; element++) {
                        in.put(element);
                    }
                    return null;
                }));
            }
            for (Future<?> producer : producing) {
                producer.get();
            }
            mine.queue("q", options).shutdown();
            final boolean[] seen = new boolean[producers * each];
            for (Future<List<Long>> consumer : consuming) {
                final long[] last = {-1, -1, -1};
                for (long element : consumer.get()) {
                    assertFalse(seen[(int) element], "twice");
                    seen[(int) element] = true;
                    assertTrue(element > last[(int) element / each], "out of order");
                    last[(int) element / each] = element;
                }
            }
            for (boolean one : seen) {
                assertTrue(one, "lost");
            }
        }
    }

    @Test
    void aQueueIsSerializedAsItsHandle() throws Exception {
        final SharedQueue<Quote> queue = mine.queue("q", QueueOptions.of(2, FixedRecordCodec.of(Quote.class)));
        queue.put(new Quote(1, 2, 3, false));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(queue);
        final SharedQueue<?> read =
                (SharedQueue<?>) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertEquals(new Quote(1, 2, 3, false), read.take());
        assertEquals(queue.handle(), read.handle());
        final SharedQueue<?> attached = (SharedQueue<?>) theirs.attach("q");
        assertNull(attached.poll());
        queue.put(new Quote(4, 5, 6, true));
        queue.shutdown();
        try (SegmentView view = SegmentView.open(directory.resolve("segment"))) {
            final ObjectDescription description = ObjectDescription.of(view).getFirst();
            assertEquals("queue[2]", description.type());
            assertEquals("1 of 2 places taken, shut down", description.state());
        }
        assertTrue(Objects.toString(queue).contains("fixed record"));
    }
}
