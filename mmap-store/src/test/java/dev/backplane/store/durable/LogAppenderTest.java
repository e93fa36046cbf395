package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What follows an entry that is in: waits for the disk that are cut off or fail, and the end of old files.
final class LogAppenderTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String NAMES = "names";
    private static final String FILE = "file";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:30Z"));
    private final List<String> forced = new ArrayList<>();
    private int interrupts = 5;
    private Journal journal;
    private UserLocks locks;
    private ChronicleLog log;

    @BeforeEach
    void open() throws IOException {
        final Path path = directory.resolve("journal");
        final JournalOptions options =
                JournalOptions.of("text").withRoll(RollPeriod.MINUTE).withClock(clock);
        journal = Journal.openOrCreate(path, options);
        locks = UserLocks.open(path.resolve(Journal.LOCKS));
        log = ChronicleLog.open(path, RollPeriod.MINUTE, clock);
    }

    @AfterEach
    void close() {
        log.close();
        locks.close();
        journal.close();
    }

    private void append(LogAppender appender, String text) {
        appender.append(EntryLayout.encode(text.getBytes(UTF_8), clock.instant()));
    }

    private List<String> texts() {
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            return entries.map(entry -> new String(entry.bytes(), UTF_8)).toList();
        }
    }

    private void force(FileChannel channel, boolean metadata) throws IOException {
        channel.force(metadata);
        forced.add(metadata ? NAMES : FILE);
    }

    private void interruptThenForce(FileChannel channel, boolean metadata) throws IOException {
        final boolean again = forced.remove("interrupted");
        if (!again && interrupts-- > 0) {
            forced.add("interrupted");
            Thread.currentThread().interrupt();
        }
        force(channel, metadata);
    }

    @Test
    void interruptedWaitForTheDiskAppendsOnce() throws Exception {
        try (LogAppender appender = new LogAppender(log, locks, true, () -> {}, this::interruptThenForce)) {
            append(appender, "one");
            assertTrue(Thread.interrupted());
            append(appender, "two");
            assertTrue(Thread.interrupted());
            clock.advance(MINUTE);
            append(appender, "three");
            assertTrue(Thread.interrupted());
            assertEquals(List.of("one", "two", "three"), texts());
            assertEquals(List.of(FILE, NAMES, FILE, FILE, NAMES), forced);
        }
    }

    @Test
    void syncWaitsForEveryFileSinceTheLast() throws Exception {
        try (LogAppender appender = new LogAppender(log, locks, false, () -> {}, this::force)) {
            append(appender, "one");
            append(appender, "two");
            clock.advance(MINUTE);
            append(appender, "three");
            assertEquals(List.of(), forced);
            appender.sync();
            assertEquals(List.of(FILE, FILE, NAMES), forced);
            appender.sync();
            assertEquals(List.of(FILE, FILE, NAMES), forced);
            append(appender, "four");
            appender.sync();
            assertEquals(List.of(FILE, FILE, NAMES, FILE), forced);
        }
    }

    @Test
    void manyFilesAreForcedWithoutSyncOldestFirst() throws Exception {
        try (LogAppender appender = new LogAppender(log, locks, false, () -> {}, this::force)) {
            for (int i = 0; i < 18; i++) {
                append(appender, "" + i);
                clock.advance(MINUTE);
            }
            assertEquals(List.of(FILE, FILE), forced);
            // What the retention has deleted meanwhile is not missed.
            journal.expire(Retention.everything().withBytes(0));
            appender.sync();
            assertEquals(List.of(FILE, FILE, FILE, NAMES), forced);
        }
    }

    @Test
    void diskThatFailsIsWaitedForAgain() throws Exception {
        final Unforced.Disk failsAtFirst = (channel, metadata) -> {
            if (forced.isEmpty()) {
                forced.add("failed");
                throw new IOException("cable is out");
            }
            force(channel, metadata);
        };
        try (LogAppender appender = new LogAppender(log, locks, true, () -> {}, failsAtFirst)) {
            Refusal.of(JournalException.class, () -> append(appender, "one"), "what was appended", "cable is out");
            append(appender, "two");
            assertEquals(List.of("failed", FILE, NAMES), forced);
            assertEquals(List.of("one", "two"), texts());
        }
    }

    @Test
    void oldFilesThatCannotBeDeletedAreLeftForTheNextRoll() throws Exception {
        final List<String> tried = new ArrayList<>();
        final Runnable expiry = () -> {
            tried.add("expiry");
            throw new JournalException("cannot delete");
        };
        try (LogAppender appender = new LogAppender(log, locks, false, expiry)) {
            append(appender, "one");
            append(appender, "two");
            assertEquals(1, tried.size());
            clock.advance(MINUTE);
            append(appender, "three");
            assertEquals(2, tried.size());
            assertEquals(List.of("one", "two", "three"), texts());
            assertFalse(Thread.interrupted());
        }
    }

    @Test
    void closedOneSaysSoAndNotThatTheJournalIsDamaged() throws Exception {
        final LogAppender appender = new LogAppender(log, locks, false, () -> {}, this::force);
        append(appender, "one");
        appender.close();
        // As whoever got hold of it just before another thread closed the journal.
        final String closed = "journal " + directory.resolve("journal") + " is closed";
        Refusal.of(IllegalStateException.class, () -> append(appender, "two"), closed);
        Refusal.of(IllegalStateException.class, appender::sync, closed);
        assertEquals(List.of("one"), texts());
        assertEquals(List.of(), forced);
    }

    /// As a process leaves it that had this one's id, and was killed while it appended.
    private void lockAsDeadProcessOfThisId() throws InterruptedException {
        final Thread dies = new Thread(() -> {
            try (var lock = log.writeLock()) {
                lock.lock();
            }
        });
        dies.start();
        dies.join();
        try (var lock = log.writeLock()) {
            assertEquals(ProcessHandle.current().pid(), lock.lockedBy());
        }
    }

    @Test
    void lockOfADeadProcessThatHadThisOnesIdIsTakenFromIt() throws Exception {
        lockAsDeadProcessOfThisId();
        try (LogAppender appender = new LogAppender(log, locks, false, () -> {})) {
            append(appender, "one");
            lockAsDeadProcessOfThisId();
            append(appender, "two");
            assertEquals(List.of("one", "two"), texts());
        }
    }

    @Test
    void lockOfAnotherThreadOfThisProcessIsNotTakenFromIt() throws Exception {
        try (LogAppender appender = new LogAppender(log, locks, false, () -> {});
                var lock = log.writeLock()) {
            final Thread other = new Thread(() -> append(appender, "one"));
            locks.turn().lock(); // As a thread that appends has it, by another object.
            try {
                lock.lock();
                other.start();
                Eventually.holds("it waits for its turn", () -> other.getState() == Thread.State.WAITING);
                assertTrue(lock.locked());
                lock.unlock();
            } finally {
                locks.turn().unlock();
            }
            other.join();
            assertEquals(List.of("one"), texts());
        }
    }
}
