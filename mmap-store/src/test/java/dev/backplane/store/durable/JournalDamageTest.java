package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Journals that others have damaged, and places where no journal is.
final class JournalDamageTest {
    private static final int ENTRIES = 100;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final JournalOptions options =
            JournalOptions.of("text").withRoll(RollPeriod.MINUTE).withClock(clock);
    private final List<Long> indices = new ArrayList<>();
    private Path path = Path.of("");

    /// Two roll files, with a hundred entries each.
    @BeforeEach
    void fill() throws IOException {
        path = directory.resolve("journal");
        try (Journal journal = Journal.openOrCreate(path, options)) {
            for (int i = 0; i < 2 * ENTRIES; i++) {
                if (i == ENTRIES) {
                    clock.advance(Duration.ofMinutes(1));
                }
                indices.add(journal.append(("entry " + i).getBytes(UTF_8)));
            }
        }
    }

    private Path rollFile(int number) throws IOException {
        return rollFile(path, number);
    }

    private static Path rollFile(Path path, int number) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList()
                    .get(number);
        }
    }

    private static long find(Path file, String text) throws IOException {
        final byte[] all = Files.readAllBytes(file);
        final int at = new String(all, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0, text);
        return at;
    }

    private static void cut(Path file, long size) throws IOException {
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(size);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        flip(file, at, 0);
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(at);
            final int value = damaged.read();
            damaged.seek(at);
            damaged.write(value ^ 1 << bit);
        }
    }

    private static long count(Stream<JournalEntry> entries) {
        try (entries) {
            return entries.count();
        }
    }

    @Test
    void changedByteIsToldAndCanBePassedOver() throws Exception {
        final Path file = rollFile(0);
        flip(file, find(file, "entry 50"));
        try (Journal journal = Journal.open(path, options);
                JournalTailer tailer = journal.tailer("t")) {
            Refusal.of(JournalException.class, () -> count(journal.replay(0)), "entry " + indices.get(50), "sum");
            for (int i = 0; i < 50; i++) {
                assertTrue(tailer.next(entry -> {}));
            }
            Refusal.of(JournalException.class, tailer::peek, "entry " + indices.get(50));
            Refusal.of(JournalException.class, tailer::peek, "entry " + indices.get(50));
            tailer.moveTo(indices.get(50) + 1);
            long left = 0;
            while (tailer.next(entry -> {})) {
                left++;
            }
            assertEquals(2 * ENTRIES - 51, left);
        }
    }

    /// The length that the queue keeps before a record, which no sum is of: some changes make an excerpt end where the
    /// next but one begins, or have hundreds of MiB.
    @Test
    void changedLengthOfAnExcerptIsTold() throws Exception {
        final Path own = directory.resolve("own");
        final List<Long> at = new ArrayList<>();
        try (Journal journal = Journal.openOrCreate(own, options)) {
            for (int i = 0; i < 10; i++) {
                at.add(journal.append("number %037d".formatted(i).getBytes(UTF_8))); // With all before it 64 bytes.
            }
            clock.advance(Duration.ofMinutes(1));
            journal.append("in another file".getBytes(UTF_8));
        }
        final Path file = rollFile(own, 0);
        final long header = find(file, "number %037d".formatted(5)) - EntryLayout.PAYLOAD - Integer.BYTES;
        for (int bit = 0; bit < 30; bit++) {
            flip(file, header + bit / 8, bit % 8);
            assertEquals(5, seenBeforeDamage(own, "entry " + at.get(5)), "bit " + bit);
            flip(file, header + bit / 8, bit % 8);
        }
        try (Journal journal = Journal.open(own, options)) {
            assertEquals(11, count(journal.replay(0)));
        }
    }

    private long seenBeforeDamage(Path own, String entry) throws IOException {
        final List<JournalEntry> seen = new ArrayList<>();
        try (Journal journal = Journal.open(own, options);
                Stream<JournalEntry> entries = journal.replay(0)) {
            Refusal.of(JournalException.class, () -> entries.forEach(seen::add), entry, "damaged", "may be missing");
        }
        return seen.size();
    }

    private static long missingAfter(Journal journal) {
        final List<JournalEntry> seen = new ArrayList<>();
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            final String refusal = Refusal.of(
                    JournalException.class, () -> entries.forEach(seen::add), "damaged", "go on from index ");
            final String index = refusal.replaceAll(".*go on from index (\\d+).*", "$1");
            assertTrue(Long.parseLong(index) > seen.getLast().index(), refusal);
        }
        return seen.size();
    }

    @Test
    void newestFileCutOffIsLeftAndEntriesGoOnInTheNext() throws Exception {
        final Path file = rollFile(1);
        cut(file, find(file, "entry 150"));
        for (int again = 0; again < 2; again++) {
            try (Journal journal = Journal.openOrCreate(path, options)) {
                assertEquals(150, missingAfter(journal));
            }
        }
        try (Journal journal = Journal.open(path, options)) {
            final long index = journal.append("after".getBytes(UTF_8));
            assertTrue(index > indices.getLast());
            assertEquals(150, missingAfter(journal));
            assertEquals(1, count(journal.replay(index)));
        }
        try (Journal journal = Journal.open(path, options);
                JournalTailer tailer = journal.tailer("t")) {
            assertEquals(150, missingAfter(journal));
            tailer.moveTo(indices.get(150));
            final String refusal = Refusal.of(JournalException.class, tailer::peek, "go on from index ");
            tailer.moveTo(Long.parseLong(refusal.replaceAll(".*go on from index (\\d+).*", "$1")));
            assertTrue(tailer.next(entry -> assertEquals("after", new String(entry.bytes(), UTF_8))));
        }
    }

    @Test
    void olderFileCutOffIsToldWhereReadersReachTheHole() throws Exception {
        final Path file = rollFile(0);
        cut(file, find(file, "entry 50"));
        for (int again = 0; again < 2; again++) {
            try (Journal journal = Journal.open(path, options)) {
                assertEquals(50, missingAfter(journal));
                journal.append(("more " + again).getBytes(UTF_8));
                assertEquals(ENTRIES + 1 + again, count(journal.replay(indices.get(ENTRIES))));
            }
        }
    }

    @Test
    void emptyRollFileIsAsOneThatIsJustBegun() throws Exception {
        cut(rollFile(1), 0);
        try (Journal journal = Journal.open(path, options)) {
            assertEquals(ENTRIES, count(journal.replay(0)));
            journal.append("after".getBytes(UTF_8));
            assertEquals(ENTRIES + 1, count(journal.replay(0)));
        }
    }

    @Test
    void tableCutOffIsRefused() throws Exception {
        cut(path.resolve("metadata.cq4t"), 7);
        try (Jvm jvm = Jvm.builder()
                .options(Journal.jvmFlags().toArray(String[]::new))
                .property("chronicle.table.store.timeoutMS", "200") // It waits for whoever may be making the table.
                .fork(JournalProcess.class, "open", path.toString())) {
            final String refusal = jvm.expectAfter("refused ");
            assertTrue(refusal.contains(path.toString()), refusal);
        }
    }

    @Test
    void positionBeyondTheEndGoesBackToTheEnd() throws Exception {
        try (Journal journal = Journal.open(path, options);
                JournalTailer tailer = journal.tailer("t")) {
            tailer.moveTo(indices.getLast());
            assertTrue(tailer.next(entry -> {}));
        }
        Files.delete(rollFile(1)); // As if the machine had died before the disk had it.
        try (Journal journal = Journal.open(path, options)) {
            try (JournalTailer tailer = journal.tailer("t")) {
                assertEquals(indices.get(ENTRIES - 1) + 1, tailer.position());
                journal.append("new".getBytes(UTF_8));
                assertTrue(tailer.next(entry -> assertEquals("new", new String(entry.bytes(), UTF_8))));
            }
        }
    }

    @Test
    void whatIsNoJournalIsRefused() throws Exception {
        final Path file = Files.writeString(directory.resolve("file"), "text");
        Refusal.of(NotDirectoryException.class, () -> Journal.openOrCreate(file, options), file.toString());
        final Path link = Files.createSymbolicLink(directory.resolve("link"), path);
        Refusal.of(JournalException.class, () -> Journal.openOrCreate(link, options), "symbolic link");
        final Path full = Files.createDirectory(directory.resolve("full"));
        Refusal.of(JournalException.class, () -> Journal.open(full, options), "is not a journal");
        Files.writeString(full.resolve("notes.txt"), "text");
        Refusal.of(JournalException.class, () -> Journal.openOrCreate(full, options), "notes.txt");
        final Path missing = directory.resolve("missing");
        Refusal.of(NoSuchFileException.class, () -> Journal.open(missing, options), missing.toString());
        Refusal.of(NoSuchFileException.class, () -> Journal.openOrCreate(missing.resolve("x"), options), "missing");
        Refusal.of(
                JournalException.class,
                () -> Journal.open(path, options.withContent("numbers")),
                "holds text, not numbers");
        Files.writeString(path.resolve(JournalMarker.NAME), "something else");
        Refusal.of(JournalException.class, () -> Journal.open(path, options), "backplane-journal 1");
    }
}
