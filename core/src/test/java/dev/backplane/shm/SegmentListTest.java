package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.SharedList;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.SegmentException;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Spliterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Lists, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class SegmentListTest {
    private static final int ELEMENTS = 40;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    /// An element whose parts say whether they were written together.
    record Pair(long a, long b) {}

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        theirs.close();
        mine.close();
    }

    private SharedList<String> list(Manager manager) throws IOException {
        return manager.list("l", String.class, ELEMENTS);
    }

    @Test
    void randomProgramsDoWhatAnArrayListDoes() throws IOException {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final List<String> expected = new ArrayList<>();
        final List<SharedList<String>> both = List.of(list(mine), list(theirs));
        for (int step = 0; step < 15_000; step++) {
            final SharedList<String> list = both.get(random.nextInt(2));
            final int kind = expected.size() > ELEMENTS - 4 ? 19 : random.nextInt(20);
            final int index = random.nextInt(expected.size() + 1);
            final String element = "element " + random.nextInt(9);
            assertEquals(
                    outcome(expected, kind, index, element),
                    outcome(list, kind, index, element),
                    () -> "operation " + kind + " at " + index + " of " + element + ", " + seed);
            assertEquals(expected.size(), list.size(), seed::toString);
            if (step % 50 == 0) {
                assertEquals(expected, list, seed::toString);
                assertEquals(list, expected, seed::toString);
                assertEquals(expected.hashCode(), list.hashCode());
            }
        }
        assertEquals(expected, both.getFirst(), seed::toString);
    }

    private static Object outcome(List<String> list, int kind, int index, String element) {
        try {
            return apply(list, kind, index, element);
        } catch (IndexOutOfBoundsException | NoSuchElementException e) {
            return e.getClass();
        }
    }

    private static Object apply(List<String> list, int kind, int index, String element) {
        switch (kind) {
            case 0, 1 -> list.add(element);
            case 2, 3 -> list.add(index, element);
            case 4 -> list.addAll(index, List.of(element, "x", element));
            case 5 -> list.sort(index % 2 == 0 ? null : Comparator.reverseOrder());
            case 6 -> list.replaceAll(one -> one.endsWith("3") ? element : one);
            case 7 -> list.addFirst(element);
            default -> {
                return change(list, kind, index, element);
            }
        }
        return list.isEmpty();
    }

    private static Object change(List<String> list, int kind, int index, String element) {
        return switch (kind) {
            case 8 -> list.remove(index);
            case 9 -> list.remove(element);
            case 10 -> list.set(index, element);
            case 11 -> list.get(index);
            case 12 -> list.indexOf(element) + 100 * list.lastIndexOf(element);
            case 13 -> list.contains(element) && list.containsAll(List.of(element, "x"));
            case 14 -> list.removeLast() + list.removeFirst();
            case 15 -> list.getFirst() + list.getLast();
            case 16 -> {
                list.subList(0, index).clear();
                yield new ArrayList<>(list.subList(0, list.size() / 2));
            }
            case 17 -> list.retainAll(List.of(element, "x", "element 1", "element 2"));
            case 18 -> list.addAll(List.of(element, element));
            default -> list.removeIf(one -> one.endsWith("5") || one.compareTo(element) > 0);
        };
    }

    @Test
    void aListTakesAsManyElementsAsItWasCreatedForAndNotOneMore() throws IOException {
        final SharedList<Integer> list = mine.list("n", Integer.class, 3);
        for (int round = 0; round < 10; round++) {
            Collections.addAll(list, 3, 1, 2);
            Refusal.of(IllegalStateException.class, () -> list.add(4), "n", "3 elements", "1 more");
            Refusal.of(IllegalStateException.class, () -> list.add(0, 4), "n");
            Refusal.of(IllegalStateException.class, () -> list.addIfAbsent(4), "n");
            assertFalse(list.addIfAbsent(3));
            assertEquals(3, list.set(0, 5));
            assertEquals(6, list.update(0, element -> element + 1));
            list.sort(null);
            assertEquals(List.of(1, 2, 6), list);
            assertEquals(1, list.removeFirst());
            Refusal.of(IllegalStateException.class, () -> list.addAll(List.of(7, 8)), "2 elements", "2 more");
            assertEquals(List.of(2, 6), list, "all or none");
            list.clear();
        }
    }

    @Test
    void whatCannotBeIsRefusedAndNothingChanges() throws IOException {
        final SharedList<String> list =
                mine.list("s", Codecs.of(String.class), ListOptions.elements(5).withElementBytes(4));
        list.add("abc");
        Refusal.of(IllegalArgumentException.class, () -> list.add("abcd"), "5 bytes", "4 at most");
        Refusal.of(IllegalArgumentException.class, () -> list.update(0, s -> s + s), "7 bytes");
        Refusal.of(IllegalArgumentException.class, () -> list.addAll(List.of("a", "abcd")), "5 bytes");
        assertThrows(NullPointerException.class, () -> list.add(null));
        assertThrows(NullPointerException.class, () -> list.update(0, s -> null));
        for (int index : new int[] {-1, 1}) {
            Refusal.of(IndexOutOfBoundsException.class, () -> list.get(index), "s", "" + index);
            Refusal.of(IndexOutOfBoundsException.class, () -> list.set(index, "x"), "s", "" + index);
            Refusal.of(IndexOutOfBoundsException.class, () -> list.remove(index), "s", "" + index);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> list.add(-1, "x"));
        assertThrows(IndexOutOfBoundsException.class, () -> list.add(2, "x"));
        assertThrows(
                UnsupportedOperationException.class,
                () -> list.update(0, s -> {
                    throw new UnsupportedOperationException();
                }));
        Refusal.of(IllegalStateException.class, () -> list.removeIf(s -> list.add("x")), "s", "only get");
        Refusal.of(IllegalStateException.class, () -> list.update(0, s -> "" + list.indexOf("x")), "s");
        assertEquals("bc1", list.update(0, s -> list.get(0).substring(1) + list.size()), "it may get elements");
        assertFalse(list.contains(null));
        assertThrows(IllegalArgumentException.class, () -> ListOptions.elements(0));
        assertEquals(List.of("bc1"), theirs.attach("s"));
        assertEquals(4, list.maxElementBytes());
        assertEquals(5, list.maxElements());
    }

    @Test
    void severalShortElementsTakeNoRoomForLongOnes() throws IOException {
        final ListOptions options = ListOptions.elements(16).withElementBytes(1 << 20);
        final SharedList<String> list = mine.list("s", Codecs.of(String.class), options);
        final List<String> many = Collections.nCopies(5_000, "short");
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        Refusal.of(IllegalStateException.class, () -> list.addAll(many), "5000 more");
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 50 << 20, () -> allocated + " bytes for 5,000 short elements");
        list.addAll(List.of("short", "x".repeat(1_000), ""));
        list.addAll(1, List.of("y".repeat(2_000), "z"));
        assertEquals(List.of("short", "y".repeat(2_000), "z", "x".repeat(1_000), ""), theirs.attach("s"));
        final long beforeReplacing = threads.getCurrentThreadAllocatedBytes();
        list.replaceAll(element -> element.isEmpty() ? "no longer" : element.substring(1));
        final long replacing = threads.getCurrentThreadAllocatedBytes() - beforeReplacing;
        assertTrue(replacing < 2 << 20, () -> replacing + " bytes for 5 short elements");
        assertEquals(List.of("hort", "y".repeat(1_999), "", "x".repeat(999), "no longer"), theirs.attach("s"));
    }

    @Test
    void iteratorsKeepToWhatWasThere() throws IOException {
        final SharedList<String> list = list(mine);
        list.addAll(List.of("a", "b", "c"));
        final ListIterator<String> iterator = list.listIterator(1);
        list.clear();
        assertEquals("b", iterator.next());
        assertEquals("b", iterator.previous());
        assertThrows(UnsupportedOperationException.class, iterator::remove);
        list.addAll(List.of("d", "e"));
        assertArrayEquals(new String[] {"d", "e"}, list.toArray(new String[0]));
        assertEquals(List.of("e", "d"), list.reversed());
        final List<String> part = list.subList(1, 2);
        part.add("f");
        part.set(0, "g");
        assertEquals(List.of("d", "g", "f"), list(theirs));
    }

    @Test
    void aPartTakesAllElementsOrNone() throws IOException {
        final SharedList<String> list = mine.list("l", String.class, 4);
        list.addAll(List.of("a", "b"));
        final List<String> part = list.subList(0, 1);
        Refusal.of(IllegalStateException.class, () -> part.addAll(List.of("x", "y", "z")), "l", "3 more");
        Refusal.of(IllegalStateException.class, () -> part.addAll(0, List.of("x", "y", "z")), "l", "3 more");
        assertThrows(NullPointerException.class, () -> part.addAll(Arrays.asList("x", null)));
        assertEquals(List.of("a", "b"), list);
        assertTrue(part.addAll(0, List.of("x")));
        assertTrue(part.addAll(List.of("y")));
        assertEquals(List.of("x", "a", "y"), part);
        assertEquals(List.of("x", "a", "y", "b"), list);
    }

    @Test
    void aReversedListDoesWhatAReversedArrayListDoes() throws IOException {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final List<String> expected = new ArrayList<>();
        final List<String> reversed = expected.reversed();
        final List<String> list = list(mine).reversed();
        for (int step = 0; step < 5_000; step++) {
            final int kind = reversed.size() > ELEMENTS - 4 ? 19 : random.nextInt(20);
            final int index = random.nextInt(reversed.size() + 1);
            final String element = "element " + random.nextInt(9);
            assertEquals(
                    outcome(reversed, kind, index, element),
                    outcome(list, kind, index, element),
                    () -> "operation " + kind + " at " + index + " of " + element + ", " + seed);
            assertEquals(reversed, list, seed::toString);
            assertEquals(expected, list(theirs), seed::toString);
        }
        assertEquals(reversed.hashCode(), list.hashCode());
        assertEquals(reversed.toString(), list.toString());
        assertEquals(expected, list.reversed());
    }

    @Test
    void aReversedListIsGoneThroughAsItWas() throws IOException {
        final SharedList<String> list = list(mine);
        list.addAll(List.of("a", "b", "a", "c"));
        final List<String> reversed = list.reversed();
        final Iterator<String> iterator = reversed.iterator();
        final Spliterator<String> spliterator = reversed.spliterator();
        assertTrue(reversed.remove("a"));
        assertEquals(List.of("a", "b", "c"), list);
        assertTrue(reversed.removeAll(List.of("b")));
        assertTrue(reversed.retainAll(List.of("c")));
        assertFalse(reversed.remove("b"));
        assertEquals(List.of("c"), list(theirs));
        list.clear();
        for (String element : List.of("c", "a", "b", "a")) {
            assertEquals(element, iterator.next());
        }
        assertFalse(iterator.hasNext());
        assertEquals(4, spliterator.getExactSizeIfKnown());
        final List<String> streamed = new ArrayList<>();
        spliterator.forEachRemaining(streamed::add);
        assertEquals(List.of("c", "a", "b", "a"), streamed);
        assertThrows(NoSuchElementException.class, reversed::removeFirst);
        assertThrows(IndexOutOfBoundsException.class, () -> reversed.get(0));
        assertThrows(IndexOutOfBoundsException.class, () -> reversed.remove(-1));
    }

    @Test
    void aListTravelsAsItsHandleAndAnotherCodecIsRefused() throws IOException {
        final SharedList<String> list = list(mine);
        list.add("a");
        final Object read = JavaSerialization.deserialize(
                JavaSerialization.serialize(list), getClass().getClassLoader(), SerializationPolicy.standard());
        assertEquals(List.of("a"), read);
        Refusal.of(
                SegmentException.class,
                () -> theirs.list("l", Codecs.of(byte[].class), ListOptions.elements(ELEMENTS)),
                "string",
                "bytes");
        Refusal.of(SegmentException.class, () -> theirs.list("l", String.class, ELEMENTS + 1), "l");
        mine.close();
        assertThrows(IllegalStateException.class, () -> list.get(0));
        assertThrows(IllegalStateException.class, () -> list.add("b"));
    }

    @Test
    void readersWithoutALockSeeWholeElementsWhileOthersMoveThem() throws Exception {
        final SharedList<Pair> list = mine.list("p", Pair.class, 12);
        final SharedList<Pair> other = theirs.list("p", Pair.class, 12);
        final AtomicLong seen = new AtomicLong();
        try (var threads = Executors.newFixedThreadPool(2)) {
            final List<Future<?>> writers = new ArrayList<>();
            for (SharedList<Pair> writer : List.of(list, other)) {
                writers.add(threads.submit(() -> write(writer, seen)));
            }
            while (writers.stream().anyMatch(writer -> !writer.isDone())) {
                for (int i = 0; i < 12; i++) {
                    try {
                        final Pair pair = other.get(i);
                        seen.incrementAndGet();
                        assertEquals(pair.a(), pair.b());
                    } catch (IndexOutOfBoundsException e) {
                        assertTrue(e.getMessage().contains("p"));
                    }
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        assertTrue(list.stream().allMatch(pair -> pair.a() == pair.b()));
    }

    /// Goes on until a reader has seen something.
    private static void write(SharedList<Pair> list, AtomicLong seen) {
        final Random random = new Random(7);
        for (int i = 0; i < 20_000 || seen.get() == 0; i++) {
            final long value = random.nextLong();
            switch (random.nextInt(5)) {
                case 0 -> list.removeIf(pair -> pair.a() % 5 == 0);
                case 1 -> list.sort(Comparator.comparingLong(Pair::a));
                case 2 -> list.replaceAll(pair -> new Pair(pair.a() + 1, pair.b() + 1));
                default -> {
                    if (list.size() < 9) {
                        list.add(0, new Pair(value, value));
                    } else {
                        removeLast(list);
                    }
                }
            }
        }
    }

    private static void removeLast(SharedList<Pair> list) {
        try {
            list.removeLast();
        } catch (NoSuchElementException e) {
            // Since the size was read, the other writer may have taken away all there was.
            assertTrue(e.getMessage().contains("empty"), e::getMessage);
        }
    }

    @SuppressWarnings("ModifyingCollectionWithItself") // It is what is tested.
    @Test
    void otherCollectionsAreReadBeforeTheListIsLocked() throws Exception {
        final SharedList<String> list = mine.list("l", String.class, 8);
        final SharedList<String> same = theirs.list("l", String.class, 8);
        list.addAll(List.of("a", "b", "c"));
        assertFalse(list.retainAll(list));
        assertFalse(list.retainAll(same));
        assertTrue(list.containsAll(same));
        assertTrue(list.removeAll(same));
        assertTrue(list.isEmpty());
        list.addAll(List.of("a", "b"));
        assertTrue(list.removeAll(list));
        assertTrue(list.isEmpty());
    }

    @Test
    void twoListsWithoutEachOtherDoNotWaitForEachOther() throws Exception {
        final SharedList<String> one = mine.list("one", String.class, 8);
        final SharedList<String> other = mine.list("other", String.class, 8);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            final List<Future<?>> running = new ArrayList<>();
            for (List<SharedList<String>> pair : List.of(List.of(one, other), List.of(other, one))) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        pair.getFirst().addIfAbsent("x" + i % 3);
                        pair.getFirst().removeAll(pair.getLast());
                        pair.getFirst().retainAll(pair.getLast());
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get(1, TimeUnit.MINUTES);
            }
        }
    }
}
