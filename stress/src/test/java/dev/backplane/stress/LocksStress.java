package dev.backplane.stress;

import dev.backplane.LockOptions;
import dev.backplane.SharedLock;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedOnce;
import dev.backplane.SharedReadWriteLock;
import java.util.concurrent.locks.Lock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// Locks exclude, and publish what is stored plainly under them.
public class LocksStress {
    private static final Supply<SharedLongArray> COUNTERS = Supply.of((m, name) -> m.longArray(name, 1));

    /// Counts plainly, in the heap and in shared memory, under a lock.
    private static int count(Lock lock, Counter counter) {
        lock.lock();
        try {
            counter.shared.set(0, counter.shared.get(0) + 1);
            return ++counter.heap;
        } finally {
            lock.unlock();
        }
    }

    private static final class Counter {
        private final SharedLongArray shared = COUNTERS.take();
        private int heap;

        private int end() {
            final int both = heap == shared.get(0) ? heap : -1;
            shared.set(0, 0);
            COUNTERS.giveBack(shared);
            return both;
        }
    }

    /// The lock word.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 2", "2, 1, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Exclusion {
        private static final Supply<SharedLock> SUPPLY = Supply.of((m, name) -> m.lock(name));
        private final SharedLock lock = SUPPLY.take();
        private final Counter counter = new Counter();

        @Actor
        public void one(III_Result r) {
            r.r1 = count(lock, counter);
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = count(lock, counter);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = counter.end();
            SUPPLY.giveBack(lock);
        }
    }

    /// Three at the lock word, so that one of the sleepers is passed over.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 3", "1, 3, 2", "2, 1, 3", "2, 3, 1", "3, 1, 2", "3, 2, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ExclusionOfThree {
        private static final Supply<SharedLock> SUPPLY = Supply.of((m, name) -> m.lock(name));
        private final SharedLock lock = SUPPLY.take();
        private final Counter counter = new Counter();

        @Actor
        public void one(III_Result r) {
            r.r1 = count(lock, counter);
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = count(lock, counter);
        }

        @Actor
        public void three(III_Result r) {
            r.r3 = count(lock, counter);
        }

        @Arbiter
        public void end() {
            if (counter.end() != 3) {
                throw new AssertionError("a count in shared memory was lost");
            }
            SUPPLY.giveBack(lock);
        }
    }

    /// A fair lock's hand-over.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 2", "2, 1, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class FairExclusion {
        private static final Supply<SharedLock> SUPPLY =
                Supply.of((m, name) -> m.lock(name, LockOptions.defaults().asFair()));
        private final SharedLock lock = SUPPLY.take();
        private final Counter counter = new Counter();

        @Actor
        public void one(III_Result r) {
            r.r1 = count(lock, counter);
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = count(lock, counter);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = counter.end();
            SUPPLY.giveBack(lock);
        }
    }

    /// A try that succeeds publishes as well; one that does not says nothing.
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Tries {
        private static final Supply<SharedLock> SUPPLY = Supply.of((m, name) -> m.lock(name));
        private final SharedLock lock = SUPPLY.take();
        private int plain;

        private int attempt() {
            if (!lock.tryLock()) {
                return 0;
            }
            try {
                return ++plain;
            } finally {
                lock.unlock();
            }
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = attempt();
        }

        @Actor
        public void two(II_Result r) {
            r.r2 = attempt();
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(lock);
        }
    }

    /// A reader sees all of a write, or nothing of it.
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ReadersAndAWriter {
        private static final Supply<SharedReadWriteLock> SUPPLY = Supply.of((m, name) -> m.readWriteLock(name));
        private final SharedReadWriteLock lock = SUPPLY.take();
        private int x;
        private int y;

        @Actor
        public void writer() {
            lock.writeLock().lock();
            try {
                x = 1;
                y = 1;
            } finally {
                lock.writeLock().unlock();
            }
        }

        @Actor
        public void reader(II_Result r) {
            lock.readLock().lock();
            try {
                r.r2 = y;
                r.r1 = x;
            } finally {
                lock.readLock().unlock();
            }
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(lock);
        }
    }

    /// An initialiser runs once, and what it stored is seen by whoever comes after it.
    @JCStressTest
    @Outcome(
            id = {"42, 42, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Once {
        private static final Supply<SharedOnce> SUPPLY = Supply.ofNew((m, name) -> m.once(name));
        private final SharedOnce once = SUPPLY.take();
        private int plain;
        private int runs;

        private int run() {
            once.run(() -> {
                runs++;
                plain = 42;
            });
            return plain;
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = run();
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = run();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = runs;
        }
    }
}
