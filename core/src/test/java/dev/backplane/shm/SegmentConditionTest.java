package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.store.Abandonment;
import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conditions within one JVM, whose two managers are two participants.
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry", "JavaUtilDate"}) // Single waits, odd uses: what is tested.
final class SegmentConditionTest extends TwoAttachments {
    private SharedLock lock;
    private SharedCondition condition;

    @BeforeEach
    void open() throws IOException {
        lock = mine.lock("lock");
        condition = mine.condition("condition", lock);
    }

    private int waiting() {
        try (SegmentView view = SegmentView.open(directory.resolve("segment"))) {
            return ObjectDescription.of(view).stream()
                    .filter(object -> object.type().equals("condition"))
                    .mapToInt(object -> Integer.parseInt(object.state().replace(" waiting", "")))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void untilWaiting(int count) {
        Eventually.holds(count + " wait", () -> waiting() == count);
    }

    private static <T> FutureTask<T> started(Callable<T> task) {
        final FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future);
        return future;
    }

    /// A wait for one signal, in a thread of its own.
    private static FutureTask<Boolean> waiter(Manager manager) throws IOException {
        final SharedLock lock = manager.lock("lock");
        final SharedCondition condition = manager.condition("condition", lock);
        return started(() -> {
            lock.lock();
            try {
                return condition.await(1, TimeUnit.MINUTES);
            } finally {
                lock.unlock();
            }
        });
    }

    private void signal() {
        lock.lock();
        try {
            condition.signal();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void withoutTheLockNothingIsAllowed() {
        Refusal.of(IllegalMonitorStateException.class, condition::signal, "lock");
        assertThrows(IllegalMonitorStateException.class, condition::signalAll);
        assertThrows(IllegalMonitorStateException.class, condition::await);
        assertThrows(IllegalMonitorStateException.class, () -> condition.awaitNanos(1));
        assertThrows(IllegalMonitorStateException.class, condition::awaitUninterruptibly);
    }

    @Test
    void oneSignalLetsOneGoOnAndEachInTurn() throws Exception {
        final List<FutureTask<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(waiter(i % 2 == 0 ? mine : theirs));
            untilWaiting(i + 1);
        }
        for (int left = 3; left >= 0; left--) {
            signal();
            untilWaiting(left);
        }
        for (Future<Boolean> waiter : waiters) {
            assertTrue(waiter.get());
        }
        signal();
        assertEquals(0, waiting(), "a signal to nobody is not kept");
    }

    @Test
    void signalsOfOneProcessGoToWhoWaitsLongest() throws Exception {
        final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        final List<FutureTask<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final int number = i;
            waiters.add(started(() -> {
                lock.lock();
                try {
                    assertTrue(condition.await(1, TimeUnit.MINUTES));
                    order.add(number);
                } finally {
                    lock.unlock();
                }
                return null;
            }));
            untilWaiting(i + 1);
        }
        for (int left = 4; left >= 0; left--) {
            signal();
            untilWaiting(left);
        }
        for (Future<Void> waiter : waiters) {
            waiter.get();
        }
        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @Test
    void signalAllLetsAllGoOn() throws Exception {
        final List<FutureTask<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiters.add(waiter(i % 2 == 0 ? mine : theirs));
        }
        untilWaiting(6);
        lock.lock();
        condition.signalAll();
        assertFalse(waiters.getFirst().isDone(), "they need the lock");
        lock.unlock();
        for (Future<Boolean> waiter : waiters) {
            assertTrue(waiter.get());
        }
        assertEquals(0, waiting());
    }

    @Test
    void timesOutWithoutDriftAndHoldsTheLockAgain() throws Exception {
        lock.lock();
        lock.lock();
        final long start = System.nanoTime();
        assertTrue(condition.awaitNanos(TimeUnit.MILLISECONDS.toNanos(120)) <= 0);
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(120));
        assertEquals(2, lock.holdCount());
        assertFalse(condition.await(0, TimeUnit.SECONDS));
        assertFalse(condition.await(-1, TimeUnit.SECONDS));
        assertFalse(condition.await(Duration.ofMillis(1)));
        assertFalse(condition.awaitUntil(Date.from(java.time.Instant.EPOCH)));
        assertFalse(condition.awaitFor(() -> false, Duration.ofMillis(1)));
        assertTrue(condition.awaitFor(() -> true, Duration.ZERO));
        assertEquals(2, lock.holdCount());
        lock.unlock();
        lock.unlock();
        assertEquals(0, waiting());
    }

    @Test
    void anInterruptEndsAWaitAndLeavesTheOthersTheirSignals() throws Exception {
        final FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
            lock.lock();
            try {
                return condition.await(1, TimeUnit.MINUTES);
            } finally {
                lock.unlock();
            }
        });
        final Thread thread = Thread.ofPlatform().start(interrupted);
        untilWaiting(1);
        final FutureTask<Boolean> other = waiter(mine);
        untilWaiting(2);
        thread.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, interrupted::get).getCause());
        untilWaiting(1);
        signal();
        assertTrue(other.get());
        lock.lock();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, condition::await);
        assertEquals(1, lock.holdCount());
        lock.unlock();
    }

    @Test
    void timesOfLongAgoAreUp() throws Exception {
        lock.lock();
        assertTrue(condition.awaitNanos(Long.MIN_VALUE) < 0);
        assertFalse(condition.awaitUntil(new Date(Long.MIN_VALUE)));
        lock.unlock();
    }

    /// A dead process used an object whose entry is damaged: who waits comes upon it, and cannot sweep.
    @Test
    void aWaitThatFailsHoldsTheLockAgainAndLeavesTheLine() throws Exception {
        Abandonment.assumeSeen();
        final Path path = directory.resolve("segment");
        final FutureTask<Integer> failing = started(() -> {
            lock.lock();
            lock.lock();
            try {
                Refusal.of(SegmentException.class, condition::awaitUninterruptibly, "damaged");
                return lock.holdCount();
            } finally {
                lock.unlock();
                lock.unlock();
            }
        });
        untilWaiting(1);
        final Manager victim = Manager.open(path, SegmentOptions.defaults());
        victim.longValue("damaged");
        final long length = Looks.entryAt(path, "damaged") + 24;
        final byte[] whole = Looks.write(path, length, Looks.ofLong(1L << 60));
        Abandonment.of(Scene.segment(victim));
        assertEquals(2, failing.get());
        Looks.write(path, length, whole);
        assertEquals(0, waiting());
        final FutureTask<Boolean> next = waiter(mine);
        untilWaiting(1);
        signal();
        assertTrue(next.get());
    }

    @Test
    void anInterruptIsKeptWhereTheLocksOwnerDied() throws Exception {
        Abandonment.assumeSeen();
        final FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
            lock.lock();
            try {
                assertThrows(OwnerDiedException.class, condition::await);
                return Thread.interrupted();
            } finally {
                lock.unlock();
            }
        });
        final Thread thread = Thread.ofPlatform().start(interrupted);
        untilWaiting(1);
        final Manager victim = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
        final SharedLock doomed = victim.lock("lock");
        doomed.lock();
        thread.interrupt();
        Eventually.holds("it waits for the lock", () -> (wordOf(doomed) & OwnerWord.CONTENDED) != 0);
        Abandonment.of(Scene.segment(victim));
        assertTrue(interrupted.get());
    }

    private static int wordOf(SharedLock lock) {
        return Scene.read(lock, new IntField(LockLayout.WORD_OFFSET));
    }

    @Test
    void anUninterruptibleWaitKeepsTheStatus() throws Exception {
        final FutureTask<Boolean> waiter = started(() -> {
            Thread.currentThread().interrupt();
            lock.lock();
            condition.awaitUninterruptibly();
            lock.unlock();
            return Thread.interrupted();
        });
        untilWaiting(1);
        signal();
        assertTrue(waiter.get());
    }

    @Test
    void aClosedProcessPassesItsSignalsOn() throws Exception {
        final FutureTask<Boolean> closing = waiter(theirs);
        untilWaiting(1);
        final FutureTask<Boolean> second = waiter(theirs);
        untilWaiting(2);
        final FutureTask<Boolean> staying = waiter(mine);
        untilWaiting(3);
        lock.lock();
        condition.signal();
        condition.signal(); // One to each process: the lock keeps both from returning.
        theirs.close();
        lock.unlock();
        assertTrue(staying.get());
        for (Future<Boolean> waiter : List.of(closing, second)) {
            assertInstanceOf(
                    IllegalStateException.class,
                    assertThrows(ExecutionException.class, waiter::get).getCause());
        }
        assertEquals(0, waiting());
    }

    /// The counts of a dead one are damaged: its sweep makes no more stores for them than it has to.
    ///
    /// @param waiters of the dead one, and of the second process
    /// @param signalled how many of the others are signalled
    @ParameterizedTest
    @CsvSource({"0,1,0", "1,1,1", "1000,700,701", "2147483647,1,2", "2147483647,2147483647,2147483647"})
    void farTooManySignalsOfADeadProcessArePassedOnSoon(int waiters, int others, int signalled) throws Exception {
        Abandonment.assumeSeen();
        final Manager victim = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
        final Region doomed = region(victim);
        final Region survivor = region(mine);
        set(ConditionLayout.SIGNALS, doomed, Integer.MAX_VALUE);
        set(ConditionLayout.WAITERS, doomed, waiters);
        set(ConditionLayout.WAITERS, survivor, 1);
        set(ConditionLayout.WAITERS, region(theirs), others);
        Abandonment.of(doomed.segment());
        final boolean isEndless = Mortality.diesBefore(100_000, survivor.segment()::sweepDead);
        if (isEndless) {
            Abandonment.of(survivor.segment());
        }
        assertFalse(isEndless);
        assertEquals(0, get(ConditionLayout.SIGNALS, doomed));
        assertEquals(0, get(ConditionLayout.WAITERS, doomed));
        assertEquals(signalled, get(ConditionLayout.SIGNALS, survivor) + get(ConditionLayout.SIGNALS, region(theirs)));
    }

    private static Region region(Manager manager) throws IOException {
        return ((SegmentCondition) manager.condition("condition", manager.lock("lock"))).region();
    }

    private static long own(Region region) {
        return PerSlot.intAt(OwnerWord.slotOf(region.segment().self()));
    }

    private static int get(IntField field, Region region) {
        return field.getVolatile(region.memory(), own(region));
    }

    private static void set(IntField field, Region region, int count) {
        field.setVolatile(region.memory(), own(region), count);
    }

    @Test
    void itBelongsToOneLockAndTravelsWithItsHandle() throws Exception {
        Refusal.of(
                IllegalArgumentException.class,
                () -> theirs.condition("condition", lock),
                "condition",
                "of the same manager");
        final SharedLock other = mine.lock("other");
        assertThrows(RuntimeException.class, () -> mine.condition("condition", other));
        final SharedCondition attached = assertInstanceOf(SharedCondition.class, theirs.attach("condition"));
        assertEquals("lock", attached.lock().name());
        final SharedCondition drawn = other.newCondition();
        final SharedCondition reached = assertInstanceOf(SharedCondition.class, theirs.attach(drawn.name()));
        assertEquals("other", reached.lock().name());
        assertTrue(mine.remove("lock"));
        assertThrows(java.util.NoSuchElementException.class, () -> theirs.attach("condition"));
    }

    /// A bounded buffer of one, as in the documentation of [java.util.concurrent.locks.Condition].
    @Test
    void producersAndConsumersOfTwoProcessesLoseNothing() throws Exception {
        final int items = 2_000;
        final SharedLong full = mine.longValue("full");
        final SharedLong sum = mine.longValue("sum");
        mine.condition("empty", lock);
        try (var threads = Executors.newFixedThreadPool(8)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                final boolean producer = i < 4;
                final Manager manager = i % 2 == 0 ? mine : theirs;
                final SharedLock guard = manager.lock("lock");
                final SharedCondition become = manager.condition(producer ? "empty" : "condition", guard);
                final SharedCondition made = manager.condition(producer ? "condition" : "empty", guard);
                final BooleanSupplier ready = () -> (full.get() == 0) == producer;
                running.add(threads.submit(() -> {
                    for (int n = 0; n < items; n++) {
                        guard.lock();
                        try {
                            become.awaitFor(ready);
                            full.set(producer ? 1 : 0);
                            sum.getAndAdd(producer ? 1 : -1);
                            made.signal();
                        } finally {
                            guard.unlock();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(0, sum.get());
        assertEquals(0, waiting());
    }
}
