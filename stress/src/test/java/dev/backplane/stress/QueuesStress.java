package dev.backplane.stress;

import dev.backplane.SharedQueue;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// A queue loses nothing, doubles nothing, and publishes what was done before an element was put.
public class QueuesStress {
    private static Supply<SharedQueue<String>> supply(int capacity) {
        return Supply.of((m, name) -> m.queue(name, capacity));
    }

    private static int number(@Nullable String element) {
        return element == null ? 0 : Integer.parseInt(element);
    }

    /// Two claims to put get two places.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, 1, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Producers {
        private static final Supply<SharedQueue<String>> SUPPLY = supply(4);
        private final SharedQueue<String> queue = SUPPLY.take();

        @Actor
        public void one() {
            queue.offer("1");
        }

        @Actor
        public void two() {
            queue.offer("2");
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = number(queue.poll());
            r.r2 = number(queue.poll());
            r.r3 = number(queue.poll());
            SUPPLY.giveBack(queue);
        }
    }

    /// Of two claims to the last place one succeeds.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class LastPlace {
        private static final Supply<SharedQueue<String>> SUPPLY = supply(1);
        private final SharedQueue<String> queue = SUPPLY.take();

        @Actor
        public void one(III_Result r) {
            r.r1 = queue.offer("1") ? 1 : 0;
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = queue.offer("2") ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = number(queue.poll());
            SUPPLY.giveBack(queue);
        }
    }

    /// Of two claims to the only element one succeeds.
    @JCStressTest
    @Outcome(
            id = {"7, 0, 0", "0, 7, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Consumers {
        private static final Supply<SharedQueue<String>> SUPPLY = supply(4);
        private final SharedQueue<String> queue = SUPPLY.take();

        public Consumers() {
            queue.add("7");
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = number(queue.poll());
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = number(queue.poll());
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = number(queue.poll());
            SUPPLY.giveBack(queue);
        }
    }

    /// Who takes an element sees what its producer did before.
    @JCStressTest
    @Outcome(
            id = {"0, -1", "5, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Publication {
        private static final Supply<SharedQueue<String>> SUPPLY = supply(2);
        private final SharedQueue<String> queue = SUPPLY.take();
        private int plain;

        @Actor
        public void producer() {
            plain = 42;
            queue.offer("5");
        }

        @Actor
        public void consumer(II_Result r) {
            r.r1 = number(queue.poll());
            r.r2 = r.r1 == 0 ? -1 : plain;
        }

        @Arbiter
        public void end() {
            queue.clear();
            SUPPLY.giveBack(queue);
        }
    }

    /// One waits for a place, and gets the one that the other makes: a wake-up is not lost, nor an element.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class WaitForAPlace {
        private static final Supply<SharedQueue<String>> SUPPLY = supply(1);
        private final SharedQueue<String> queue = SUPPLY.take();

        public WaitForAPlace() {
            queue.add("1");
        }

        @Actor
        public void producer() {
            Waits.get(() -> {
                queue.put("2");
                return 0;
            });
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = Waits.get(() -> number(queue.take()));
            r.r2 = Waits.get(() -> number(queue.take()));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = number(queue.poll());
            SUPPLY.giveBack(queue);
        }
    }
}
