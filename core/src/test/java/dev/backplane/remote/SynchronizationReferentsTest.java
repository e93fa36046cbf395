package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pickle.PythonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Locks, semaphores, conditions, events, barriers and queues that are made for clients.
final class SynchronizationReferentsTest {
    private final TestCaller a = new TestCaller();
    private final TestCaller b = new TestCaller();
    private final TestCaller c = new TestCaller();

    private static void assertRaises(String type, String text, PythonException e) {
        assertEquals("builtins." + type, e.type());
        assertTrue(e.text().contains(text), e::text);
    }

    private static void end(TestCaller caller, TestCaller.Waiting waiting) throws Exception {
        waiting.thread().interrupt();
        assertInstanceOf(InterruptedException.class, waiting.thrown());
        caller.releaseAll();
    }

    @Test
    void aPlainLockIsReleasedByAnybodyAndGoesToWhoWaits() throws Exception {
        final LockReferent lock = new LockReferent(false);
        assertRaises("RuntimeError", "release unlocked lock", a.refused(lock, "release"));
        assertEquals(true, a.call(lock, "acquire"));
        assertEquals(false, a.call(lock, "acquire", false));
        assertEquals(false, b.call(lock, "acquire", true, 0.001));
        final TestCaller.Waiting waiting = b.waiting(lock, "acquire");
        c.call(lock, "release");
        assertEquals(true, waiting.get());
        assertEquals(true, a.call(lock, "locked"));
        a.releaseAll();
        assertEquals(true, a.call(lock, "locked"), "its last acquirer lives");
        b.releaseAll();
        assertEquals(false, a.call(lock, "locked"));
    }

    @Test
    void aReentrantLockBelongsToItsCaller() throws Exception {
        final LockReferent lock = new LockReferent(true);
        assertEquals(true, a.call(lock, "acquire"));
        assertEquals(true, a.call(lock, "acquire", false));
        assertRaises("RuntimeError", "cannot release un-acquired lock", b.refused(lock, "release"));
        assertEquals(false, b.call(lock, "acquire", false));
        a.call(lock, "release");
        final TestCaller.Waiting waiting = b.waiting(lock, "acquire", true, 60);
        a.call(lock, "release");
        assertEquals(true, waiting.get());
        assertRaises("RuntimeError", "cannot release un-acquired lock", a.refused(lock, "release"));
    }

    @Test
    void aWaiterThatIsGonePassesItsWakeUpOn() throws Exception {
        final LockReferent lock = new LockReferent(false);
        a.call(lock, "acquire");
        final TestCaller.Waiting first = b.waiting(lock, "acquire");
        final TestCaller.Waiting second = c.waiting(lock, "acquire");
        end(b, first);
        a.releaseAll();
        assertEquals(true, second.get());
    }

    @Test
    void timeoutsOfLocksAreHeldToPythonsRules() throws Exception {
        final LockReferent lock = new LockReferent(false);
        assertRaises("ValueError", "can't specify a timeout", a.refused(lock, "acquire", false, 1));
        assertRaises("ValueError", "non-negative", a.refused(lock, "acquire", true, -2));
        assertRaises("TypeError", "must be real number", a.refused(lock, "acquire", true, "x"));
        assertRaises("ValueError", "NaN", a.refused(lock, "acquire", true, Double.NaN));
        assertEquals(true, a.call(lock, "acquire", true, -1));
    }

    @Test
    void permitsOfTheDeadComeBackUpToTheFirstNumber() throws Exception {
        final SemaphoreReferent semaphore = new SemaphoreReferent(false, 2);
        assertEquals(true, a.call(semaphore, "acquire"));
        assertEquals(true, b.call(semaphore, "acquire"));
        assertEquals(false, c.call(semaphore, "acquire", false));
        final TestCaller.Waiting waiting = c.waiting(semaphore, "acquire");
        a.releaseAll();
        assertEquals(true, waiting.get());
        b.call(semaphore, "release", 2); // Its own, and c's.
        c.releaseAll();
        assertEquals(true, a.call(semaphore, "acquire", false));
        assertEquals(true, a.call(semaphore, "acquire", false));
        assertEquals(false, a.call(semaphore, "acquire", false), "c's permit came back twice");
    }

    @Test
    void aMessageIsNotSentAgainWhenItsReaderEnds() throws Exception {
        final SemaphoreReferent messages = new SemaphoreReferent(false, 0);
        a.call(messages, "release");
        assertEquals(true, b.call(messages, "acquire"));
        b.releaseAll();
        assertEquals(false, a.call(messages, "acquire", false));
    }

    @Test
    void semaphoresRefuseWhatPythonsRefuse() throws Exception {
        final SemaphoreReferent bounded = new SemaphoreReferent(true, 1);
        assertRaises("ValueError", "Semaphore released too many times", a.refused(bounded, "release"));
        assertRaises("ValueError", "n must be one or more", a.refused(bounded, "release", 0));
        assertRaises("ValueError", "can't specify timeout", a.refused(bounded, "acquire", false, 1));
        assertRaises("ValueError", ">= 0", assertThrows(PythonException.class, () -> new SemaphoreReferent(false, -1)));
        final SemaphoreReferent full = new SemaphoreReferent(false, Long.MAX_VALUE);
        assertRaises("OverflowError", "permits", a.refused(full, "release"));
    }

    @Test
    void conditionsTellWhoHasWaitedLongestAndPassOnWhatTheDeadWereTold() throws Exception {
        final ConditionReferent condition = new ConditionReferent(new LockReferent(true));
        assertRaises("RuntimeError", "cannot wait on un-acquired lock", a.refused(condition, "wait"));
        assertRaises("RuntimeError", "cannot notify on un-acquired lock", a.refused(condition, "notify"));
        b.call(condition, "acquire");
        b.call(condition, "acquire");
        final TestCaller.Waiting first = b.waiting(condition, "wait");
        c.call(condition, "acquire");
        final TestCaller.Waiting second = c.waiting(condition, "wait", 60);
        a.call(condition, "acquire");
        a.call(condition, "notify"); // Tells b, which cannot have the lock yet, and dies.
        end(b, first);
        a.call(condition, "release");
        assertEquals(true, second.get());
        assertRaises("RuntimeError", "cannot notify", a.refused(condition, "notify"));
        c.call(condition, "release");
        a.call(condition, "acquire");
        assertEquals(false, a.call(condition, "wait", 0.01));
        a.call(condition, "release");
        assertRaises("RuntimeError", "un-acquired", a.refused(condition, "release"));
    }

    @Test
    void anEventThatIsClearedAtOnceHasWokenItsWaiters() throws Exception {
        final EventReferent event = new EventReferent();
        assertEquals(false, a.call(event, "wait", 0.001));
        final TestCaller.Waiting waiting = b.waiting(event, "wait");
        a.call(event, "set");
        a.call(event, "clear");
        assertEquals(true, waiting.get());
        assertEquals(false, a.call(event, "is_set"));
    }

    @Test
    void barriersCountArrivalsAndBreakAsPythonsDo() throws Exception {
        final BarrierReferent barrier = new BarrierReferent(2, Caller.FOREVER);
        final TestCaller.Waiting first = a.waiting(barrier, "wait");
        assertEquals(1L, b.call(barrier, "__getattribute__", "n_waiting"));
        assertEquals(1L, b.call(barrier, "wait"));
        assertEquals(0L, first.get());
        assertEquals(
                "threading.BrokenBarrierError",
                b.refused(barrier, "wait", 0.001).type());
        assertEquals(true, b.call(barrier, "__getattribute__", "broken"));
        assertEquals("threading.BrokenBarrierError", b.refused(barrier, "wait").type());
        b.call(barrier, "reset");
        final TestCaller.Waiting dies = c.waiting(barrier, "wait");
        end(c, dies);
        assertEquals("threading.BrokenBarrierError", b.refused(barrier, "wait").type());
        assertRaises("AttributeError", "no attribute 'action'", b.refused(barrier, "__getattribute__", "action"));
        assertThrows(PythonException.class, () -> new BarrierReferent(0, 0));
    }

    @Test
    void aResetThrowsOutWhoWaits() throws Exception {
        final BarrierReferent barrier = new BarrierReferent(2, Caller.FOREVER);
        final TestCaller.Waiting waiting = a.waiting(barrier, "wait");
        b.call(barrier, "reset");
        assertEquals(
                "threading.BrokenBarrierError",
                assertInstanceOf(PythonException.class, waiting.thrown()).type());
        assertEquals(false, b.call(barrier, "__getattribute__", "broken"));
    }

    @Test
    void queuesHoldAnythingInOrderAndUpToTheirSize() throws Exception {
        final QueueReferent queue = new QueueReferent(false, 2);
        a.call(queue, "put", (Object) null);
        a.call(queue, "put_nowait", 2L);
        assertEquals("queue.Full", a.refused(queue, "put", 3L, false).type());
        assertEquals("queue.Full", a.refused(queue, "put", 3L, true, 0.001).type());
        final TestCaller.Waiting putter = b.waiting(queue, "put", 3L);
        assertEquals(null, a.call(queue, "get"));
        putter.get();
        assertEquals(2L, a.call(queue, "get", List.of(), Map.of("timeout", 1L)));
        assertEquals(3L, a.call(queue, "get_nowait"));
        assertEquals("queue.Empty", a.refused(queue, "get", false).type());
        assertRaises("ValueError", "non-negative", a.refused(queue, "get", true, -1));
        assertRaises(
                "TypeError",
                "unexpected keyword argument 'x'",
                assertThrows(PythonException.class, () -> a.call(queue, "get", List.of(), Map.of("x", 1L))));
    }

    @Test
    void whoIsGoneTakesNothing() throws Exception {
        final QueueReferent queue = new QueueReferent(false, 0);
        final TestCaller.Waiting dies = b.waiting(queue, "get");
        final TestCaller.Waiting lives = c.waiting(queue, "get");
        end(b, dies);
        a.call(queue, "put", "item");
        assertEquals("item", lives.get());
    }

    @Test
    void joinWaitsForTheLivingOnly() throws Exception {
        final QueueReferent queue = new QueueReferent(true, 0);
        for (long i = 0; i < 3; i++) {
            a.call(queue, "put", i);
        }
        b.call(queue, "get");
        c.call(queue, "get");
        final TestCaller joiner = new TestCaller();
        final TestCaller.Waiting joining = joiner.waiting(queue, "join");
        b.releaseAll();
        c.call(queue, "task_done");
        assertEquals(2L, a.call(queue, "get"));
        assertEquals(false, joining.result().isDone(), "an item is at work");
        a.call(queue, "task_done");
        joining.get();
        a.call(queue, "task_done"); // That of b, which somebody has finished for it.
        assertRaises("ValueError", "task_done() called too many times", a.refused(queue, "task_done"));
    }

    @Test
    void shutDownQueuesGiveWhatTheyHaveAndNoMore() throws Exception {
        final QueueReferent queue = new QueueReferent(true, 0);
        a.call(queue, "put", 1L);
        a.call(queue, "shutdown");
        assertEquals("queue.ShutDown", a.refused(queue, "put", 2L).type());
        assertEquals(1L, a.call(queue, "get"));
        assertEquals("queue.ShutDown", a.refused(queue, "get").type());
        a.call(queue, "task_done");
        final QueueReferent other = new QueueReferent(true, 0);
        a.call(other, "put", 1L);
        final TestCaller.Waiting joining = b.waiting(other, "join");
        a.call(other, "shutdown", true);
        joining.get();
        assertEquals(0L, a.call(other, "qsize"));
    }

    @Test
    void whatCannotBeGivenBackKeepsNothingElse() throws Exception {
        final LockReferent lock = new LockReferent(false);
        a.holds(new Broken());
        a.call(lock, "acquire");
        a.releaseAll();
        assertEquals(true, b.call(lock, "acquire", false));
    }

    /// A referent whose manager is closed.
    private static final class Broken implements Referent {
        @Override
        public String typeId() {
            return "broken";
        }

        @Override
        public List<String> exposed() {
            return List.of();
        }

        @Override
        public @Nullable Object call(
                String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
            throw new UnknownMethodException(method, this);
        }

        @Override
        public void release(Caller caller) {
            throw new IllegalStateException("closed");
        }
    }

    @Test
    void whatIsToldOnceIsAwaitedInOneGo() throws Exception {
        final List<Long> attempts = new ArrayList<>();
        assertTrue(a.awaitAtOnce(attempts::add, Caller.FOREVER));
        assertEquals(List.of(Caller.FOREVER), attempts);
    }
}
