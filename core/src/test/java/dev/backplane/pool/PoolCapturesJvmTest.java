package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableFunction;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedChannel;
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
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.codec.FunctionCodec;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Calls that capture shared objects, which the worker then works with.
@NullUnmarked // JUnit fills the pool.
final class PoolCapturesJvmTest {
    /// The first byte of serialized Java objects.
    private static final byte SERIALIZED = (byte) 0xAC;

    private static ProcessPool pool;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// A struct.
    record Point(long x, double y) {}

    @BeforeAll
    static void start() throws IOException {
        pool = ProcessPool.of(1);
    }

    @AfterAll
    static void end() {
        pool.close();
    }

    /// Has the worker do something twice, and checks what it returns, and that it went there in the cheap form.
    private static <R> void check(R first, R second, SerializableCallable<R> call) throws Exception {
        assertTrue(FunctionCodec.write(call)[0] != SERIALIZED);
        assertEquals(first, pool.apply(call));
        assertEquals(second, pool.apply(call));
    }

    @Test
    void numbersAndArrays() throws Exception {
        try (Manager manager = Manager.anonymous("numbers", SegmentOptions.defaults())) {
            final SharedLong number = manager.longValue("long");
            final SharedDouble real = manager.doubleValue("double");
            final SharedBoolean truth = manager.booleanValue("boolean");
            final SharedByteArray bytes = manager.byteArray("bytes", 9);
            final SharedIntArray ints = manager.intArray("ints", 9).slice(3, 9).slice(1, 3);
            final SharedLongArray longs = manager.longArray("longs", 9);
            final SharedFloatArray floats = manager.floatArray("floats", 9).slice(8, 9);
            final SharedDoubleArray doubles = manager.doubleArray("doubles", 9).slice(0, 2);
            check(1L, 2L, () -> number.incrementAndGet());
            check(0.5, 1.0, () -> real.addAndGet(0.5));
            check(true, false, () -> truth.compareAndSet(false, true));
            check((byte) 0, (byte) 1, () -> bytes.getAndAdd(8, (byte) 1));
            check("2 3", "2 6", () -> ints.length() + " " + (ints.getAndAdd(1, 3) + 3));
            check(4L, 8L, () -> longs.getAndAdd(8, 4) + 4);
            check(5f, 10f, () -> floats.getAndAdd(0, 5) + 5);
            check(6.0, 12.0, () -> doubles.getAndAdd(1, 6) + 6);
            assertEquals(2, number.get());
            assertEquals(6, manager.intArray("ints", 9).get(5));
            assertEquals(12, manager.doubleArray("doubles", 9).get(1));
        }
    }

    @Test
    void whatIsWaitedOn() throws Exception {
        try (Manager manager = Manager.anonymous("waited on", SegmentOptions.defaults())) {
            final SharedLock lock = manager.lock("lock");
            final SharedCondition condition = manager.condition("condition", lock);
            final SharedReadWriteLock readWrite = manager.readWriteLock("read-write lock");
            final SharedSemaphore semaphore = manager.semaphore("semaphore", 1);
            final SharedBarrier barrier = manager.barrier("barrier", 1);
            final SharedEvent event = manager.event("event");
            final SharedLatch latch = manager.latch("latch", 2);
            final SharedOnce once = manager.once("once");
            final SharedLong number = manager.longValue("number");
            lock.lock();
            try {
                check(false, false, () -> lock.tryLock());
            } finally {
                lock.unlock();
            }
            check(1L, 2L, () -> {
                lock.lock();
                try {
                    condition.signalAll();
                    return number.incrementAndGet();
                } finally {
                    lock.unlock();
                }
            });
            check(true, true, () -> {
                readWrite.writeLock().lock();
                try {
                    return readWrite.readLock().tryLock();
                } finally {
                    readWrite.readLock().unlock();
                    readWrite.writeLock().unlock();
                }
            });
            check(true, false, () -> semaphore.tryAcquire());
            check(0, 0, () -> barrier.await());
            check(false, true, () -> {
                final boolean before = event.isSet();
                event.set();
                return before;
            });
            check(1L, 0L, () -> {
                latch.countDown();
                return latch.getCount();
            });
            check(3L, 3L, () -> {
                once.run(() -> number.incrementAndGet());
                return number.get();
            });
        }
    }

    @Test
    void whatHoldsElements() throws Exception {
        try (Manager manager = Manager.anonymous("elements", SegmentOptions.defaults())) {
            final SharedQueue<String> queue = manager.queue("queue", 4);
            final SharedMap<String, Point> map = manager.map("map", String.class, Point.class, 4);
            final SharedList<Integer> list = manager.list("list", Integer.class, 4);
            final SharedValue<String> value = manager.value("value", String.class, 20);
            final SharedStruct<Point> struct = manager.struct("struct", Point.class);
            final SharedTopic<Point> topic = manager.topic("topic", Point.class, 1024);
            final SharedChannel channel = manager.channel("channel", ChannelOptions.oneToOne(1024));
            queue.put("first");
            queue.put("second");
            value.set("a");
            struct.set(new Point(1, 0.5));
            check("first", "second", () -> queue.take());
            check(true, false, () -> map.putIfAbsent("key", new Point(1, 2)) == null);
            check("1 elements, 7", "2 elements, 7", () -> {
                list.add(7);
                return list.size() + " elements, " + list.getLast();
            });
            check("ab", "abb", () -> {
                value.set(value.get() + "b");
                return value.get();
            });
            check(new Point(2, 0.5), new Point(3, 0.5), () -> {
                struct.set(new Point(struct.get().x() + 1, struct.get().y()));
                return struct.get();
            });
            final SharedTopic.Subscription<Point> subscription = topic.subscribe();
            check(1, 1, () -> {
                topic.publish(new Point(5, 6));
                return 1;
            });
            assertEquals(new Point(5, 6), subscription.poll());
            check(false, false, () -> channel.isShutDown());
            assertEquals(new Point(1, 2), map.get("key"));
        }
    }

    @Test
    void functionsThatCaptureFunctions() throws Exception {
        try (Manager manager = Manager.anonymous("functions", SegmentOptions.defaults())) {
            final SharedLong number = manager.longValue("number");
            final SerializableFunction<Integer, Long> added = x -> number.addAndGet(x);
            final SerializableFunction<Integer, String> described = x -> "sum " + added.apply(x);
            check("sum 5", "sum 10", () -> described.apply(5));
            assertEquals(
                    List.of("sum 11", "sum 13", "sum 16"),
                    pool.map(IntStream.of(1, 2, 3).boxed().toList(), x -> described.apply(x)));
        }
    }

    private static void checkFails(SerializableCallable<?> call, String... parts) throws Exception {
        final Throwable cause =
                assertThrows(TaskException.class, () -> pool.apply(call)).getCause();
        final String message = String.valueOf(cause.getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(7, pool.apply(() -> 7));
    }

    @Test
    void whatIsGoneFailsTheTaskThatCapturesIt() throws Exception {
        final SharedLong closed;
        try (Manager manager = Manager.open(directory.resolve("segment"))) {
            final SharedLong number = manager.longValue("n");
            closed = number;
            final SharedLong other = manager.longValue("other");
            check(1L, 2L, () -> number.incrementAndGet());
            check(3L, 5L, () -> other.addAndGet(number.get()) + 1);
            assertTrue(manager.remove("n"));
            checkFails(() -> number.incrementAndGet(), "cannot attach", "/n@segment:", "no object of that name");
            final SharedLong anew = manager.longValue("n");
            checkFails(() -> number.incrementAndGet(), "cannot attach", "this is another");
            check(1L, 2L, () -> anew.incrementAndGet());
            check(6L, 8L, () -> other.addAndGet(anew.get()));
        }
        assertTrue(Segment.delete(directory.resolve("segment")));
        final ProcessPool old = pool;
        pool = ProcessPool.of(1); // One that has not attached that segment.
        try {
            checkFails(() -> closed.get(), "cannot attach", "/n@segment:");
        } finally {
            pool.close();
            pool = old;
        }
        assertInstanceOf(Integer.class, pool.apply(() -> 7));
    }
}
