package dev.backplane.stress;

import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedSemaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Semaphores, events, latches, barriers and conditions: what is given is given once, and publishes.
public class SignalsStress {
    /// One permit goes to one of two.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Permit {
        private static final Supply<SharedSemaphore> SUPPLY = Supply.of((m, name) -> m.semaphore(name, 1));
        private final SharedSemaphore semaphore = SUPPLY.take();

        @Actor
        public void one(III_Result r) {
            r.r1 = semaphore.tryAcquire(1) ? 1 : 0;
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = semaphore.tryAcquire(1) ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = semaphore.availablePermits();
            semaphore.release(1);
            SUPPLY.giveBack(semaphore);
        }
    }

    /// A permit that was released is got by who waits, who sees what was done before.
    @JCStressTest
    @Outcome(
            id = {"42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Release {
        private static final Supply<SharedSemaphore> SUPPLY = Supply.of((m, name) -> m.semaphore(name, 0));
        private final SharedSemaphore semaphore = SUPPLY.take();
        private int plain;

        @Actor
        public void releaser() {
            plain = 42;
            semaphore.release(1);
        }

        @Actor
        public void acquirer(I_Result r) {
            r.r1 = Waits.get(() -> semaphore.tryAcquire(1, 1, TimeUnit.MINUTES)) ? plain : -1;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(semaphore);
        }
    }

    /// An event that is seen to be set publishes.
    @JCStressTest
    @Outcome(
            id = {"0, -1", "1, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Event {
        private static final Supply<SharedEvent> SUPPLY = Supply.of((m, name) -> m.event(name));
        private final SharedEvent event = SUPPLY.take();
        private int plain;

        @Actor
        public void setter() {
            plain = 42;
            event.set();
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = event.isSet() ? 1 : 0;
            r.r2 = r.r1 == 0 ? -1 : plain;
        }

        @Arbiter
        public void end() {
            event.clear();
            SUPPLY.giveBack(event);
        }
    }

    /// A wait for an event ends, and publishes.
    @JCStressTest
    @Outcome(
            id = {"42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class EventAwaited {
        private static final Supply<SharedEvent> SUPPLY = Supply.of((m, name) -> m.event(name));
        private final SharedEvent event = SUPPLY.take();
        private int plain;

        @Actor
        public void setter() {
            plain = 42;
            event.set();
        }

        @Actor
        public void waiter(I_Result r) {
            r.r1 = Waits.get(() -> event.await(1, TimeUnit.MINUTES)) ? plain : -1;
        }

        @Arbiter
        public void end() {
            event.clear();
            SUPPLY.giveBack(event);
        }
    }

    /// A latch that is seen open publishes.
    @JCStressTest
    @Outcome(
            id = {"0, -1", "1, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class LatchOfOne {
        private static final Supply<SharedLatch> SUPPLY = Supply.ofNew((m, name) -> m.latch(name, 1));
        private final SharedLatch latch = SUPPLY.take();
        private int plain;

        @Actor
        public void counter() {
            plain = 42;
            latch.countDown();
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = latch.getCount() == 0 ? 1 : 0;
            r.r2 = r.r1 == 0 ? -1 : plain;
        }
    }

    /// Two who wait for the permit of each other's end get it: nobody sleeps for ever.
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class PermitHandedOn {
        private static final Supply<SharedSemaphore> SUPPLY = Supply.of((m, name) -> m.semaphore(name, 1));
        private final SharedSemaphore semaphore = SUPPLY.take();
        private int plain;

        private int turn() {
            semaphore.acquireUninterruptibly(1);
            try {
                return ++plain;
            } finally {
                semaphore.release(1);
            }
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = turn();
        }

        @Actor
        public void two(II_Result r) {
            r.r2 = turn();
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(semaphore);
        }
    }

    /// A latch opens at the last count, and who passes it sees what all did before.
    @JCStressTest
    @Outcome(
            id = {"0, -1, -1", "1, 41, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Latch {
        private static final Supply<SharedLatch> SUPPLY = Supply.ofNew((m, name) -> m.latch(name, 2));
        private final SharedLatch latch = SUPPLY.take();
        private int plain1;
        private int plain2;

        @Actor
        public void one() {
            plain1 = 41;
            latch.countDown();
        }

        @Actor
        public void two() {
            plain2 = 42;
            latch.countDown();
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = latch.getCount() == 0 ? 1 : 0;
            r.r2 = r.r1 == 0 ? -1 : plain1;
            r.r3 = r.r1 == 0 ? -1 : plain2;
        }
    }

    /// Who passes a barrier sees what the other did before it.
    @JCStressTest
    @Outcome(
            id = {"42, 41"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Barrier {
        private static final Supply<SharedBarrier> SUPPLY = Supply.of((m, name) -> m.barrier(name, 2));
        private final SharedBarrier barrier = SUPPLY.take();
        private int plain1;
        private int plain2;

        @Actor
        public void one(II_Result r) {
            plain1 = 41;
            Waits.get(() -> barrier.await(1, TimeUnit.MINUTES));
            r.r1 = plain2;
        }

        @Actor
        public void two(II_Result r) {
            plain2 = 42;
            Waits.get(() -> barrier.await(1, TimeUnit.MINUTES));
            r.r2 = plain1;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(barrier);
        }
    }

    /// A signal reaches who waits, or what it tells of is seen before the wait.
    @JCStressTest
    @Outcome(
            id = {"42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Condition {
        private record Both(SharedLock lock, SharedCondition condition) {}

        private static final Supply<Both> SUPPLY = Supply.of((m, name) -> {
            final SharedLock lock = m.lock("lock"); // One for all of a segment: they contend for it, too.
            return new Both(lock, m.condition(name, lock));
        });
        private final Both both = SUPPLY.take();
        private int plain;

        @Actor
        public void signaller() {
            both.lock.lock();
            try {
                plain = 42;
                both.condition.signal();
            } finally {
                both.lock.unlock();
            }
        }

        @Actor
        public void waiter(I_Result r) {
            both.lock.lock();
            try {
                while (plain == 0) {
                    both.condition.awaitUninterruptibly();
                }
                r.r1 = plain;
            } finally {
                both.lock.unlock();
            }
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(both);
        }
    }
}
