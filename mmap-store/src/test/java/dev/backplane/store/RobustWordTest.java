package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.RobustWord.Outcome;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two attachments of one JVM stand for two processes: they are two participants. `abandon` ends one as a kill
/// would.
final class RobustWordTest {
    private static final ObjectSpec SPEC = new ObjectSpec("word", 1, 1, 64, 0, 0);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Segment first;
    private Segment second;
    private RobustWord mine;
    private RobustWord theirs;

    @BeforeEach
    void attachTwice() throws IOException {
        first = Segment.create(directory.resolve("segment"), StepVictim.OPTIONS);
        second = Segment.open(first.path(), StepVictim.OPTIONS);
        mine = word(first);
        theirs = word(second);
    }

    @AfterEach
    void close() throws IOException {
        first.close();
    }

    private static RobustWord word(Segment segment) throws IOException {
        return new RobustWord(
                segment, segment.catalog().createOrAttach(SPEC, memory -> {}).memory(), 0);
    }

    @Test
    void ownersExcludeEachOther() {
        assertTrue(mine.tryAcquireFree());
        assertTrue(mine.isMine());
        assertFalse(theirs.isMine());
        assertFalse(theirs.tryAcquireFree());
        assertEquals(Outcome.TIMED_OUT, theirs.tryAcquire());
        assertEquals(Outcome.TIMED_OUT, mine.tryAcquire());
        mine.release();
        assertEquals(0, mine.word());
        assertEquals(Outcome.ACQUIRED, theirs.tryAcquire());
        theirs.release();
    }

    @Test
    void releasingWhatOneDoesNotOwnIsRefused() {
        assertThrows(IllegalMonitorStateException.class, mine::release);
        theirs.tryAcquireFree();
        assertThrows(IllegalMonitorStateException.class, mine::release);
        assertThrows(IllegalMonitorStateException.class, mine::releaseAbandoned);
        assertTrue(theirs.isMine());
    }

    @Test
    void waitsAreLimited() throws InterruptedException {
        theirs.tryAcquireFree();
        final long start = System.nanoTime();
        final long timeout = TimeUnit.MILLISECONDS.toNanos(120);
        assertEquals(Outcome.TIMED_OUT, mine.acquire(Waiting.byDefault(), timeout, true));
        assertTrue(System.nanoTime() - start >= timeout);
        assertEquals(Outcome.TIMED_OUT, mine.acquire(Waiting.spin(), 0, true));
        assertEquals(Outcome.TIMED_OUT, mine.acquire(Waiting.block(), -1, true));
    }

    @Test
    void aWaiterIsWokenByTheRelease() throws Exception {
        Abandonment.assumeSeen();
        theirs.tryAcquireFree();
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Outcome> waiter = threads.submit(() -> mine.acquire(Waiting.block()));
            Eventually.holds("the waiter has announced itself", () -> (theirs.word() & OwnerWord.CONTENDED) != 0);
            theirs.release();
            assertEquals(Outcome.ACQUIRED, waiter.get());
        }
        mine.release();
        assertEquals(0, mine.word());
    }

    @Test
    void anInterruptEndsAnInterruptibleWaitOnly() throws Exception {
        theirs.tryAcquireFree();
        final AtomicReference<Thread> waiting = new AtomicReference<>();
        try (var threads = Executors.newFixedThreadPool(1)) {
            final Future<Outcome> interruptible = threads.submit(() -> {
                waiting.set(Thread.currentThread());
                return mine.acquire(Waiting.block(), WaitLoop.FOREVER, true);
            });
            Eventually.holds("the waiter has announced itself", () -> (theirs.word() & OwnerWord.CONTENDED) != 0);
            waiting.get().interrupt();
            assertTrue(
                    assertThrows(java.util.concurrent.ExecutionException.class, interruptible::get)
                                    .getCause()
                            instanceof InterruptedException);
            final Future<Boolean> uninterruptible = threads.submit(() -> {
                Thread.currentThread().interrupt();
                mine.acquire(Waiting.block());
                return Thread.interrupted();
            });
            theirs.release();
            assertTrue(uninterruptible.get(), "the interrupt status is kept");
        }
    }

    @Test
    void aDeadOwnersWordIsTakenOver() throws InterruptedException {
        theirs.tryAcquireFree();
        Abandonment.of(second);
        assertEquals(Outcome.ABANDONED, mine.acquire(Waiting.byDefault(), WaitLoop.FOREVER, true));
        assertTrue(mine.isMine());
        mine.release();
        assertEquals(0, mine.word());
        assertEquals(Outcome.ACQUIRED, mine.tryAcquire());
        mine.release();
    }

    @Test
    void tryAcquireFindsADeadOwnerAtOnce() {
        theirs.tryAcquireFree();
        Abandonment.of(second);
        assertEquals(Outcome.ABANDONED, mine.tryAcquire());
        mine.release();
    }

    @Test
    void anAbandonedWordStaysSoUntilReleasedAsConsistent() {
        theirs.tryAcquireFree();
        Abandonment.of(second);
        assertEquals(Outcome.ABANDONED, mine.tryAcquire());
        mine.releaseAbandoned();
        assertFalse(mine.tryAcquireFree());
        assertEquals(Outcome.ABANDONED, mine.tryAcquire());
        mine.release();
        assertTrue(mine.tryAcquireFree());
        mine.release();
    }

    @Test
    void aSweepFreesADeadOwnersWord() throws IOException {
        theirs.tryAcquireFree();
        Abandonment.of(second);
        assertEquals(1, first.sweepDead());
        assertEquals(OwnerWord.OWNER_DIED, mine.word());
        assertEquals(0, first.sweepDead());
        assertEquals(Outcome.ABANDONED, mine.tryAcquire());
        mine.release();
    }

    @Test
    void aSweepLeavesTheLivingAlone() throws IOException {
        final Segment third = Segment.open(first.path(), StepVictim.OPTIONS);
        Abandonment.of(third);
        theirs.tryAcquireFree();
        assertEquals(1, first.sweepDead());
        assertTrue(theirs.isMine());
        theirs.release();
    }

    @Test
    void sleepersOfADeadOwnerAreFreedByAnybodysSweep() throws Exception {
        Abandonment.assumeSeen();
        theirs.tryAcquireFree();
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Outcome> waiter = threads.submit(() -> mine.acquire(Waiting.block()));
            Eventually.holds("the waiter has announced itself", () -> (theirs.word() & OwnerWord.CONTENDED) != 0);
            Abandonment.of(second);
            try (Segment third = Segment.open(first.path(), StepVictim.OPTIONS)) {
                third.sweepDead();
                assertEquals(Outcome.ABANDONED, waiter.get());
            }
        }
        mine.release();
    }

    /// Death after each step of acquire and release, each step called alone, before the next.
    @Test
    void deathAfterEachStepLeavesAWordThatCanBeAcquired() throws IOException {
        final List<String> failures = new ArrayList<>();
        final List<java.util.function.Consumer<RobustWord>> lives = List.of(
                word -> {},
                word -> word.take(0, 0),
                word -> word.take(0, OwnerWord.CONTENDED),
                word -> {
                    word.take(0, 0);
                    word.announce(word.word());
                },
                word -> {
                    word.take(0, 0);
                    word.releaseAbandoned();
                },
                word -> {
                    word.take(0, 0);
                    word.release();
                });
        for (int i = 0; i < lives.size(); i++) {
            final Segment victim = Segment.open(first.path(), StepVictim.OPTIONS);
            lives.get(i).accept(word(victim));
            Abandonment.of(victim);
            if (mine.acquire(Waiting.block()) == Outcome.TIMED_OUT || !mine.isMine()) {
                failures.add("life " + i + " left " + OwnerWord.describe(mine.word()));
            }
            mine.release();
            first.sweepDead();
        }
        assertEquals(List.of(), failures);
        assertEquals(2, first.participants().list().size());
    }

    @Test
    void closingEndsWaits() throws Exception {
        Abandonment.assumeSeen();
        theirs.tryAcquireFree();
        try (var threads = Executors.newSingleThreadExecutor()) {
            final Future<Outcome> waiter = threads.submit(() -> mine.acquire(Waiting.block()));
            Eventually.holds("the waiter has announced itself", () -> (theirs.word() & OwnerWord.CONTENDED) != 0);
            first.close();
            assertTrue(
                    assertThrows(java.util.concurrent.ExecutionException.class, waiter::get)
                                    .getCause()
                            instanceof IllegalStateException);
        }
    }

    @Test
    void closingGivesBackWhatIsHeldAndLateReleasesHarmNobody() throws IOException {
        mine.tryAcquireFree();
        first.close();
        assertEquals(Outcome.ABANDONED, theirs.tryAcquire());
        assertThrows(IllegalMonitorStateException.class, mine::release);
        assertTrue(theirs.isMine());
        theirs.release();
        second.close();
    }

    @Test
    void manyThreadsOfTwoProcessesCountExactly() throws Exception {
        final int rounds = 5_000;
        final long[] counter = new long[1];
        try (var threads = Executors.newFixedThreadPool(4)) {
            final List<Future<?>> running = new ArrayList<>();
            for (RobustWord word : List.of(mine, theirs, mine, theirs)) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < rounds; i++) {
                        word.acquire(Waiting.byDefault());
                        counter[0]++;
                        word.release();
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(4 * rounds, counter[0]);
        assertEquals(0, mine.word());
    }
}
