package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedBarrier;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Barriers within one JVM, whose two managers are two participants.
final class SegmentBarrierTest extends TwoAttachments {
    private static <T> FutureTask<T> started(Callable<T> task) {
        final FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future);
        return future;
    }

    private static void assertEndsWith(Class<? extends Throwable> expected, Future<?> future) {
        assertInstanceOf(
                expected, assertThrows(ExecutionException.class, future::get).getCause());
    }

    private static void untilWaiting(SharedBarrier barrier, int count) {
        Eventually.holds(count + " wait", () -> barrier.getNumberWaiting() == count);
    }

    @Test
    void allGoOnWhenAllAreThereAndOneRunsTheAction() throws Exception {
        final AtomicInteger actions = new AtomicInteger();
        final int rounds = 300;
        try (var threads = Executors.newFixedThreadPool(4)) {
            final List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                final SharedBarrier barrier = (i % 2 == 0 ? mine : theirs).barrier("b", 4, actions::incrementAndGet);
                running.add(threads.submit(() -> {
                    int sum = 0;
                    for (int n = 1; n <= rounds; n++) {
                        sum += barrier.await();
                        assertTrue(actions.get() >= n, "the action comes before the return");
                        sum += barrier.await();
                        assertEquals(n * 2, actions.get() - actions.get() % 2);
                    }
                    return sum;
                }));
            }
            int sum = 0;
            for (Future<Integer> thread : running) {
                sum += thread.get();
            }
            assertEquals(2 * rounds * (3 + 2 + 1), sum, "each index is given once");
        }
        assertEquals(2 * rounds, actions.get());
    }

    @Test
    void oneGivesUpAndAllAreToldUntilAReset() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 3);
        final SharedBarrier other = theirs.barrier("b", 3);
        final FutureTask<Integer> waiter = started(other::await);
        untilWaiting(barrier, 1);
        assertThrows(TimeoutException.class, () -> barrier.await(20, TimeUnit.MILLISECONDS));
        assertEndsWith(BrokenBarrierException.class, waiter);
        assertTrue(barrier.isBroken());
        assertEquals(0, barrier.getNumberWaiting());
        assertThrows(BrokenBarrierException.class, other::await);
        barrier.reset();
        assertFalse(other.isBroken());
        final FutureTask<Integer> interrupted = new FutureTask<>(other::await);
        final Thread thread = Thread.ofPlatform().start(interrupted);
        untilWaiting(barrier, 1);
        thread.interrupt();
        assertEndsWith(InterruptedException.class, interrupted);
        assertTrue(barrier.isBroken());
        barrier.reset();
        assertThrows(TimeoutException.class, () -> barrier.await(Duration.ZERO));
        barrier.reset();
        assertThrows(TimeoutException.class, () -> barrier.await(-1, TimeUnit.SECONDS));
        barrier.reset();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, barrier::await);
        assertTrue(other.isBroken());
    }

    @Test
    void abortAndResetBreakForThoseWhoWait() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 2);
        final FutureTask<Integer> first = started(theirs.barrier("b", 2)::await);
        untilWaiting(barrier, 1);
        barrier.reset();
        assertEndsWith(BrokenBarrierException.class, first);
        assertFalse(barrier.isBroken());
        final FutureTask<Integer> second = started(theirs.barrier("b", 2)::await);
        untilWaiting(barrier, 1);
        barrier.abort();
        assertEndsWith(BrokenBarrierException.class, second);
        assertTrue(barrier.isBroken());
        barrier.reset();
        barrier.reset();
        final FutureTask<Integer> third = started(theirs.barrier("b", 2)::await);
        untilWaiting(barrier, 1);
        assertEquals(0, barrier.await());
        assertEquals(1, third.get());
    }

    @Test
    void aFailedActionBreaks() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 2, () -> {
            throw new IllegalArgumentException("the action fails");
        });
        final FutureTask<Integer> waiter = started(theirs.barrier("b", 2)::await);
        untilWaiting(barrier, 1);
        assertThrows(IllegalArgumentException.class, barrier::await);
        assertEndsWith(BrokenBarrierException.class, waiter);
    }

    @Test
    void whileTheActionRunsNothingBreaksAndMoreMayCome() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final SharedBarrier barrier = mine.barrier("b", 2, () -> {
            running.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        final SharedBarrier other = theirs.barrier("b", 2);
        final FutureTask<Boolean> waiter = new FutureTask<>(() -> {
            assertEquals(1, other.await());
            return Thread.interrupted();
        });
        final Thread waiting = Thread.ofPlatform().start(waiter);
        untilWaiting(barrier, 1);
        final FutureTask<Integer> runner = started(barrier::await);
        running.await();
        waiting.interrupt();
        final FutureTask<Integer> early = started(other::await);
        goOn.countDown();
        assertEquals(0, runner.get());
        assertTrue(waiter.get(), "the interrupt is kept");
        untilWaiting(barrier, 1);
        final SharedBarrier plain = mine.barrier("b", 2);
        assertEquals(0, plain.await());
        assertEquals(1, early.get());
    }

    @Test
    void closingBreaksOnlyWhereAThreadWaits() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 2);
        final FutureTask<Integer> once = started(theirs.barrier("b", 2)::await);
        barrier.await();
        once.get();
        try (Manager third = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            assertFalse(third.barrier("b", 2).isBroken());
        }
        final FutureTask<Integer> closing = started(theirs.barrier("b", 2)::await);
        untilWaiting(barrier, 1);
        theirs.close();
        assertEndsWith(IllegalStateException.class, closing);
        assertTrue(barrier.isBroken());
        barrier.reset();
        mine.close();
        try (Manager third = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            assertFalse(third.barrier("b", 2).isBroken());
        }
    }

    /// Has a thread call while a generation ends: it waits for the section, and gets in when the next one has begun.
    private <T> FutureTask<T> whileAGenerationEnds(Callable<T> call) throws IOException {
        final Region region = ((SegmentBarrier) theirs.barrier("b", 2)).region();
        final Section section =
                new Section(region.segment(), region.memory(), BarrierLayout.SECTION.offset(), () -> {});
        section.enter();
        try {
            final FutureTask<T> calling = started(call);
            Eventually.holds(
                    "somebody waits for the section",
                    () -> (BarrierLayout.SECTION.getAcquire(region.memory(), 0) & OwnerWord.CONTENDED) != 0);
            final long generation = BarrierLayout.GENERATION.getAcquire(region.memory(), 0);
            BarrierLayout.GENERATION.setRelease(region.memory(), 0, generation + 1); // As who arrives last does.
            return calling;
        } finally {
            section.leave();
        }
    }

    @Test
    void anAbortBreaksTheGenerationThatHasBegunMeanwhile() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 2);
        whileAGenerationEnds(() -> {
                    barrier.abort();
                    return null;
                })
                .get();
        assertTrue(barrier.isBroken());
        assertThrows(BrokenBarrierException.class, barrier::await);
    }

    @Test
    void oneThatComesInterruptedBreaksTheGenerationThatHasBegunMeanwhile() throws Exception {
        final SharedBarrier barrier = mine.barrier("b", 2);
        final FutureTask<Integer> interrupted = whileAGenerationEnds(() -> {
            Thread.currentThread().interrupt();
            return barrier.await();
        });
        assertEndsWith(InterruptedException.class, interrupted);
        assertTrue(barrier.isBroken());
    }

    @Test
    void howLongAgoAGenerationBrokeIsRemembered() throws Exception {
        final SegmentBarrier barrier = (SegmentBarrier) mine.barrier("b", 2);
        final BarrierState state = new BarrierState(barrier.region());
        final long first = state.generation();
        final List<Long> broken = IntStream.range(0, BarrierLayout.BROKEN_COUNT)
                .mapToObj(i -> {
                    final long generation = state.generation();
                    barrier.abort();
                    barrier.reset();
                    barrier.reset();
                    return generation;
                })
                .toList();
        for (long generation : broken) {
            assertEquals(BarrierState.Outcome.BROKEN, state.outcome(generation));
            assertEquals(BarrierState.Outcome.TRIPPED, state.outcome(generation + 1));
        }
        assertEquals(first, broken.getFirst());
        assertEquals(BarrierState.Outcome.CURRENT, state.outcome(state.generation()));
    }

    @Test
    void itChecksItsParties() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> mine.barrier("b", 0));
        assertThrows(IllegalArgumentException.class, () -> mine.barrier("b", 65_536));
        assertEquals(0, mine.barrier("one", 1).await());
        assertEquals(1, mine.barrier("one", 1).getParties());
        Refusal.of(SegmentException.class, () -> theirs.barrier("one", 2), "one");
        assertEquals(
                1, assertInstanceOf(SharedBarrier.class, theirs.attach("one")).getParties());
    }
}
