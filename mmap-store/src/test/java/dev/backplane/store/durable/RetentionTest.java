package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What goes and what stays, in roll files of a minute.
final class RetentionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));

    private Journal open(Retention retention) throws IOException {
        return Journal.openOrCreate(
                directory.resolve("journal"),
                JournalOptions.of("text")
                        .withRoll(RollPeriod.MINUTE)
                        .withClock(clock)
                        .withRetention(retention));
    }

    /// Five minutes with an entry of 100 KiB each; the clock stands in the fifth.
    private void fill(Journal journal) {
        for (int i = 0; i < 5; i++) {
            if (i > 0) {
                clock.advance(MINUTE);
            }
            final byte[] entry = new byte[100 << 10];
            entry[0] = (byte) ('0' + i);
            journal.append(entry);
        }
    }

    private static String kept(Journal journal) {
        final StringBuilder kept = new StringBuilder();
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            entries.forEach(entry -> kept.append(new String(entry.bytes(), 0, 1, UTF_8)));
        }
        return kept.toString();
    }

    @Test
    void filesOlderThanTheAgeGo() throws Exception {
        try (Journal journal = open(Retention.everything())) {
            fill(journal);
            assertEquals(List.of(), journal.expire(Retention.everything().withAge(Duration.ofMinutes(4))));
            assertEquals("01234", kept(journal));
            // The first ended three minutes ago, the second two.
            final List<Path> gone = journal.expire(Retention.everything().withAge(Duration.ofMinutes(3)));
            assertEquals(1, gone.size());
            assertEquals("1234", kept(journal));
            journal.expire(Retention.everything().withAge(Duration.ofMinutes(2)));
            assertEquals("234", kept(journal));
            clock.advance(Duration.ofDays(1));
            journal.expire(Retention.everything().withAge(Duration.ZERO));
            assertEquals("4", kept(journal)); // The newest stays.
        }
    }

    @Test
    void filesBeyondTheSizeGo() throws Exception {
        try (Journal journal = open(Retention.everything())) {
            fill(journal);
            journal.expire(Retention.everything().withBytes(10 << 20));
            assertEquals("01234", kept(journal));
            journal.expire(Retention.everything().withBytes(2 * (100 << 10)));
            assertEquals("34", kept(journal));
            journal.expire(Retention.everything().withBytes(0));
            assertEquals("4", kept(journal));
        }
    }

    @Test
    void whatANamedTailerHasNotReadStaysUnlessAskedFor() throws Exception {
        final Retention nothing = Retention.everything().withBytes(0);
        try (Journal journal = open(Retention.everything())) {
            fill(journal);
            try (JournalTailer tailer = journal.tailer("slow");
                    JournalTailer fast = journal.tailer("fast")) {
                assertEquals(List.of(), journal.expire(nothing));
                tailer.next(entry -> {});
                while (fast.next(entry -> {})) {}
                journal.expire(nothing);
                assertEquals("01234", kept(journal)); // Its position is at the end of the first file.
                tailer.next(entry -> {});
                journal.expire(nothing);
                assertEquals("1234", kept(journal));
                journal.expire(nothing.evenUnread());
                assertEquals("4", kept(journal));
                tailer.next(entry -> assertEquals('4', entry.bytes()[0]));
                assertEquals(fast.position(), tailer.position());
            }
        }
    }

    @Test
    void forgottenTailerKeepsNothing() throws Exception {
        try (Journal journal = open(Retention.everything())) {
            fill(journal);
            journal.tailer("gone").close();
            assertEquals(List.of("gone"), List.copyOf(journal.tailers().keySet()));
            assertEquals(List.of(), journal.expire(Retention.everything().withBytes(0)));
            journal.forgetTailer("gone");
            journal.forgetTailer("never-there");
        }
        try (Journal journal = open(Retention.everything())) {
            assertEquals(List.of(), List.copyOf(journal.tailers().keySet()));
            assertEquals(4, journal.expire(Retention.everything().withBytes(0)).size());
            try (JournalTailer tailer = journal.tailer("gone")) {
                tailer.next(entry -> assertEquals('4', entry.bytes()[0]));
            }
        }
    }

    @Test
    void appenderThatRollsAppliesWhatTheOptionsSay() throws Exception {
        try (Journal journal = open(Retention.everything().withAge(Duration.ofMinutes(2)))) {
            fill(journal);
            assertEquals("234", kept(journal));
        }
        clock.advance(Duration.ofMinutes(10));
        try (Journal journal = open(Retention.everything().withAge(MINUTE))) {
            assertEquals("234", kept(journal)); // Opening alone deletes nothing.
            journal.append("5".getBytes(UTF_8));
            assertEquals("5", kept(journal));
        }
    }

    @Test
    void senselessValuesAreRefused() {
        Refusal.of(IllegalArgumentException.class, () -> Retention.everything().withBytes(-1), "-1");
        Refusal.of(
                IllegalArgumentException.class, () -> Retention.everything().withAge(Duration.ofSeconds(-1)), "PT-1S");
    }
}
