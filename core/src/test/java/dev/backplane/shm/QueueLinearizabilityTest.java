package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Histories of random programs, each checked against a queue of one thread, after Wing and Gong.
final class QueueLinearizabilityTest {
    private static final int THREADS = 3;
    private static final int OPERATIONS = 5;
    private static final int PROGRAMS = 3_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private enum Kind {
        OFFER,
        POLL,
        PEEK,
        REMOVE,
        /// A call that found nothing, or no room, after so long that it may have given up: another's copy stood still.
        GAVE_UP
    }

    /// An operation and when it began and ended, on a clock that all threads share.
    ///
    /// @param value what was offered, or to be removed
    /// @param result what came out, or 1 for true and 0 for false
    private record Call(Kind kind, long value, @Nullable Long result, int begin, int end) {}

    @Test
    void everyHistoryIsThatOfSomeQueueOfOneThread() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        try (Manager mine = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                Manager theirs = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int program = 0; program < PROGRAMS; program++) {
                final int capacity = 1 + program % 3;
                final QueueOptions<Long> options = QueueOptions.of(capacity, Codecs.of(Long.class));
                final String name = "q" + capacity;
                final List<SharedQueue<Long>> attachments =
                        List.of(mine.queue(name, options), theirs.queue(name, options), mine.queue(name, options));
                attachments.getFirst().clear();
                final List<Call> history = run(threads, attachments, random);
                assertTrue(
                        new Search(capacity, history).succeeds(),
                        () -> "no order explains this history of a queue of " + capacity + ", " + seed + ": "
                                + history);
            }
        }
    }

    private static List<Call> run(ExecutorService threads, List<SharedQueue<Long>> attachments, Random random)
            throws Exception {
        final AtomicInteger clock = new AtomicInteger();
        final CyclicBarrier start = new CyclicBarrier(THREADS);
        final List<Future<List<Call>>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            final SharedQueue<Long> queue = attachments.get(thread);
            final Random own = new Random(random.nextLong());
            final int number = thread;
            running.add(threads.submit(() -> {
                final List<Call> calls = new ArrayList<>();
                start.await();
                for (int i = 0; i < OPERATIONS; i++) {
                    calls.add(call(queue, own, clock, 10 * number + i));
                }
                return calls;
            }));
        }
        final List<Call> history = new ArrayList<>();
        for (Future<List<Call>> thread : running) {
            history.addAll(thread.get());
        }
        return history;
    }

    private static Call call(SharedQueue<Long> queue, Random random, AtomicInteger clock, long value) {
        final int choice = random.nextInt(10);
        final long other = 10L * random.nextInt(THREADS) + random.nextInt(OPERATIONS);
        final int begin = clock.getAndIncrement();
        final long start = System.nanoTime();
        if (choice < 4) {
            final boolean offered = queue.offer(value);
            final Kind kind = offered ? Kind.OFFER : unlessItGaveUp(Kind.OFFER, start);
            return new Call(kind, value, offered ? 1L : 0L, begin, clock.getAndIncrement());
        } else if (choice < 8) {
            final Long polled = queue.poll();
            final Kind kind = polled != null ? Kind.POLL : unlessItGaveUp(Kind.POLL, start);
            return new Call(kind, 0, polled, begin, clock.getAndIncrement());
        } else if (choice < 9) {
            final Long peeked = queue.peek();
            final Kind kind = peeked != null ? Kind.PEEK : unlessItGaveUp(Kind.PEEK, start);
            return new Call(kind, 0, peeked, begin, clock.getAndIncrement());
        }
        // Only that something was removed is certain: one that is put meanwhile may be overlooked.
        final boolean removed = queue.remove(other);
        return new Call(Kind.REMOVE, other, removed ? 1L : null, begin, clock.getAndIncrement());
    }

    private static Kind unlessItGaveUp(Kind kind, long start) {
        return System.nanoTime() - start < WaitLoop.SLICE_NANOS ? kind : Kind.GAVE_UP;
    }

    /// Depth first, over every order that the times allow; what was tried in the same state is not tried again.
    private static final class Search {
        private final int capacity;
        private final List<Call> calls;
        private final Set<List<Object>> tried = new HashSet<>();

        Search(int capacity, List<Call> calls) {
            this.capacity = capacity;
            this.calls = calls;
        }

        boolean succeeds() {
            return explains(0, List.of(), 0);
        }

        /// @param holes how many places are taken by removed elements, which are not free yet
        private boolean explains(int done, List<Long> queue, int holes) {
            if (done == (1 << calls.size()) - 1) {
                return true;
            }
            if (!tried.add(List.of(done, queue, holes))) {
                return false;
            }
            final int firstEnd = firstEnd(done);
            for (int i = 0; i < calls.size(); i++) {
                if ((done & 1 << i) == 0 && calls.get(i).begin() < firstEnd) {
                    if (tryCall(calls.get(i), done | 1 << i, queue, holes)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private int firstEnd(int done) {
            int first = Integer.MAX_VALUE;
            for (int i = 0; i < calls.size(); i++) {
                if ((done & 1 << i) == 0) {
                    first = Math.min(first, calls.get(i).end());
                }
            }
            return first;
        }

        private boolean tryCall(Call call, int done, List<Long> queue, int holes) {
            final List<Long> next = new ArrayList<>(queue);
            return switch (call.kind()) {
                case OFFER -> {
                    if (Objects.equals(call.result(), 0L)) {
                        yield queue.size() + holes >= capacity && explains(done, queue, holes);
                    }
                    next.add(call.value());
                    yield next.size() <= capacity && explains(done, next, holes);
                }
                case POLL -> {
                    final Long head = next.isEmpty() ? null : next.removeFirst();
                    yield Objects.equals(head, call.result()) && explains(done, next, next.isEmpty() ? 0 : holes);
                }
                case PEEK ->
                    Objects.equals(next.isEmpty() ? null : next.getFirst(), call.result())
                            && explains(done, next, holes);
                case GAVE_UP -> explains(done, queue, holes);
                case REMOVE -> {
                    if (call.result() == null) {
                        yield explains(done, next, holes);
                    }
                    yield next.remove(call.value()) && explains(done, next, holes + 1);
                }
            };
        }
    }
}
