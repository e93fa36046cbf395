package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Append, tail and replay in one JVM.
final class JournalTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:30Z");
    private static final JournalOptions OPTIONS = JournalOptions.of("text").withRoll(RollPeriod.MINUTE);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ManualClock clock = new ManualClock(NOON);

    private Path path() {
        return directory.resolve("journal");
    }

    private Journal open() throws IOException {
        return Journal.openOrCreate(path(), OPTIONS.withClock(clock));
    }

    private static long append(Journal journal, String text) {
        return journal.append(text.getBytes(UTF_8));
    }

    private static String text(JournalEntry entry) {
        return new String(entry.bytes(), UTF_8);
    }

    private static List<String> texts(Stream<JournalEntry> entries) {
        try (entries) {
            return entries.map(JournalTest::text).toList();
        }
    }

    private static String next(JournalTailer tailer) {
        final List<String> seen = new ArrayList<>();
        assertTrue(tailer.next(entry -> seen.add(text(entry))), "no entry");
        return seen.getFirst();
    }

    @Test
    void whatIsAppendedIsReplayedInOrder() throws Exception {
        try (Journal journal = open()) {
            assertEquals(-1, journal.lastIndex());
            assertEquals(List.of(), texts(journal.replay(0)));
            final long first = append(journal, "one");
            append(journal, "");
            final byte[] all = new byte[256];
            IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
            final long last = journal.append(all);
            assertEquals(last, journal.lastIndex());
            try (Stream<JournalEntry> entries = journal.replay(0)) {
                final List<JournalEntry> list = entries.toList();
                assertEquals(3, list.size());
                assertEquals(first, list.getFirst().index());
                assertEquals(NOON, list.getFirst().time());
                assertEquals("", text(list.get(1)));
                assertArrayEquals(all, list.getLast().bytes());
            }
        }
    }

    @Test
    void anotherOpeningGoesOnAndSeesAll() throws Exception {
        try (Journal journal = open()) {
            append(journal, "one");
            try (Journal other = open()) {
                append(other, "two");
                append(journal, "three");
                assertEquals(List.of("one", "two", "three"), texts(other.replay(0)));
            }
        }
        try (Journal journal = open()) {
            append(journal, "four");
            assertEquals(List.of("one", "two", "three", "four"), texts(journal.replay(0)));
        }
    }

    @Test
    void tailersAreIndependentAndResumeWhereTheyWere() throws Exception {
        try (Journal journal = open()) {
            IntStream.range(0, 5).forEach(i -> append(journal, "" + i));
            try (JournalTailer a = journal.tailer("a");
                    JournalTailer b = journal.tailer("b")) {
                assertEquals("0", next(a));
                assertEquals("1", next(a));
                assertEquals("0", next(b));
                assertNotNull(b.peek()); // Shown, not advanced over.
            }
        }
        try (Journal journal = open();
                JournalTailer a = journal.tailer("a");
                JournalTailer b = journal.tailer("b")) {
            assertEquals("2", next(a));
            assertEquals("1", next(b));
            assertEquals(List.of("a", "b"), List.copyOf(journal.tailers().keySet()));
            assertEquals(a.position(), journal.tailers().get("a"));
        }
    }

    @Test
    void tailerAtTheEndSeesWhatComesLater() throws Exception {
        try (Journal journal = open();
                JournalTailer tailer = journal.tailer("late")) {
            assertNull(tailer.peek());
            append(journal, "one");
            assertEquals("one", next(tailer));
            assertNull(tailer.peek(Duration.ofMillis(1)));
            assertNull(tailer.peek(Duration.ofSeconds(Long.MIN_VALUE)));
            clock.advance(Duration.ofMinutes(3));
            append(journal, "two");
            assertEquals("two", next(tailer));
            assertNull(tailer.peek());
        }
        clock.advance(Duration.ofMinutes(1));
        try (Journal journal = open()) {
            append(journal, "three"); // In a roll file that the position knows nothing of.
            try (JournalTailer tailer = journal.tailer("late")) {
                assertEquals("three", next(tailer));
            }
        }
    }

    @Test
    void consumerThatThrowsSeesTheEntryAgain() throws Exception {
        try (Journal journal = open();
                JournalTailer tailer = journal.tailer("t")) {
            append(journal, "one");
            assertThrows(
                    IllegalStateException.class,
                    () -> tailer.next(entry -> {
                        throw new IllegalStateException("not now");
                    }));
            assertEquals("one", next(tailer));
            assertThrows(IllegalStateException.class, tailer::advance);
        }
    }

    @Test
    void transferMovesOverWhatTheQueueHasTaken() throws Exception {
        try (Journal journal = open();
                JournalTailer tailer = journal.tailer("t")) {
            IntStream.range(0, 3).forEach(i -> append(journal, "" + i));
            final BlockingQueue<JournalEntry> queue = new ArrayBlockingQueue<>(2);
            final Thread mover = Thread.ofPlatform().start(() -> {
                try {
                    tailer.transferTo(queue);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            // The third waits for room, or will; the interrupt ends that.
            while (queue.remainingCapacity() > 0) {
                Thread.onSpinWait();
            }
            mover.interrupt();
            mover.join();
            assertEquals(
                    List.of("0", "1"), queue.stream().map(JournalTest::text).toList());
            queue.clear();
            assertEquals(1, tailer.transferTo(queue));
            assertEquals("2", text(queue.remove()));
        }
    }

    @Test
    void nameHasOneReaderAtATime() throws Exception {
        try (Journal journal = open();
                Journal other = open()) {
            final JournalTailer tailer = journal.tailer("t");
            Refusal.of(JournalException.class, () -> other.tailer("t"), "tailer t is in use");
            Refusal.of(JournalException.class, () -> journal.tailer("t"), "tailer t is in use");
            Refusal.of(JournalException.class, () -> other.forgetTailer("t"), "in use");
            tailer.close();
            other.tailer("t").close();
            Refusal.of(IllegalArgumentException.class, () -> journal.tailer("a/b"), "a/b", "letters");
            Refusal.of(IllegalStateException.class, tailer::peek, "closed");
        }
    }

    @Test
    void replayBeginsAtAnIndexOrATime() throws Exception {
        try (Journal journal = open()) {
            final List<Long> indices = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                indices.add(append(journal, "" + i));
                clock.advance(Duration.ofSeconds(20)); // Three roll files and a half.
            }
            assertEquals(List.of("8", "9"), texts(journal.replay(indices.get(8))));
            assertEquals(List.of(), texts(journal.replay(indices.get(9) + 1)));
            assertEquals(List.of(), texts(journal.replay(indices.get(9) + 1000)));
            assertEquals(10, texts(journal.replay(indices.get(0) - 1)).size());
            assertEquals(List.of("5", "6", "7", "8", "9"), texts(journal.replay(NOON.plusSeconds(100))));
            assertEquals(List.of("6", "7", "8", "9"), texts(journal.replay(NOON.plusSeconds(101))));
            assertEquals(
                    10, texts(journal.replay(Instant.EPOCH.minusSeconds(1))).size());
            assertEquals(10, texts(journal.replay(Instant.MIN)).size());
            assertEquals(List.of(), texts(journal.replay(NOON.plusSeconds(181))));
            assertEquals(List.of(), texts(journal.replay(Instant.MAX)));
            clock.advance(Duration.ofMinutes(10));
            append(journal, "after a gap");
            assertEquals(List.of("after a gap"), texts(journal.replay(NOON.plusSeconds(400))));
        }
    }

    @Test
    void clockThatGoesBackKeepsTheOrder() throws Exception {
        try (Journal journal = open()) {
            append(journal, "one");
            clock.advance(Duration.ofMinutes(5));
            append(journal, "two");
            clock.advance(Duration.ofMinutes(-10));
            append(journal, "three");
            assertEquals(List.of("one", "two", "three"), texts(journal.replay(0)));
        }
        try (Journal journal = open()) {
            append(journal, "four");
            assertEquals(List.of("one", "two", "three", "four"), texts(journal.replay(0)));
        }
    }

    @Test
    void manyThreadsAppendWholeEntries() throws Exception {
        final int each = 2_000;
        try (Journal journal = open();
                Journal other = open()) {
            final CyclicBarrier start = new CyclicBarrier(4);
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                final int id = t;
                final Journal own = t % 2 == 0 ? journal : other;
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    IntStream.range(0, each).forEach(i -> append(own, id + " " + i));
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            final List<String> all = texts(journal.replay(0));
            assertEquals(4 * each, all.size());
            for (int t = 0; t < 4; t++) {
                final String prefix = t + " ";
                assertEquals(
                        IntStream.range(0, each).mapToObj(i -> prefix + i).toList(),
                        all.stream().filter(line -> line.startsWith(prefix)).toList());
            }
        }
    }

    @Test
    void interruptedThreadAppendsAndStaysInterrupted() throws Exception {
        try (Journal journal = Journal.openOrCreate(path(), OPTIONS.withSync(true))) {
            Thread.currentThread().interrupt();
            append(journal, "one");
            assertTrue(Thread.interrupted());
            append(journal, "two");
            journal.sync();
            assertEquals(List.of("one", "two"), texts(journal.replay(0)));
            try (JournalTailer tailer = journal.tailer("t")) {
                tailer.moveTo(journal.lastIndex() + 1);
                Thread.currentThread().interrupt();
                assertThrows(InterruptedException.class, () -> tailer.peek(Duration.ofDays(1)));
            }
        }
    }

    @Test
    void largeEntriesAreTakenAndTooLargeOnesRefused() throws Exception {
        try (Journal journal = open()) {
            final byte[] largest = new byte[Journal.LARGEST_ENTRY];
            largest[largest.length - 1] = 7;
            for (int i = 0; i < 12; i++) {
                journal.append(largest); // Beyond one block of the file.
            }
            Refusal.of(
                    IllegalArgumentException.class,
                    () -> journal.append(new byte[Journal.LARGEST_ENTRY + 1]),
                    "8388609",
                    "8388608");
            try (Stream<JournalEntry> entries = journal.replay(0)) {
                assertEquals(
                        12,
                        entries.peek(entry -> assertArrayEquals(largest, entry.bytes()))
                                .count());
            }
        }
    }

    @Test
    void onlyTheOwnerMayUseTheFiles() throws Exception {
        try (Journal journal = open()) {
            append(journal, "one");
            clock.advance(Duration.ofMinutes(1));
            append(journal, "two");
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
            try (Stream<Path> files = Files.list(path())) {
                final List<Path> list = files.toList();
                assertTrue(list.size() >= 5, list.toString());
                for (Path file : list) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                            file.toString());
                }
            }
        }
    }
}
