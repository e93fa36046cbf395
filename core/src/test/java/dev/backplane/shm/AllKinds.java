package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.testing.Eventually;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Callable;

/// One object of each kind there is, for tests of those who look at segments.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // Waits that nobody ends, and locks that nobody unlocks.
record AllKinds(
        Manager manager,
        SharedLock lock,
        SharedLock fair,
        SharedReadWriteLock readWrite,
        SharedSemaphore semaphore,
        SharedLock conditionLock,
        SharedCondition condition,
        SharedBarrier barrier,
        SharedChannel channel,
        SharedChannel many,
        SharedTopic<String> topic,
        SharedValue<String> value,
        SharedStruct<Price> struct,
        SharedMap<String, Integer> map,
        SharedList<String> list,
        SharedQueue<String> queue) {
    static final int PERMITS = 4;
    static final int QUEUE_CAPACITY = 8;
    static final int MAP_ENTRIES = 100;
    static final int LIST_ELEMENTS = 40;
    static final int CHANNEL_BYTES = 1024;
    static final String LONG_ELEMENT = "an element that is longer than its slot ".repeat(10);

    /// A struct.
    record Price(long time, double price) {}

    static AllKinds of(Manager manager) throws IOException {
        final SharedLock conditionLock = manager.lock("condition's lock", OwnerDeath.ignore());
        return new AllKinds(
                manager,
                manager.lock("lock", OwnerDeath.ignore()),
                manager.lock("fair lock", LockOptions.defaults().asFair().onOwnerDeath(OwnerDeath.ignore())),
                manager.readWriteLock("read-write lock", OwnerDeath.ignore()),
                manager.semaphore("semaphore", SemaphoreOptions.permits(PERMITS).asBounded()),
                conditionLock,
                manager.condition("condition", conditionLock),
                manager.barrier("barrier", 2),
                manager.channel("channel", ChannelOptions.oneToOne(CHANNEL_BYTES)),
                manager.channel("many", ChannelOptions.manyToOne(CHANNEL_BYTES)),
                manager.topic("topic", String.class, CHANNEL_BYTES),
                manager.value("value", String.class, 100),
                manager.struct("struct", Price.class),
                manager.map("map", Codecs.of(String.class), Codecs.of(Integer.class), MapOptions.entries(MAP_ENTRIES)),
                manager.list("list", String.class, LIST_ELEMENTS),
                manager.queue(
                        "queue",
                        QueueOptions.of(QUEUE_CAPACITY, Codecs.of(String.class))
                                .withSlotBytes(48)
                                .asJoinable()));
    }

    /// Values, arrays and words, each with something in it.
    void fillSmall() throws IOException {
        manager.longValue("long").set(42);
        manager.doubleValue("double").set(Double.NaN);
        manager.booleanValue("boolean").set(true);
        manager.byteArray("bytes", 5).set(0, (byte) -1);
        manager.intArray("ints", 3).set(1, 7);
        manager.longArray("longs", 3).set(2, Long.MIN_VALUE);
        manager.floatArray("floats", 3).set(0, 0.5f);
        manager.doubleArray("doubles", 100).set(3, 1e300);
        manager.event("event").set();
        manager.latch("latch", 3).countDown();
        manager.once("once").run(() -> {});
    }

    /// Collections and values of one's own codec, each with a history.
    void fillLarge() throws InterruptedException {
        topic.publish("first");
        topic.publish("second");
        value.set("a value");
        struct.set(new Price(1, 2.5));
        for (int i = 0; i < MAP_ENTRIES / 2; i++) {
            map.put("key " + i, i);
            map.put("key " + i / 2, -i);
            list.add("element " + i % 10);
            if (i % 3 == 0) {
                map.remove("key " + i);
                list.removeFirst();
            }
        }
        list.addFirst("the first");
        for (int i = 0; i < 2 * QUEUE_CAPACITY; i++) {
            queue.put("element " + i);
            queue.take();
            queue.taskDone();
        }
        queue.put("short");
        queue.put(LONG_ELEMENT);
        queue.put(LONG_ELEMENT);
        queue.take();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment message = arena.allocateFrom("a message");
            for (SharedChannel each : List.of(channel, many)) {
                each.send(message, 0, (int) message.byteSize());
                each.send(message, 0, (int) message.byteSize());
                each.poll((memory, offset, length) -> {}, 1);
            }
        }
    }

    /// Holds what a thread can hold.
    void hold() throws InterruptedException {
        lock.lock();
        fair.lock();
        readWrite.readLock().lock();
        semaphore.acquire(3);
    }

    /// Waits, in threads of their own, at what can be waited at, and returns when all wait.
    void await() {
        waits(() -> {
            conditionLock.lock();
            condition.await();
            return null;
        });
        waits(() -> barrier.await());
        waits(() -> {
            fair.lock();
            return null;
        });
        waits(() -> {
            readWrite.writeLock().lock();
            return null;
        });
        Eventually.holds("one is at the barrier", () -> barrier.getNumberWaiting() == 1);
        Eventually.holds(
                "all wait",
                () -> waiting("fair lock", "1 processes in line")
                        && waiting("condition", "1 waiting")
                        && !conditionLock.isLocked()
                        && Scene.read(readWrite, ReadWriteLayout.QUEUED) == 1);
    }

    private boolean waiting(String object, String state) {
        return Looks.describe(manager).stream()
                .anyMatch(one -> one.name().equals(object) && one.state().contains(state));
    }

    private static void waits(Callable<?> wait) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                wait.call();
            } catch (Exception _) {
                // The segment was closed: the wait is over.
            }
        });
    }
}
