package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What the collections of every remote manager do, whoever serves it.
@NullUnmarked
@SuppressWarnings("CollectionIncompatibleType") // The calls themselves are what is tested.
abstract class RemoteCollectionsContract {
    record Quote(String symbol, double price, int size) {}

    /// The manager that is tested.
    abstract Manager manager();

    static FutureTask<Object> inThread(Callable<Object> work) {
        final FutureTask<Object> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    static Thread interruptible(FutureTask<Object> task) {
        return Thread.ofPlatform().daemon().start(task);
    }

    /// Runs a task, and returns when it waits.
    ///
    /// @param first a call that is answered at once: the thread has its connection then, and waits for nothing else
    static Thread waiting(Callable<?> first, FutureTask<Object> task) throws Exception {
        final FutureTask<Object> connecting = new FutureTask<>(() -> first.call());
        final Thread thread = Thread.ofVirtual().start(() -> {
            connecting.run();
            task.run();
        });
        result(connecting);
        Eventually.holds("it waits", () -> thread.getState().name().endsWith("WAITING"));
        return thread;
    }

    static Object result(FutureTask<Object> task) throws Exception {
        return task.get(60, TimeUnit.SECONDS);
    }

    @Test
    void aQueueHandsElementsOnInOrder() throws Exception {
        final SharedQueue<Quote> queue = manager().queue("q", QueueOptions.of(3, Codecs.of(Quote.class)));
        final Quote first = new Quote("A", 1.5, 2);
        assertNull(queue.poll());
        assertTrue(queue.offer(first));
        queue.put(new Quote("B", 2, 3));
        assertTrue(queue.offer(new Quote("C", 3, 4), 1, TimeUnit.SECONDS));
        assertFalse(queue.offer(new Quote("D", 3, 4)));
        assertFalse(queue.offer(new Quote("D", 3, 4), 60, TimeUnit.MILLISECONDS));
        assertEquals(3, queue.size());
        assertEquals(0, queue.remainingCapacity());
        assertEquals(first, queue.take());
        final List<Quote> rest = new ArrayList<>();
        assertEquals(2, queue.drainTo(rest));
        assertEquals(List.of("B", "C"), rest.stream().map(Quote::symbol).toList());
        assertNull(queue.poll(60, TimeUnit.MILLISECONDS));
        assertThrows(NullPointerException.class, () -> queue.offer(null));
        final FutureTask<Object> taker = inThread(queue::take);
        queue.put(first);
        assertEquals(first, result(taker));
        queue.put(first);
        queue.clear();
        assertTrue(queue.isEmpty());
        assertThrows(UnsupportedOperationException.class, () -> queue.receive((memory, offset, length) -> {}));
    }

    @Test
    void anythingThatTheTaggedFormHasComesBackAsItWas() throws Exception {
        final SharedQueue<Object> queue = manager().queue("q", 10);
        final List<Object> values = List.of(
                1,
                1L,
                1.5,
                "text",
                'c',
                List.of(1, "two"),
                Map.of("k", 1L),
                Duration.ofSeconds(3),
                new java.math.BigInteger("123456789012345678901234567890"));
        for (Object value : values) {
            queue.put(value);
            assertEquals(value, queue.take());
        }
        queue.put(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, (byte[]) queue.take());
        assertThrows(CodecException.class, () -> queue.put(new Object()));
        // The tagged form has records, but no taker would accept a class that its policy does not name.
        assertThrows(CodecException.class, () -> queue.put(new Quote("A", 1, 2)));
        assertTrue(queue.isEmpty());
    }

    @Test
    void anInterruptedTakerTakesNothing() throws Exception {
        final SharedQueue<Long> queue = manager().queue("q", QueueOptions.of(10, Codecs.of(Long.class)));
        final int rounds = 20;
        long got = 0;
        for (long i = 0; i < rounds; i++) {
            final FutureTask<Object> taker = new FutureTask<>(() -> {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    return null;
                }
            });
            final Thread thread = interruptible(taker);
            queue.put(i);
            thread.interrupt();
            if (result(taker) != null) {
                got++;
            }
        }
        assertEquals(rounds, got + queue.drainTo(new ArrayList<>()));
        assertEquals(0, queue.size());
    }

    @Test
    void aJoinableQueueCountsWhatIsDone() throws Exception {
        final SharedQueue<Object> queue =
                manager().queue("q", QueueOptions.<Object>capacity(3).asJoinable());
        queue.put("a");
        assertFalse(queue.join(60, TimeUnit.MILLISECONDS));
        final FutureTask<Object> joiner = inThread(() -> {
            queue.join();
            return "joined";
        });
        assertEquals("a", queue.take());
        queue.taskDone();
        assertEquals("joined", result(joiner));
        assertThrows(IllegalStateException.class, queue::taskDone);
        final SharedQueue<Object> plain = manager().queue("plain", 3);
        assertThrows(UnsupportedOperationException.class, plain::taskDone);
    }

    @Test
    @SuppressWarnings("CollectionIncompatibleType") // What happens then.
    void aMapIsAConcurrentMap() throws Exception {
        final SharedMap<String, Long> map = manager().map("m", String.class, Long.class, 4);
        assertNull(map.put("a", 1L));
        assertEquals(1L, map.put("a", 2L));
        assertEquals(2L, map.putIfAbsent("a", 3L));
        assertNull(map.putIfAbsent("b", 3L));
        assertEquals(2L, map.get("a"));
        assertNull(map.get("c"));
        assertTrue(map.containsKey("b"));
        assertTrue(map.containsValue(3L));
        assertFalse(map.containsValue(4L));
        assertFalse(map.replace("a", 1L, 9L));
        assertTrue(map.replace("a", 2L, 9L));
        assertNull(map.replace("c", 1L));
        assertEquals(9L, map.replace("a", 8L));
        assertFalse(map.remove("a", 9L));
        assertTrue(map.remove("a", 8L));
        assertEquals(3L, map.remove("b"));
        assertTrue(map.isEmpty());
        assertEquals(1L, map.merge("a", 1L, Long::sum));
        assertEquals(3L, map.merge("a", 2L, Long::sum));
        assertNull(map.compute("a", (key, value) -> null));
        assertEquals(7L, map.computeIfAbsent("z", key -> 7L));
        map.putAll(Map.of("x", 1L, "y", 2L));
        assertEquals(Set.of("x", "y", "z"), Set.copyOf(map.keySet()));
        assertEquals(new HashMap<>(Map.of("x", 1L, "y", 2L, "z", 7L)), new HashMap<>(map));
        assertEquals(Map.of("x", 1L, "y", 2L, "z", 7L), map);
        map.replaceAll((key, value) -> value + 1);
        assertEquals(10, map.values().stream().mapToLong(Long::longValue).sum() - 3);
        map.entrySet().removeIf(entry -> entry.getKey().equals("x"));
        assertEquals(2, map.size());
        map.put("1", 1L);
        map.put("2", 1L);
        assertThrows(IllegalStateException.class, () -> map.put("3", 1L));
        assertThrows(IllegalArgumentException.class, () -> map.put("k".repeat(MapOptions.DEFAULT_KEY_BYTES), 1L));
        assertNull(map.get("k".repeat(MapOptions.DEFAULT_KEY_BYTES)));
        assertThrows(ClassCastException.class, () -> map.get(1));
        assertThrows(NullPointerException.class, () -> map.put("a", null));
        map.clear();
        assertEquals(0, map.size());
    }

    @Test
    void aMapsFunctionsAreAskedOnceWhateverBytesAValueHas() throws Exception {
        // Read back, the set has fewer buckets, which it writes.
        final Codec<Set<?>> sets = serialized();
        final SharedMap<String, Set<?>> map = manager()
                .map("m", Codecs.of(String.class), sets, MapOptions.entries(4).withValueBytes(1_000));
        final Set<String> wide = new HashSet<>(1024);
        wide.add("x");
        final Set<String> other = new HashSet<>(Set.of("y"));
        final AtomicInteger asked = new AtomicInteger();
        final BiFunction<Object, Object, Set<?>> function = (key, value) -> {
            assertEquals(1, asked.incrementAndGet());
            return other;
        };
        final List<Runnable> changes = List.of(
                () -> map.compute("a", function),
                () -> map.computeIfPresent("a", function),
                () -> map.merge("a", wide, function),
                () -> map.replaceAll(function));
        for (Runnable change : changes) {
            asked.set(0);
            map.put("a", wide);
            change.run();
            assertEquals(other, map.get("a"));
        }
        map.put("a", wide);
        assertNull(map.compute("a", (key, value) -> null));
        assertNull(map.computeIfPresent("a", function));
        map.put("a", wide);
        assertThrows(NullPointerException.class, () -> map.replaceAll((key, value) -> null));
        assertEquals(wide, map.get("a"));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Codec<Set<?>> serialized() {
        return (Codec) Codecs.java(Set.class, SerializationPolicy.standard());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Codec<List<Object>> lists() {
        return (Codec) Codecs.java(List.class, SerializationPolicy.standard());
    }

    @Test
    void aFunctionMayChangeAValueInPlace() throws Exception {
        final AtomicInteger asked = new AtomicInteger();
        final UnaryOperator<List<Object>> longer = value -> {
            assertEquals(1, asked.incrementAndGet());
            value.add("new");
            return value;
        };
        final SharedMap<String, List<Object>> map =
                manager().map("m", Codecs.of(String.class), lists(), MapOptions.entries(4));
        map.put("a", new ArrayList<>(List.of("old", Double.NaN)));
        final SharedList<List<Object>> list = manager().list("l", lists(), ListOptions.elements(4));
        list.add(new ArrayList<>(List.of("old", Double.NaN)));
        final List<Runnable> changes = List.of(
                () -> map.compute("a", (key, value) -> longer.apply(Objects.requireNonNull(value))),
                () -> map.computeIfPresent("a", (key, value) -> longer.apply(value)),
                () -> map.merge("a", List.of(), (value, given) -> longer.apply(value)),
                () -> map.replaceAll((key, value) -> longer.apply(value)),
                () -> list.update(0, longer),
                () -> list.replaceAll(longer));
        for (Runnable change : changes) {
            asked.set(0);
            change.run();
        }
        assertEquals(List.of("old", Double.NaN, "new", "new", "new", "new"), map.get("a"));
        assertEquals(List.of(List.of("old", Double.NaN, "new", "new")), list);
    }

    @Test
    void aValueThatDoesNotEqualItselfIsReplaced() throws Exception {
        final SharedMap<String, Double> map = manager().map("m", String.class, Double.class, 4);
        map.put("a", Double.NaN);
        assertEquals(1.0, map.compute("a", (key, value) -> 1.0));
        map.put("a", Double.NaN);
        assertTrue(map.replace("a", Double.NaN, 2.0));
        map.put("a", Double.NaN);
        assertTrue(map.remove("a", Double.NaN));
        final SharedList<Double> list = manager().list("l", Double.class, 4);
        list.add(Double.NaN);
        assertEquals(3.0, list.update(0, value -> 3.0));
    }

    @Test
    void mergesOfManyThreadsAreAllThere() throws Exception {
        final SharedMap<String, Long> map = manager().map("m", String.class, Long.class, 10);
        final List<FutureTask<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(inThread(() -> {
                for (int j = 0; j < 25; j++) {
                    map.merge("count", 1L, Long::sum);
                }
                return null;
            }));
        }
        for (FutureTask<Object> task : tasks) {
            result(task);
        }
        assertEquals(200L, map.get("count"));
    }

    @Test
    void whatAFunctionOfElementsThrowsIsThrownOn() throws Exception {
        final SharedList<String> list = manager().list("l", String.class, 8);
        list.add("a");
        assertThrows(IndexOutOfBoundsException.class, () -> list.replaceAll(element -> element.substring(2)));
        list.replaceAll(element -> element + "b");
        assertEquals(List.of("ab"), list);
    }

    @Test
    void aListIsAList() throws Exception {
        final SharedList<String> list = manager().list("l", String.class, 8);
        assertTrue(list.add("b"));
        list.add(0, "a");
        assertTrue(list.addAll(List.of("c", "d")));
        assertTrue(list.addAll(1, List.of("x", "y")));
        assertEquals(List.of("a", "x", "y", "b", "c", "d"), list);
        assertEquals("x", list.set(1, "z"));
        assertEquals("y", list.remove(2));
        assertEquals(1, list.indexOf("z"));
        assertTrue(list.contains("d"));
        assertTrue(list.remove("z"));
        assertFalse(list.remove("z"));
        assertEquals("d", list.getLast());
        assertEquals("d", list.removeLast());
        assertFalse(list.addIfAbsent("a"));
        assertTrue(list.addIfAbsent("e"));
        assertEquals("ee", list.update(3, element -> element + element));
        list.sort(Comparator.reverseOrder());
        assertEquals(List.of("ee", "c", "b", "a"), list);
        assertTrue(list.removeIf(element -> element.length() == 2));
        assertFalse(list.removeAll(List.of("q")));
        list.replaceAll(element -> element + "!");
        assertEquals(List.of("c!", "b!", "a!"), list);
        list.sort(null);
        assertEquals(List.of("a!", "b!"), list.subList(0, 2));
        assertArrayEquals(new Object[] {"a!", "b!", "c!"}, list.toArray());
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(3));
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> list.add(4, "n"));
        assertThrows(IllegalStateException.class, () -> list.addAll(List.of("1", "2", "3", "4", "5", "6")));
        assertThrows(IllegalArgumentException.class, () -> list.add("k".repeat(ListOptions.DEFAULT_ELEMENT_BYTES)));
        list.clear();
        assertThrows(NoSuchElementException.class, list::removeLast);
        assertTrue(list.isEmpty());
    }

    @Test
    void aSubListGoesByIndex() throws Exception {
        final SharedList<String> list = manager().list("l", String.class, 8);
        list.addAll(List.of("f", "e", "d", "c", "b", "a"));
        final List<String> middle = list.subList(1, 5);
        middle.sort(null);
        assertEquals(List.of("f", "b", "c", "d", "e", "a"), list);
        middle.replaceAll(element -> element + element);
        assertTrue(middle.removeIf("cc"::equals));
        assertEquals(List.of("f", "bb", "dd", "ee", "a"), list);
        assertTrue(middle.addAll(1, List.of("x", "y")));
        middle.add("z");
        final Iterator<String> iterator = middle.iterator();
        assertEquals("bb", iterator.next());
        iterator.remove();
        assertEquals("x", middle.set(0, "v"));
        assertEquals(List.of("f", "v", "y", "dd", "ee", "z", "a"), list);
        list.subList(1, 4).clear();
        assertEquals(List.of("f", "ee", "z", "a"), list);
        assertThrows(IndexOutOfBoundsException.class, () -> list.subList(1, 5));
    }

    @Test
    void aValueHoldsAnything() throws Exception {
        final SharedValue<Quote> value = manager().value("v", Quote.class, 100);
        assertNull(value.get());
        final Quote first = new Quote("A", 1, 2);
        assertFalse(value.compareAndSet(first, first));
        assertTrue(value.compareAndSet(null, first));
        final long version = value.version();
        assertEquals(
                new Quote("A", 1, 3),
                value.update(quote -> new Quote(quote.symbol(), quote.price(), quote.size() + 1)));
        assertTrue(value.version() > version);
        value.set(first);
        assertEquals(first, value.get());
        assertThrows(IllegalArgumentException.class, () -> value.set(new Quote("A".repeat(200), 1, 2)));
    }
}
