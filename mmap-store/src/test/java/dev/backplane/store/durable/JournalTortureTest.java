package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Appenders and tailers that are killed at random moments.
final class JournalTortureTest {
    private static final int ROUNDS = 3;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static List<String> texts(Journal journal) {
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            return entries.map(entry -> new String(entry.bytes(), UTF_8)).toList();
        }
    }

    /// The numbers that a JVM has printed.
    private static List<Integer> numbers(Jvm jvm) {
        return jvm.transcript().stream()
                .filter(line -> line.startsWith("out: "))
                .map(line -> Integer.valueOf(line.substring("out: ".length())))
                .toList();
    }

    /// Kills it, and reads all that it had printed, which [Jvm#kill] need not.
    private static void kill(Jvm jvm) {
        jvm.signal("KILL");
        jvm.waitForExit();
    }

    private static void awaitLines(Jvm jvm, int count) {
        for (int i = 0; i < count; i++) {
            jvm.expectStartsWith("");
        }
    }

    @Test
    void whatAKilledAppenderHasSaidIsInTheJournal() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final Path path = directory.resolve("journal");
        try (Journal journal = Journal.openOrCreate(path, JournalProcess.OPTIONS)) {
            for (int round = 0; round < ROUNDS; round++) {
                final String a = "a" + round;
                final String b = "b" + round;
                try (Jvm first = JournalProcess.fork("append", path.toString(), a);
                        Jvm second = JournalProcess.fork("append", path.toString(), b)) {
                    awaitLines(first, 100 + random.nextInt(2000));
                    kill(first);
                    // The other gets on, whatever the first held.
                    awaitLines(second, second.transcript().size() + 100 + random.nextInt(500));
                    kill(second);
                    journal.append(("own " + round).getBytes(UTF_8));
                    final List<String> all = texts(journal);
                    assertEquals("own " + round, all.getLast());
                    assertWhole(all, a, numbers(first).getLast(), seed);
                    assertWhole(all, b, numbers(second).getLast(), seed);
                }
            }
        }
    }

    /// All that was said is there, in order, and at most one more.
    private static void assertWhole(List<String> all, String name, int lastSaid, Seed seed) {
        final List<String> own =
                all.stream().filter(text -> text.startsWith(name + " ")).toList();
        assertTrue(
                own.size() == lastSaid + 1 || own.size() == lastSaid + 2,
                own.size() + ", said " + lastSaid + " " + seed);
        assertEquals(
                IntStream.range(0, own.size()).mapToObj(i -> name + " " + i).toList(), own);
    }

    @Test
    void killedTailerLeavesNothingOutAndSeesOneEntryTwiceAtMost() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final Path path = directory.resolve("journal");
        int entries = 0;
        try (Journal journal = Journal.openOrCreate(path, JournalProcess.OPTIONS)) {
            int expected = 0;
            for (int round = 0; round < ROUNDS; round++) {
                // More than it can read until it is killed, in each round.
                for (int end = entries + 20_000; entries < end; entries++) {
                    journal.append(("" + entries).getBytes(UTF_8));
                }
                try (Jvm tailer = JournalProcess.fork("tail", path.toString(), "t")) {
                    awaitLines(tailer, 1 + random.nextInt(2000));
                    kill(tailer);
                    final List<Integer> seen = numbers(tailer);
                    final int first = seen.getFirst();
                    assertTrue(
                            first == expected || first == expected - 1, first + ", expected " + expected + " " + seed);
                    assertEquals(
                            IntStream.range(first, first + seen.size()).boxed().toList(), seen);
                    expected = seen.getLast() + 1;
                }
            }
            try (JournalTailer tailer = journal.tailer("t")) {
                final JournalEntry next = tailer.peek();
                final int first = next == null ? entries : Integer.parseInt(new String(next.bytes(), UTF_8));
                assertTrue(first == expected || first == expected - 1, first + ", expected " + expected + " " + seed);
            }
        }
    }
}
