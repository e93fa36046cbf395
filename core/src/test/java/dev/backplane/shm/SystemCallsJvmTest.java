package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
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
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.connection.Pipe;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What nobody else wants, and nobody sleeps for, makes no system call: counted by strace(1), where it is installed and
/// allowed.
final class SystemCallsJvmTest {
    private static final int ROUNDS = 5_000;
    private static final String BEGIN = "/backplane-begin-";
    private static final String END = "/backplane-end-";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Does each thing often, between two calls that are easy to find.
    public static final class Doer {
        private Doer() {}

        /// Runs.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws IOException {
            final Manager manager = Manager.open(Path.of(arguments[0]));
            final Map<String, Runnable> kinds = new LinkedHashMap<>();
            addLocks(manager, kinds);
            addSignals(manager, kinds);
            addValues(manager, kinds);
            addCollections(manager, kinds);
            addMessages(kinds);
            kinds.forEach((kind, once) -> {
                final Path begin = Path.of(BEGIN + kind);
                final Path end = Path.of(END + kind);
                often(once, 100);
                Files.exists(end);
                Files.exists(begin);
                often(once, ROUNDS);
                Files.exists(end);
            });
            System.out.println(kinds.keySet());
        }

        private static void often(Runnable once, int times) {
            for (int i = 0; i < times; i++) {
                once.run();
            }
        }

        private static void under(Lock lock, Runnable body) {
            lock.lock();
            try {
                body.run();
            } finally {
                lock.unlock();
            }
        }

        private static void addLocks(Manager manager, Map<String, Runnable> kinds) throws IOException {
            final SharedLock lock = manager.lock("lock");
            kinds.put("SharedLock", () -> under(lock, lock::holdCount));
            final SharedLock fair = manager.lock("fair", LockOptions.defaults().asFair());
            kinds.put("fair", () -> under(fair, fair::holdCount));
            final SharedReadWriteLock readWrite = manager.readWriteLock("readWrite");
            kinds.put("readLock", () -> under(readWrite.readLock(), readWrite::getReadHoldCount));
            kinds.put("writeLock", () -> under(readWrite.writeLock(), readWrite::getReadHoldCount));
            final SharedCondition condition = manager.condition("condition", lock);
            kinds.put("SharedCondition", () -> under(lock, condition::signalAll));
            final SharedSemaphore semaphore = manager.semaphore("semaphore", 3);
            kinds.put("SharedSemaphore", () -> {
                assertTrue(semaphore.tryAcquire(2));
                semaphore.release(2);
            });
        }

        private static void addSignals(Manager manager, Map<String, Runnable> kinds) throws IOException {
            final SharedEvent event = manager.event("event");
            kinds.put("SharedEvent", () -> {
                event.set();
                assertTrue(event.isSet());
                event.clear();
            });
            final SharedLatch latch = manager.latch("latch", 2 * ROUNDS);
            kinds.put("SharedLatch", latch::countDown);
            final SharedOnce once = manager.once("once");
            kinds.put("SharedOnce", () -> once.run(() -> {}));
        }

        private static void addValues(Manager manager, Map<String, Runnable> kinds) throws IOException {
            final SharedLong number = manager.longValue("number");
            kinds.put("SharedLong", number::incrementAndGet);
            final SharedLongArray array = manager.longArray("array", 10);
            kinds.put("SharedArray", () -> array.setVolatile(3, array.get(2)));
            final SharedValue<Long> value = manager.value("value", Long.class, 8);
            kinds.put("SharedValue", () -> {
                value.set(7L);
                assertEquals(7L, value.get());
            });
        }

        /// With both ends in one thread, nobody ever sleeps.
        private static void addMessages(Map<String, Runnable> kinds) throws IOException {
            final Pipe pipe = Pipe.open();
            final byte[] message = {1, 2, 3};
            kinds.put("Pipe", () -> {
                try {
                    pipe.left().sendBytes(message);
                    assertEquals(3, pipe.right().receiveBytes().length);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private static void addCollections(Manager manager, Map<String, Runnable> kinds) throws IOException {
            final SharedQueue<Long> queue = manager.queue("queue", 16);
            kinds.put("SharedQueue", () -> {
                assertTrue(queue.offer(5L));
                assertEquals(5L, queue.poll());
            });
            final SharedMap<Long, Long> map = manager.map("map", Long.class, Long.class, 16);
            kinds.put("SharedMap", () -> {
                map.put(1L, 2L);
                assertEquals(2L, map.get(1L));
            });
            final SharedList<Long> list = manager.list("list", Long.class, 16);
            kinds.put("SharedList", () -> {
                list.add(4L);
                assertEquals(4L, list.removeLast());
            });
            final SharedChannel channel = manager.channel("channel", ChannelOptions.oneToOne(4_096));
            final byte[] message = {1, 2, 3};
            kinds.put("SharedChannel", () -> {
                assertTrue(channel.trySend(message));
                assertEquals(1, channel.poll((memory, offset, length) -> assertEquals(3, length), 1));
            });
            final SharedTopic<Long> topic = manager.topic("topic", Long.class, 4_096);
            final SharedTopic.Subscription<Long> subscription = topic.subscribe();
            kinds.put("SharedTopic", () -> {
                topic.publish(6L);
                assertEquals(6L, subscription.poll());
            });
        }
    }

    @Test
    void whatNobodyElseWantsStaysInTheProcess() throws Exception {
        final Path trace = directory.resolve("trace");
        assumeTrue(trace(trace, "true").waitFor() == 0, "strace is not there, or not allowed");
        final Process traced = trace(
                trace,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint", // No compiler, whose doings stop the thread.
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Doer.class.getName(),
                directory.resolve("segment").toString());
        assertTrue(traced.waitFor(2, TimeUnit.MINUTES), "it ends");
        assertEquals(0, traced.exitValue());
        final List<String> lines = Files.readAllLines(trace);
        final List<String> begins =
                lines.stream().filter(line -> line.contains(BEGIN)).toList();
        assertTrue(begins.size() >= 18, () -> "only " + begins);
        begins.forEach(begin -> assertCalls(lines, begin));
    }

    private static Process trace(Path trace, String... command) throws IOException {
        final var strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", trace.toString()));
        strace.addAll(List.of(command));
        try {
            return new ProcessBuilder(strace)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException _) {
            return new ProcessBuilder("false").start();
        }
    }

    private static void assertCalls(List<String> lines, String begin) {
        final Predicate<String> sameThread = line -> line.startsWith(begin.substring(0, begin.indexOf(' ') + 1));
        final List<String> calls = lines.stream()
                .skip(lines.indexOf(begin) + 1L)
                .filter(sameThread)
                .takeWhile(line -> !line.contains(END))
                .toList();
        // A safepoint or two may come between; one call for each round would be thousands.
        assertTrue(calls.size() < ROUNDS / 50, () -> begin + ": " + calls.size() + " calls, such as " + calls.get(0));
    }
}
