package dev.backplane.stress;

import dev.backplane.SharedLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// What must be found, or else finding nothing would mean nothing.
public class Canary {
    /// Two additions that are not one step each, and expected never to be lost.
    @JCStressTest
    @Outcome(
            id = {"2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class LostUpdate {
        private static final Supply<SharedLong> SUPPLY = Supply.of((m, name) -> m.longValue(name));
        private final SharedLong value = SUPPLY.take();

        @Actor
        public void one() {
            value.set(value.get() + 1);
        }

        @Actor
        public void two() {
            value.set(value.get() + 1);
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = (int) value.getAndSet(0);
            SUPPLY.giveBack(value);
        }
    }
}
