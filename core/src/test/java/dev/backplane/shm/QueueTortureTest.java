package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Queues whose producers and consumers are killed with kill -9: nothing is lost, nothing is doubled.
final class QueueTortureTest {
    private static final int ELEMENTS = 1 << 24;
    private static final int CAPACITY = 5;
    private static final QueueOptions<Long> OPTIONS =
            QueueOptions.of(CAPACITY, Codecs.of(Long.class)).asJoinable();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Puts or takes until it is killed.
    ///
    /// An element is its producer's number and a count. `begun` and `put` say per producer how far it is;
    /// `seen` how often an element was delivered.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment, the role and, of a producer, its number
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedQueue<Long> queue = manager.queue("q", OPTIONS);
            System.out.println("running");
            switch (arguments[1]) {
                case "put" -> put(manager, queue, Integer.parseInt(arguments[2]), 0);
                case "trickle" -> put(manager, queue, Integer.parseInt(arguments[2]), 50_000);
                case "take" -> {
                    final SharedIntArray seen = manager.intArray("seen", ELEMENTS);
                    while (true) {
                        final long element = queue.take();
                        seen.getAndAdd(element, 1);
                        queue.taskDone();
                    }
                }
                default -> {
                    final SharedIntArray seen = manager.intArray("seen", ELEMENTS);
                    while (true) {
                        queue.receive(
                                (memory, offset, length) -> seen.getAndAdd(
                                        memory.get(
                                                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                                                offset),
                                        1),
                                1,
                                TimeUnit.MINUTES);
                    }
                }
            }
        }

        private static void put(Manager manager, SharedQueue<Long> queue, int producer, long pauseNanos)
                throws Exception {
            final SharedLongArray put = manager.longArray("put", 16);
            for (long element = put.get(producer) + 1; element % (ELEMENTS / 16) < ELEMENTS / 16 - 2; element++) {
                queue.put(element);
                put.setVolatile(producer, element);
                LockSupport.parkNanos(pauseNanos); // Returns at once for 0.
            }
        }
    }

    private Jvm victim(String... arguments) {
        final String[] all = new String[arguments.length + 1];
        all[0] = directory.resolve("segment").toString();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Jvm.fork(Victim.class, all);
    }

    @Test
    void takersGetEachElementOnceButForThoseThatDieWithOne() throws Exception {
        torture("take", 0, 1);
    }

    @Test
    void handlersGetEachElementAndOnlyThoseOfTheDeadTwice() throws Exception {
        torture("receive", 1, 2);
    }

    /// @param least how often an element of a killed consumer is delivered at least
    /// @param most how often one is delivered at most
    private void torture(String role, int least, int most) throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedQueue<Long> queue = manager.queue("q", OPTIONS);
            final SharedIntArray seen = manager.intArray("seen", ELEMENTS);
            final SharedLongArray put = manager.longArray("put", 16);
            final int rounds = 3;
            for (int producer = 0; producer <= rounds; producer++) {
                put.set(producer, (long) producer * (ELEMENTS / 16));
            }
            try (Jvm lasting = victim("trickle", Integer.toString(rounds))) {
                lasting.expect("running");
                for (int round = 0; round < rounds; round++) {
                    try (Jvm producer = victim("put", Integer.toString(round));
                            Jvm consumer = victim(role)) {
                        producer.expect("running");
                        consumer.expect("running");
                        advances(put, round);
                        producer.kill();
                        advances(put, rounds);
                        consumer.kill();
                    }
                }
                lasting.kill();
            }
            for (Long left = queue.poll(300, TimeUnit.MILLISECONDS); left != null; left = poll(queue)) {
                seen.getAndAdd(left, 1);
                queue.taskDone();
            }
            assertTrue(queue.join(1, TimeUnit.MINUTES), "what the dead had taken is settled");
            assertEquals(0, queue.size());
            int odd = 0;
            for (int producer = 0; producer <= rounds; producer++) {
                final long first = (long) producer * (ELEMENTS / 16) + 1;
                final long last = put.get(producer);
                for (long element = first; element <= last; element++) {
                    final int times = seen.get(element);
                    assertTrue(times >= least && times <= most, element + " of " + last + " came " + times + " times");
                    odd += times == 1 ? 0 : 1;
                }
                // One more may have been put without its producer's having said so, but not two.
                assertTrue(seen.get(last + 1) <= most);
                assertEquals(0, seen.get(last + 2));
            }
            assertTrue(odd <= rounds, odd + " elements, more than consumers died");
        }
    }

    private static Long poll(SharedQueue<Long> queue) throws InterruptedException {
        return queue.poll(300, TimeUnit.MILLISECONDS);
    }

    private static void advances(SharedLongArray put, int producer) {
        final long before = put.get(producer);
        final long last = (producer + 1L) * (ELEMENTS / 16) - 3;
        Eventually.holds("its elements are put", () -> put.get(producer) >= Math.min(last, before + 501));
    }
}
