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
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedCondition;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedEvent;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLatch;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedValue;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What every remote manager does, whoever serves it.
@NullUnmarked
abstract class RemoteManagerContract {
    record Quote(String symbol, double price, int size) {}

    /// The manager that is tested.
    abstract Manager manager();

    private static FutureTask<Object> inThread(java.util.concurrent.Callable<Object> work) {
        final FutureTask<Object> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static Thread interruptible(FutureTask<Object> task) {
        return Thread.ofPlatform().daemon().start(task);
    }

    private static Object result(FutureTask<Object> task) throws Exception {
        return task.get(60, TimeUnit.SECONDS);
    }

    @Test
    void numbersAreReadSetAddedAndCompared() throws IOException {
        final SharedLong number = manager().longValue("n");
        assertEquals(0, number.get());
        number.set(Long.MIN_VALUE);
        assertEquals(Long.MIN_VALUE, number.getAndSet(5));
        assertEquals(5, number.getAndAdd(-7));
        assertFalse(number.compareAndSet(5, 6));
        assertTrue(number.compareAndSet(-2, 6));
        assertEquals(7, number.incrementAndGet());
        assertEquals(14, number.updateAndGet(value -> value * 2));

        final SharedDouble real = manager().doubleValue("d");
        real.set(1.5);
        assertEquals(1.5, real.getAndAdd(0.25));
        assertFalse(real.compareAndSet(1.5, 0));
        assertTrue(real.compareAndSet(1.75, -0.0));
        assertFalse(real.compareAndSet(0.0, 1));
        assertEquals(-0.0, real.getAndSet(Double.NaN));
        assertTrue(Double.isNaN(real.get()));

        final SharedBoolean truth = manager().booleanValue("b");
        assertFalse(truth.get());
        assertFalse(truth.getAndSet(true));
        assertTrue(truth.compareAndSet(true, false));
        assertFalse(truth.compareAndSet(true, false));
        assertEquals("b", truth.name());
    }

    @Test
    void additionsOfManyVirtualThreadsAreAllThere() throws Exception {
        final SharedLong number = manager().longValue("n");
        final List<FutureTask<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tasks.add(inThread(() -> {
                for (int j = 0; j < 5; j++) {
                    number.getAndAdd(1);
                }
                return null;
            }));
        }
        for (FutureTask<Object> task : tasks) {
            result(task);
        }
        assertEquals(500, number.get());
    }

    @Test
    void arraysOfAllTypesHaveTheirElements() throws IOException {
        final SharedIntArray ints = manager().intArray("i", 5);
        ints.set(1, Integer.MIN_VALUE);
        assertEquals(Integer.MIN_VALUE, ints.getAndAdd(1, -1));
        assertEquals(Integer.MAX_VALUE, ints.getAndSet(1, 7));
        assertTrue(ints.compareAndSet(1, 7, 8));
        assertFalse(ints.compareAndSet(1, 7, 9));
        assertArrayEquals(new int[] {0, 8, 0, 0, 0}, ints.toArray());
        ints.copyFrom(2, new int[] {9, 1, 2, 3}, 1, 3);
        assertArrayEquals(new int[] {0, 8, 1, 2, 3}, ints.toArray());
        final int[] some = new int[4];
        ints.slice(1, 4).copyTo(1, some, 2, 2);
        assertArrayEquals(new int[] {0, 0, 1, 2}, some);
        ints.slice(3, 5).fill(-1);
        assertEquals(-1, ints.get(4));
        assertThrows(IndexOutOfBoundsException.class, () -> ints.get(5));
        assertThrows(IndexOutOfBoundsException.class, () -> ints.slice(1, 3).get(2));
        assertThrows(UnsupportedOperationException.class, ints::asSegment);
        ints.clear();
        assertArrayEquals(new int[5], ints.toArray());
        assertEquals(20, ints.byteLength());

        final SharedByteArray bytes = manager().byteArray("by", 3);
        bytes.set(2, (byte) -128);
        assertEquals(-128, bytes.getAndAdd(2, (byte) -1));
        assertArrayEquals(new byte[] {0, 0, 127}, bytes.toArray());
        final SharedLongArray longs = manager().longArray("l", 2);
        longs.set(0, Long.MAX_VALUE);
        assertArrayEquals(new long[] {Long.MAX_VALUE, 0}, longs.toArray());
        final SharedFloatArray floats = manager().floatArray("f", 2);
        floats.set(1, 1.5f);
        assertEquals(1.5f, floats.getAndAdd(1, 0.25f));
        assertArrayEquals(new float[] {0, 1.75f}, floats.toArray());
        final SharedDoubleArray doubles = manager().doubleArray("d", 2);
        doubles.setVolatile(1, Math.PI);
        assertTrue(doubles.compareAndSet(1, Math.PI, Math.E));
        assertArrayEquals(new double[] {0, Math.E}, doubles.toArray());
    }

    @Test
    void aLockExcludesOthersAndIsReentrant() throws Exception {
        final SharedLock lock = manager().lock("lock");
        lock.lock();
        assertTrue(manager().lock("lock").tryLock());
        assertEquals(2, lock.holdCount());
        assertTrue(lock.isLocked());
        assertEquals(false, result(inThread(lock::tryLock)));
        assertEquals(false, result(inThread(() -> lock.tryLock(Duration.ofMillis(70)))));
        lock.unlock();
        assertEquals(false, result(inThread(lock::tryLock)));
        final FutureTask<Object> waiter = inThread(() -> {
            lock.lock();
            lock.unlock();
            return "had it";
        });
        lock.unlock();
        assertEquals("had it", result(waiter));
        assertFalse(lock.isHeldByCurrentThread());
        assertFalse(lock.isLocked());
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
    }

    @Test
    void whoWaitsForALockIsInterruptible() throws Exception {
        final SharedLock lock = manager().lock("lock");
        lock.lock();
        final FutureTask<Object> waiter = new FutureTask<>(() -> {
            lock.lockInterruptibly();
            return null;
        });
        interruptible(waiter).interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
        lock.unlock();
        assertTrue(lock.tryLock());
        lock.unlock();
    }

    @Test
    void aConditionWakesThoseWhoWait() throws Exception {
        final SharedLock lock = manager().lock("lock");
        final SharedCondition condition = manager().condition("changed", lock);
        final SharedLong number = manager().longValue("n");
        final FutureTask<Object> waiter = inThread(() -> {
            lock.lock();
            lock.lock();
            try {
                number.set(1);
                condition.awaitFor(() -> number.get() == 2);
                return lock.holdCount();
            } finally {
                lock.unlock();
                lock.unlock();
            }
        });
        Eventually.holds("the waiter waits", () -> number.get() == 1);
        lock.lock();
        number.set(2);
        condition.signalAll();
        assertFalse(waiter.isDone());
        lock.unlock();
        assertEquals(2, result(waiter));
        assertThrows(IllegalMonitorStateException.class, condition::signal);
        lock.lock();
        assertFalse(condition.await(Duration.ofMillis(120)));
        assertTrue(lock.isHeldByCurrentThread());
        assertTrue(condition.awaitNanos(1) <= 0);
        lock.unlock();
    }

    @Test
    void semaphoresCountPermits() throws Exception {
        final SharedSemaphore semaphore = manager().semaphore("s", 3);
        semaphore.acquire();
        assertTrue(semaphore.tryAcquire(2));
        assertFalse(semaphore.tryAcquire());
        assertFalse(semaphore.tryAcquire(Duration.ofMillis(60)));
        assertEquals(3, semaphore.heldPermits());
        final FutureTask<Object> waiter = inThread(() -> {
            semaphore.acquire(2);
            return "had them";
        });
        semaphore.release();
        semaphore.release(2);
        assertEquals("had them", result(waiter));
        assertEquals(1, semaphore.availablePermits());
        assertEquals(1, semaphore.drainPermits());
        semaphore.release(5);
        assertEquals(5, semaphore.availablePermits());

        final SharedSemaphore bounded =
                manager().semaphore("bounded", SemaphoreOptions.permits(1).asBounded());
        bounded.acquire();
        bounded.release();
        assertThrows(IllegalStateException.class, bounded::release);
    }

    @Test
    void eventsAndLatchesLetGo() throws Exception {
        final SharedEvent event = manager().event("e");
        assertFalse(event.isSet());
        assertFalse(event.await(Duration.ofMillis(60)));
        final FutureTask<Object> waiter = inThread(() -> {
            event.await();
            return "went on";
        });
        event.set();
        assertEquals("went on", result(waiter));
        event.clear();
        assertFalse(event.isSet());

        final SharedLatch latch = manager().latch("latch", 2);
        latch.countDown();
        assertEquals(1, latch.getCount());
        assertFalse(latch.await(Duration.ofMillis(1)));
        final FutureTask<Object> counted = inThread(() -> {
            latch.await();
            return latch.getCount();
        });
        latch.countDown();
        assertEquals(0L, result(counted));
    }

    @Test
    void aBarrierWaitsForAll() throws Exception {
        final SharedBarrier barrier = manager().barrier("barrier", 2);
        for (int round = 0; round < 3; round++) {
            final FutureTask<Object> other = inThread(barrier::await);
            final int mine = barrier.await();
            assertEquals(1, mine + (Integer) result(other));
        }
        assertEquals(2, barrier.getParties());
        assertThrows(TimeoutException.class, () -> barrier.await(Duration.ofMillis(30)));
        assertTrue(barrier.isBroken());
        assertThrows(BrokenBarrierException.class, barrier::await);
        barrier.reset();
        assertFalse(barrier.isBroken());
        final FutureTask<Object> waiter = new FutureTask<>(barrier::await);
        final Thread thread = interruptible(waiter);
        Eventually.holds("it waits", () -> barrier.getNumberWaiting() == 1);
        thread.interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
        Eventually.holds("it is broken", barrier::isBroken);
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

    @Test
    void whatOnlyMemoryCanDoIsRefused() throws IOException {
        final Manager manager = manager();
        assertThrows(UnsupportedOperationException.class, () -> manager.topic("t", String.class, 1024));
        assertThrows(UnsupportedOperationException.class, () -> manager.struct("s", Quote.class));
        assertThrows(UnsupportedOperationException.class, manager::handle);
        assertThrows(
                UnsupportedOperationException.class,
                () -> manager.longValue("n").handle());
        assertThrows(UnsupportedOperationException.class, () -> manager.barrier("b", 2, () -> {}));
        assertTrue(manager.names().contains("n"));
        assertTrue(manager.remove("n"));
        assertFalse(manager.names().contains("n"));
        assertFalse(manager.remove("n"));
    }

    @Test
    void aClosedManagerRefusesEverything() throws IOException {
        final SharedLong number = manager().longValue("n");
        manager().close();
        manager().close();
        assertThrows(IllegalStateException.class, number::get);
        assertThrows(IllegalStateException.class, () -> manager().longValue("n"));
    }
}
