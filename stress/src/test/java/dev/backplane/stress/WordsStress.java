package dev.backplane.stress;

import dev.backplane.SharedBoolean;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// Values of one word.
public class WordsStress {
    /// No addition is lost, and each tells what it added to.
    @JCStressTest
    @Outcome(
            id = {"0, 1, 3", "2, 0, 3"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Addition {
        private static final Supply<SharedLong> SUPPLY = Supply.of((m, name) -> m.longValue(name));
        private final SharedLong value = SUPPLY.take();

        @Actor
        public void one(III_Result r) {
            r.r1 = (int) value.getAndAdd(1);
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = (int) value.getAndAdd(2);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = (int) value.getAndSet(0);
            SUPPLY.giveBack(value);
        }
    }

    /// Of two exchanges from the same value one succeeds.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Exchange {
        private static final Supply<SharedLong> SUPPLY = Supply.of((m, name) -> m.longValue(name));
        private final SharedLong value = SUPPLY.take();

        @Actor
        public void one(III_Result r) {
            r.r1 = value.compareAndSet(0, 1) ? 1 : 0;
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = value.compareAndSet(0, 2) ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = (int) value.getAndSet(0);
            SUPPLY.giveBack(value);
        }
    }

    /// Of two volatile stores at least one is seen by the other's load.
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class StoreThenLoad {
        private static final Supply<SharedLong> LONGS = Supply.of((m, name) -> m.longValue(name));
        private static final Supply<SharedBoolean> BOOLEANS = Supply.of((m, name) -> m.booleanValue(name));
        private final SharedLong x = LONGS.take();
        private final SharedBoolean y = BOOLEANS.take();

        @Actor
        public void one(II_Result r) {
            x.set(1);
            r.r1 = y.get() ? 1 : 0;
        }

        @Actor
        public void two(II_Result r) {
            y.set(true);
            r.r2 = (int) x.get();
        }

        @Arbiter
        public void end() {
            x.set(0);
            y.set(false);
            LONGS.giveBack(x);
            BOOLEANS.giveBack(y);
        }
    }

    /// What was stored plainly before a release store, in the heap and in shared memory, is seen after the acquire load
    /// that saw it.
    @JCStressTest
    @Outcome(
            id = {"0, -1, -1", "1, 42, 43"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Publication {
        private static final Supply<SharedLongArray> SUPPLY = Supply.of((m, name) -> m.longArray(name, 32));
        private final SharedLongArray array = SUPPLY.take();
        private int plain;

        @Actor
        public void writer() {
            plain = 42;
            array.set(0, 43);
            array.setRelease(31, 1);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = (int) array.getAcquire(31);
            r.r2 = r.r1 == 0 ? -1 : plain;
            r.r3 = r.r1 == 0 ? -1 : (int) array.get(0);
        }

        @Arbiter
        public void end() {
            array.fill(0);
            SUPPLY.giveBack(array);
        }
    }
}
