package dev.backplane.stress;

import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.SharedStruct;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codecs;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Values that are replaced as a whole are read as a whole; entries of maps are the old or the new ones.
public class ValuesStress {
    private static final String[] VALUES = {"", "a".repeat(60), "b".repeat(60), "c".repeat(60)};

    private static int which(@Nullable String value) {
        for (int i = 0; i < VALUES.length; i++) {
            if (VALUES[i].equals(value)) {
                return i;
            }
        }
        return value == null ? 0 : -1;
    }

    /// Two fields that are always equal.
    ///
    /// @param a the one
    /// @param b the other
    public record Pair(long a, long b) {}

    /// A sequence lock: two writes, as many as would make an old copy the new one, and a read.
    @JCStressTest
    @Outcome(
            id = {"1, 42", "2, 42", "3, 42", "0, -1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Value {
        private static final Supply<SharedValue<String>> SUPPLY =
                Supply.of((m, name) -> m.value(name, String.class, 64));
        private final SharedValue<String> value = SUPPLY.take();
        private int plain;

        public Value() {
            value.set(VALUES[0]);
        }

        @Actor
        public void writer() {
            plain = 42;
            value.set(VALUES[1]);
            value.set(VALUES[2]);
            value.set(VALUES[3]);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = which(value.get());
            r.r2 = r.r1 == 0 ? -1 : plain;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(value);
        }
    }

    /// A read of a struct sees no half of an update.
    @JCStressTest
    @Outcome(
            id = {"0", "1", "2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class StructRead {
        private static final Supply<SharedStruct<Pair>> SUPPLY = Supply.of((m, name) -> m.struct(name, Pair.class));
        private final SharedStruct<Pair> struct = SUPPLY.take();

        public StructRead() {
            struct.set(new Pair(0, 0));
        }

        @Actor
        public void writer() {
            struct.set(new Pair(1, 1));
            struct.set(new Pair(2, 2));
        }

        @Actor
        public void reader(I_Result r) {
            final Pair pair = struct.get();
            r.r1 = pair.a() == pair.b() ? (int) pair.a() : -1;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(struct);
        }
    }

    /// Of two updates none is lost.
    @JCStressTest
    @Outcome(
            id = {"2, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class StructUpdates {
        private static final Supply<SharedStruct<Pair>> SUPPLY = Supply.of((m, name) -> m.struct(name, Pair.class));
        private final SharedStruct<Pair> struct = SUPPLY.take();

        public StructUpdates() {
            struct.set(new Pair(0, 0));
        }

        private void update() {
            struct.update(pair -> new Pair(pair.a() + 1, pair.b() + 1));
        }

        @Actor
        public void one() {
            update();
        }

        @Actor
        public void two() {
            update();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = (int) struct.get().a();
            r.r2 = (int) struct.get().b();
            SUPPLY.giveBack(struct);
        }
    }

    /// Two updates of a struct, none of which is lost, and a read that sees no half of either.
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class StructOfThree {
        private static final Supply<SharedStruct<Pair>> SUPPLY = Supply.of((m, name) -> m.struct(name, Pair.class));
        private final SharedStruct<Pair> struct = SUPPLY.take();

        public StructOfThree() {
            struct.set(new Pair(0, 0));
        }

        private void update() {
            struct.update(pair -> new Pair(pair.a() + 1, pair.b() + 1));
        }

        @Actor
        public void one() {
            update();
        }

        @Actor
        public void two() {
            update();
        }

        @Actor
        public void reader(II_Result r) {
            final Pair pair = struct.get();
            r.r1 = pair.a() == pair.b() ? (int) pair.a() : -1;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = (int) struct.get().b();
            SUPPLY.giveBack(struct);
        }
    }

    private static Supply<SharedMap<String, String>> maps() {
        return Supply.of((m, name) -> m.map(
                name,
                Codecs.of(String.class),
                Codecs.of(String.class),
                MapOptions.entries(4).withKeyBytes(8).withValueBytes(64)));
    }

    /// A put beside a read: the old value or the new one, and with the new one what was done before.
    @JCStressTest
    @Outcome(
            id = {"1, -1", "2, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class MapPut {
        private static final Supply<SharedMap<String, String>> SUPPLY = maps();
        private final SharedMap<String, String> map = SUPPLY.take();
        private int plain;

        public MapPut() {
            map.put("k", VALUES[1]);
        }

        @Actor
        public void writer() {
            plain = 42;
            map.put("k", VALUES[2]);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = which(map.get("k"));
            r.r2 = r.r1 == 2 ? plain : -1;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(map);
        }
    }

    /// A removal, after which another entry takes the cell, beside a read: never the other entry's value.
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class MapRemove {
        private static final Supply<SharedMap<String, String>> SUPPLY = maps();
        private final SharedMap<String, String> map = SUPPLY.take();

        public MapRemove() {
            map.clear();
            map.put("k", VALUES[1]);
        }

        @Actor
        public void writer() {
            map.remove("k");
            map.put("l", VALUES[2]);
            map.put("m", VALUES[3]);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = which(map.get("k"));
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(map);
        }
    }

    /// Of two insertions of one key one is first.
    @JCStressTest
    @Outcome(
            id = {"0, 1, 1", "2, 0, 2"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class MapPutIfAbsent {
        private static final Supply<SharedMap<String, String>> SUPPLY = maps();
        private final SharedMap<String, String> map = SUPPLY.take();

        public MapPutIfAbsent() {
            map.clear();
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = which(map.putIfAbsent("k", VALUES[1]));
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = which(map.putIfAbsent("k", VALUES[2]));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = which(map.get("k"));
            SUPPLY.giveBack(map);
        }
    }
}
