package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.ChannelOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedTopic;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Ten thousand virtual threads of one JVM with two carriers wait for another JVM, and others still run.
@SuppressWarnings("LockNotBeforeTry") // Nothing between lock and unlock can throw.
final class VirtualThreadsJvmTest {
    private static final int OF_EACH_KIND = 1_000;
    private static final int KINDS = 13;
    private static final int TOPIC_BYTES = 65_536;
    private static final ChannelOptions CHANNEL = ChannelOptions.oneToOne(4_096);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Thread> changing = new ArrayList<>();

    /// The JVM in which they wait.
    public static final class Waiters {
        private final Manager manager;
        private final CountDownLatch starting = new CountDownLatch(OF_EACH_KIND * KINDS);

        private Waiters(Path path) throws IOException {
            this.manager = Manager.open(path);
        }

        /// Waits for all, and says how many have got what they waited for.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws Exception {
            new Waiters(Path.of(arguments[0])).run();
        }

        private void run() throws Exception {
            int gone = 0;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                final List<Future<Boolean>> waiting = new ArrayList<>();
                for (Callable<Boolean> kind : kinds()) {
                    for (int i = 0; i < OF_EACH_KIND; i++) {
                        waiting.add(threads.submit(() -> {
                            starting.countDown();
                            return kind.call();
                        }));
                    }
                }
                final SharedChannel channel = manager.channel("channel", CHANNEL);
                waiting.add(threads.submit(() -> channel.receive((memory, offset, length) -> {})));
                starting.await();
                threads.submit(() -> System.out.println("others run")).get();
                for (Future<Boolean> thread : waiting) {
                    gone += thread.get() ? 1 : 0;
                }
            }
            System.out.println("gone on: " + gone);
        }

        private List<Callable<Boolean>> kinds() throws IOException {
            final SharedLock lock = manager.lock("lock");
            final SharedLock fair = manager.lock("fair", LockOptions.defaults().asFair());
            final SharedLock guard = manager.lock("guard");
            final SharedCondition condition = manager.condition("condition", guard);
            final SharedSemaphore semaphore = manager.semaphore("semaphore", 0);
            final var event = manager.event("event");
            final var latch = manager.latch("latch", 1);
            final SharedReadWriteLock readWrite = manager.readWriteLock("readWrite");
            final SharedQueue<Long> queue = manager.queue("queue", OF_EACH_KIND);
            final SharedTopic<Long> topic = manager.topic("topic", Long.class, TOPIC_BYTES);
            final SharedMap<String, Long> map = manager.map("map", String.class, Long.class, 16);
            final SharedList<Long> list = manager.list("list", Long.class, 16);
            final SharedBarrier barrier = manager.barrier("barrier", OF_EACH_KIND + 1);
            return List.of(
                    () -> under(lock),
                    () -> under(fair),
                    () -> awaitOnce(guard, condition),
                    () -> {
                        semaphore.acquire();
                        return true;
                    },
                    () -> {
                        event.await();
                        return true;
                    },
                    () -> {
                        latch.await();
                        return true;
                    },
                    () -> under(readWrite.readLock()),
                    () -> under(readWrite.writeLock()),
                    () -> queue.take() == 1,
                    () -> topic.subscribe().receive() == null,
                    () -> map.merge("key", 1L, Long::sum) > 1,
                    () -> list.update(0, element -> element + 1) > 1,
                    () -> barrier.await() >= 0);
        }

        private static boolean under(java.util.concurrent.locks.Lock lock) {
            lock.lock();
            lock.unlock();
            return true;
        }

        @SuppressWarnings("WaitNotInLoop") // One signal is given to all who wait.
        private static boolean awaitOnce(SharedLock guard, SharedCondition condition) throws InterruptedException {
            guard.lock();
            try {
                condition.await();
            } finally {
                guard.unlock();
            }
            return true;
        }
    }

    @Test
    void tenThousandWaitAndDoNotHoldTheirCarriers() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path);
                Jvm waiters = Jvm.builder()
                        .heap(400 << 20)
                        .options(
                                "-Djdk.virtualThreadScheduler.parallelism=2",
                                "-Djdk.virtualThreadScheduler.maxPoolSize=2")
                        .deadline(Duration.ofMinutes(2))
                        .fork(Waiters.class, hold(manager, path).toString())) {
            waiters.expect("others run");
            release(manager, waiters);
            waiters.expect("gone on: " + (OF_EACH_KIND * KINDS + 1)); // One receives from a channel.
            assertEquals(0, waiters.waitForExit());
        }
    }

    private Path hold(Manager manager, Path path) throws Exception {
        manager.lock("lock").lock();
        manager.lock("fair", LockOptions.defaults().asFair()).lock();
        manager.readWriteLock("readWrite").writeLock().lock();
        manager.semaphore("semaphore", 0);
        final SharedMap<String, Long> map = manager.map("map", String.class, Long.class, 16);
        final SharedList<Long> list = manager.list("list", Long.class, 16);
        list.add(0L);
        final CountDownLatch within = new CountDownLatch(2);
        changing.add(Thread.ofPlatform().start(() -> map.compute("key", (key, none) -> afterTheOthers(within, 1L))));
        changing.add(Thread.ofPlatform().start(() -> list.update(0, element -> afterTheOthers(within, element + 1))));
        within.await();
        return path;
    }

    /// What a change in which others are kept out makes of an element, once they all have begun to wait.
    private Long afterTheOthers(CountDownLatch within, Long element) {
        within.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return element;
    }

    private void release(Manager manager, Jvm waiters) throws Exception {
        final SharedLock guard = manager.lock("guard");
        final SharedCondition condition = manager.condition("condition", guard);
        final var memory = ((SegmentCondition) condition).region().memory();
        Eventually.holds("all wait", () -> ConditionQueue.waiters(memory) == OF_EACH_KIND || !waiters.isAlive());
        guard.lock();
        condition.signalAll();
        guard.unlock();
        released.countDown();
        for (Thread each : changing) {
            each.join();
        }
        manager.semaphore("semaphore", 0).release(OF_EACH_KIND);
        manager.event("event").set();
        manager.latch("latch", 1).countDown();
        manager.readWriteLock("readWrite").writeLock().unlock();
        manager.lock("fair", LockOptions.defaults().asFair()).unlock();
        manager.lock("lock").unlock();
        final SharedQueue<Long> queue = manager.queue("queue", OF_EACH_KIND);
        for (int i = 0; i < OF_EACH_KIND; i++) {
            queue.put(1L);
        }
        manager.channel("channel", CHANNEL).send(new byte[1]);
        manager.topic("topic", Long.class, TOPIC_BYTES).shutdown();
        manager.barrier("barrier", OF_EACH_KIND + 1).await();
    }
}
