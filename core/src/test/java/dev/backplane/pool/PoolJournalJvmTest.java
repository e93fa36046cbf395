package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalException;
import dev.backplane.store.durable.JournalOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Maps that record what they have done, in JVMs with the flags that journals need.
final class PoolJournalJvmTest {
    private static final int COUNT = 20;
    private static final int CHUNK = 2;
    private static final List<Integer> NUMBERS =
            IntStream.range(0, COUNT).boxed().toList();
    private static final List<Integer> SQUARES =
            NUMBERS.stream().map(x -> x * x).toList();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Jvm fork(Class<?> main, String... more) {
        final Stream<String> paths = Stream.of(
                directory.resolve("journal").toString(),
                directory.resolve("segment").toString());
        return Jvm.builder()
                .options(Journal.jvmFlags().toArray(String[]::new))
                .fork(main, Stream.concat(paths, Stream.of(more)).toArray(String[]::new));
    }

    /// What the functions of these tests tell of: how often each element was done, and whether one may be.
    private record Witness(SharedLongArray times, SharedLong forbidden, SharedEvent gate) {
        static Witness of(Manager manager) throws IOException {
            return new Witness(
                    manager.longArray("times", COUNT), manager.longValue("forbidden"), manager.event("gate"));
        }
    }

    private static int square(int x, SharedLongArray times, SharedLong forbidden) {
        if (forbidden.get() == x) {
            throw new IllegalArgumentException("no " + x);
        }
        times.getAndAdd(x, 1);
        return x * x;
    }

    private static List<Integer> squares(ProcessPool pool, Witness witness, List<Integer> numbers, MapJournal journal)
            throws Exception {
        final SharedLongArray times = witness.times;
        final SharedLong forbidden = witness.forbidden;
        return pool.map(numbers, x -> square(x, times, forbidden), CHUNK, journal);
    }

    /// The calls of one process after another failed.
    static final class Repeats {
        private Repeats() {}

        public static void main(String[] arguments) throws Exception {
            final MapJournal journal = MapJournal.at(Path.of(arguments[0])).withSync(true);
            try (Manager manager = Manager.open(Path.of(arguments[1]), SegmentOptions.defaults());
                    ProcessPool pool = ProcessPool.of(1)) {
                final Witness witness = Witness.of(manager);
                witness.forbidden.set(7);
                final TaskException failed =
                        assertThrows(TaskException.class, () -> squares(pool, witness, NUMBERS, journal));
                assertTrue(failed.toString().contains("no 7"), failed::toString);
                witness.forbidden.set(-1);
                assertEquals(SQUARES, squares(pool, witness, NUMBERS, journal));
                final long[] times = witness.times.toArray();
                for (int i = 0; i < 6; i++) {
                    assertEquals(1, times[i], "times of " + i + " in " + Arrays.toString(times));
                }
                assertEquals(SQUARES, squares(pool, witness, NUMBERS, journal));
                assertArrayEquals(times, witness.times.toArray());
                refusals(pool, witness, journal);
                assertArrayEquals(times, witness.times.toArray());
            }
            System.out.println("done");
        }

        private static void refusals(ProcessPool pool, Witness witness, MapJournal journal) {
            final SharedLongArray times = witness.times;
            final SharedLong forbidden = witness.forbidden;
            Refusal.of(
                    JournalException.class,
                    () -> squares(pool, witness, NUMBERS.subList(0, 3), journal),
                    "3 elements instead of 20",
                    "another directory");
            Refusal.of(
                    JournalException.class,
                    () -> squares(pool, witness, NUMBERS.reversed(), journal),
                    "its elements do not serialize equally");
            Refusal.of(
                    JournalException.class,
                    () -> pool.map(NUMBERS, x -> square(x, times, forbidden), CHUNK + 1, journal),
                    "chunks of 3 instead of 2",
                    "its function is a lambda of " + Repeats.class.getName() + " instead of a lambda of "
                            + PoolJournalJvmTest.class.getName());
            Refusal.of(
                    JournalException.class,
                    () -> squares(pool, new Witness(times.slice(1, COUNT), forbidden, witness.gate), NUMBERS, journal),
                    "its function, a lambda of " + PoolJournalJvmTest.class.getName() + ", is another one there");
            Refusal.of(IllegalArgumentException.class, () -> pool.map(NUMBERS, x -> x, 0, journal), "chunkSize is 0");
        }
    }

    @Test
    void whatWasDoneBeforeATaskFailedIsNotDoneAgainAndOtherCallsAreRefused() {
        try (Jvm jvm = fork(Repeats.class)) {
            jvm.expect("done");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// Entries that no map has written, or half of one.
    static final class Strange {
        private Strange() {}

        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            try (Manager manager = Manager.open(Path.of(arguments[1]), SegmentOptions.defaults());
                    ProcessPool pool = ProcessPool.of(1)) {
                final Witness witness = Witness.of(manager);
                witness.forbidden.set(0);
                assertThrows(TaskException.class, () -> squares(pool, witness, NUMBERS, MapJournal.at(path)));
                append(path);
                pool.apply(() -> 1); // The only worker has nothing left of the call before.
                witness.forbidden.set(-1);
                witness.times.clear();
                assertEquals(SQUARES, squares(pool, witness, NUMBERS, MapJournal.at(path)));
                final long[] expected = new long[COUNT];
                Arrays.fill(expected, 1);
                expected[4] = 0;
                expected[5] = 0;
                assertArrayEquals(expected, witness.times.toArray());
                damage(path, part(1, 0, 1, 4, 9));
                assertEquals(SQUARES, squares(pool, witness, NUMBERS, MapJournal.at(path)));
                expected[2]++;
                expected[3]++;
                assertArrayEquals(expected, witness.times.toArray());

                final Path other = path.resolveSibling("other");
                try (Journal journal = Journal.openOrCreate(other, JournalOptions.of("pool-map 1"))) {
                    journal.append(part(0, 0, 1, 0, 1));
                }
                Refusal.of(
                        JournalException.class,
                        () -> squares(pool, witness, NUMBERS, MapJournal.at(other)),
                        "does not begin with the call of a map");
                large(pool, path.resolveSibling("large"));
            }
            System.out.println("done");
        }

        private static byte[] part(int chunk, int index, int count, Object... results) {
            return new MapRecord.Part(chunk, index, count, MemorySegment.ofArray(Elements.write(results))).toBytes();
        }

        /// Of all these, chunk 2 alone is whole.
        private static void append(Path path) throws IOException {
            try (Journal journal = Journal.open(path, JournalOptions.of("pool-map 1"))) {
                journal.append(new byte[0]);
                journal.append(new byte[] {9});
                journal.append(new byte[] {MapRecord.PART, 1});
                journal.append(part(-1, 0, 1, 1, 1));
                journal.append(part(COUNT, 0, 1, 1, 1));
                journal.append(part(3, 0, 1, 1));
                journal.append(part(3, -1, 0, 1, 1));
                journal.append(part(3, 1, 2, 1, 1));
                journal.append(part(3, 0, 2, 1, 1));
                journal.append(part(4, 1, 2, 1, 1));
                journal.append(new MapRecord.Part(3, 0, 1, MemorySegment.ofArray(new byte[] {7, 7})).toBytes());
                final MemorySegment whole = MemorySegment.ofArray(Elements.write(new Object[] {16, 25}));
                journal.append(new MapRecord.Part(2, 0, 2, whole.asSlice(0, 3)).toBytes());
                journal.append(new MapRecord.Part(2, 0, 2, whole.asSlice(0, 3)).toBytes());
                journal.append(new MapRecord.Part(2, 1, 2, whole.asSlice(3)).toBytes());
                journal.append(part(2, 0, 1, -1, -1));
                journal.append(part(3, 0, 2, 1, 1));
            }
        }

        /// Changes the last byte of an entry, which is in the journal once.
        private static void damage(Path path, byte[] entry) throws IOException {
            final List<Path> files;
            try (Stream<Path> all = Files.list(path)) {
                files = all.filter(file -> file.toString().endsWith(".cq4")).toList();
            }
            try (Arena arena = Arena.ofConfined();
                    FileChannel channel =
                            FileChannel.open(files.getFirst(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                final MemorySegment file = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
                final MemorySegment sought = MemorySegment.ofArray(entry);
                long at = 0;
                while (file.asSlice(at, entry.length).mismatch(sought) >= 0) {
                    at++;
                }
                file.set(ValueLayout.JAVA_BYTE, at + entry.length - 1, (byte) ~entry[entry.length - 1]);
            }
        }

        /// Results of more bytes than an entry can have.
        private static void large(ProcessPool pool, Path path) throws Exception {
            final int length = Journal.LARGEST_ENTRY + 1000;
            for (int i = 0; i < 2; i++) {
                final List<byte[]> results = pool.map(List.of(length), byte[]::new, MapJournal.at(path));
                assertEquals(length, results.getFirst().length);
            }
        }
    }

    @Test
    void whatIsNotAChunkInAJournalCostsNothingButItsChunk() {
        try (Jvm jvm = fork(Strange.class)) {
            jvm.expect("done");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// A call that stops half way until a gate opens, and says so.
    static final class HalfWay {
        private HalfWay() {}

        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            try (Manager manager = Manager.open(Path.of(arguments[1]), SegmentOptions.defaults());
                    ProcessPool pool = ProcessPool.of(2)) {
                final Witness witness = Witness.of(manager);
                final SharedLongArray times = witness.times;
                final SharedEvent gate = witness.gate;
                final Thread watch = Thread.ofPlatform().daemon().unstarted(() -> awaitHalf(path));
                if (arguments.length > 2) {
                    watch.start();
                }
                try {
                    final List<Integer> results = pool.map(
                            NUMBERS,
                            x -> {
                                times.getAndAdd(x, 1);
                                awaitGate(x, gate);
                                return x * x;
                            },
                            CHUNK,
                            MapJournal.at(path));
                    System.out.println(results.equals(SQUARES));
                    System.out.println(Arrays.toString(times.toArray()));
                } catch (JournalException e) {
                    System.out.println(e.getMessage());
                }
            }
        }

        private static void awaitGate(int x, SharedEvent gate) {
            try {
                if (x >= COUNT / 2) {
                    gate.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void awaitHalf(Path path) {
            Eventually.holds("half is recorded", () -> {
                try (Journal journal = Journal.open(path, JournalOptions.of("pool-map 1"));
                        var entries = journal.replay(0)) {
                    return entries.count() == 1 + COUNT / 2 / CHUNK;
                } catch (IOException | JournalException e) {
                    return false; // It is not made yet.
                }
            });
            System.out.println("half");
        }
    }

    @Test
    void aCallGoesOnAfterItsProcessWasKilledHalfWayAndHasItsJournalForItself() throws Exception {
        try (Jvm killed = fork(HalfWay.class, "watched")) {
            killed.expect("half");
            try (Jvm other = fork(HalfWay.class)) {
                assertTrue(other.expectStartsWith("a map with journal ").contains("is under way"));
                assertEquals(0, other.waitForExit());
            }
            killed.kill();
        }
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final Witness witness = Witness.of(manager);
            witness.gate.set();
            try (Jvm resumed = fork(HalfWay.class)) {
                resumed.expect("true");
                resumed.expectStartsWith("[");
                assertEquals(0, resumed.waitForExit());
            }
            final long[] times = witness.times.toArray();
            for (int i = 0; i < COUNT; i++) {
                assertTrue(times[i] >= 1 && times[i] <= (i < COUNT / 2 ? 1 : 2), Arrays.toString(times));
            }
        }
    }

    @Test
    void aJvmWithoutTheFlagsIsToldWhatToAdd() throws Exception {
        try (ProcessPool pool = ProcessPool.of(1)) {
            Refusal.of(
                    JournalException.class,
                    () -> pool.map(NUMBERS, x -> x, MapJournal.at(directory.resolve("journal"))),
                    "--add-exports=");
        }
    }
}
