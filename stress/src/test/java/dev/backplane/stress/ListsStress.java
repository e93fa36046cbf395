package dev.backplane.stress;

import dev.backplane.SharedList;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Elements of lists are read whole, without a lock, while others set and move them.
public class ListsStress {
    private static final String[] VALUES = {"", "a".repeat(60), "b".repeat(60), "c".repeat(60)};

    private static int which(String value) {
        for (int i = 0; i < VALUES.length; i++) {
            if (VALUES[i].equals(value)) {
                return i;
            }
        }
        return -1;
    }

    /// An element is set so often that the copy that a reader is at is written again; its writer's plain data is seen.
    @JCStressTest
    @Outcome(
            id = {"0, -1", "1, 42", "2, 42", "3, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ListElement {
        private static final Supply<SharedList<String>> SUPPLY = Supply.of((m, name) -> m.list(name, String.class, 2));
        private final SharedList<String> list = SUPPLY.take();
        private int plain;

        public ListElement() {
            list.add(VALUES[0]);
        }

        @Actor
        public void writer() {
            plain = 42;
            list.set(0, VALUES[1]);
            list.set(0, VALUES[2]);
            list.set(0, VALUES[3]);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = which(list.get(0));
            r.r2 = r.r1 == 0 ? -1 : plain;
        }

        @Arbiter
        public void end() {
            list.clear();
            SUPPLY.giveBack(list);
        }
    }

    /// Elements move: a reader finds the one of before or the one of after at their place, never a third.
    @JCStressTest
    @Outcome(
            id = {"1", "2", "3"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ListShift {
        private static final Supply<SharedList<String>> SUPPLY = Supply.of((m, name) -> m.list(name, String.class, 4));
        private final SharedList<String> list = SUPPLY.take();

        public ListShift() {
            list.add(VALUES[1]);
            list.add(VALUES[2]);
        }

        @Actor
        public void writer() {
            list.remove(0);
            list.add(0, VALUES[3]);
            list.add(VALUES[0]);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = which(list.get(0));
        }

        @Arbiter
        public void end() {
            list.clear();
            SUPPLY.giveBack(list);
        }
    }

    /// Two add, and a reader sees whole elements, as many as the size that it saw before.
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ListOfThree {
        private static final Supply<SharedList<String>> SUPPLY = Supply.of((m, name) -> m.list(name, String.class, 4));
        private final SharedList<String> list = SUPPLY.take();

        @Actor
        public void one() {
            list.add(VALUES[1]);
        }

        @Actor
        public void two() {
            list.add(VALUES[2]);
        }

        @Actor
        public void reader(II_Result r) {
            final int size = list.size();
            r.r1 = size;
            for (int i = 0; i < size; i++) {
                r.r1 = which(list.get(i)) > 0 ? r.r1 : -1;
            }
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = which(list.get(0)) + which(list.get(1)) == 3 ? list.size() : -1;
            list.clear();
            SUPPLY.giveBack(list);
        }
    }

    /// Of two that add none is lost.
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ListAdds {
        private static final Supply<SharedList<String>> SUPPLY = Supply.of((m, name) -> m.list(name, String.class, 4));
        private final SharedList<String> list = SUPPLY.take();

        @Actor
        public void one() {
            list.add(VALUES[1]);
        }

        @Actor
        public void two() {
            list.add(VALUES[2]);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = which(list.get(0));
            r.r2 = which(list.get(1));
            list.clear();
            SUPPLY.giveBack(list);
        }
    }
}
