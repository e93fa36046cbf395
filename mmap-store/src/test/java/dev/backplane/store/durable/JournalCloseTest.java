package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What users of a journal are told that is closed, also by another thread.
final class JournalCloseTest {
    private static final JournalOptions OPTIONS = JournalOptions.of("text").withRoll(RollPeriod.MINUTE);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:30Z"));

    private Path path() {
        return directory.resolve("journal");
    }

    private Journal open() throws IOException {
        return Journal.openOrCreate(path(), OPTIONS.withClock(clock));
    }

    private static long append(Journal journal, String text) {
        return journal.append(text.getBytes(UTF_8));
    }

    private static List<String> texts(Journal journal) {
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            return entries.map(entry -> new String(entry.bytes(), UTF_8)).toList();
        }
    }

    @Test
    void closedJournalRefuses() throws Exception {
        final Journal journal = open();
        append(journal, "one");
        journal.close();
        journal.close();
        Refusal.of(IllegalStateException.class, () -> append(journal, "two"), "closed");
        Refusal.of(IllegalStateException.class, () -> journal.replay(0), "closed");
        Refusal.of(IllegalStateException.class, () -> journal.tailer("t"), "closed");
    }

    /// A clock by which another thread closes a journal in the middle of something, which goes on when that one waits
    /// for it.
    private final class ClosingClock implements InstantSource {
        private final String method;
        private final Thread.State wait;
        private @Nullable Journal journal;
        private @Nullable Thread closer;

        private ClosingClock(String method, Thread.State wait) {
            this.method = method;
            this.wait = wait;
        }

        @Override
        public Instant instant() {
            final Journal closed = journal;
            if (closed != null && isIn()) {
                journal = null;
                final Thread thread = Thread.ofPlatform().daemon().start(closed::close);
                closer = thread;
                Eventually.holds("it waits", () -> thread.getState() == wait);
            }
            return clock.instant();
        }

        private boolean isIn() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getMethodName().equals(method)));
        }
    }

    @Test
    void appendThatBeginsAFileWhileAnotherThreadClosesIsFinished() throws Exception {
        final ClosingClock closing = new ClosingClock("appendOnce", Thread.State.BLOCKED);
        final Journal journal = Journal.openOrCreate(
                path(),
                OPTIONS.withClock(closing).withRetention(Retention.everything().withBytes(0)));
        append(journal, "one");
        clock.advance(Duration.ofMinutes(1));
        closing.journal = journal;
        final Thread appending = Thread.ofPlatform().daemon().start(() -> append(journal, "two"));
        assertTrue(appending.join(Duration.ofMinutes(1)), "it hangs");
        assertTrue(Objects.requireNonNull(closing.closer).join(Duration.ofMinutes(1)), "it hangs");
        Refusal.of(IllegalStateException.class, () -> append(journal, "three"), "is closed");
        try (Journal again = open()) {
            assertEquals(List.of("two"), texts(again)); // What is not kept was deleted even so.
        }
    }

    @Test
    void closingWaitsForWhoUsesTheFiles() throws Exception {
        final ClosingClock closing = new ClosingClock("deleteOld", Thread.State.WAITING);
        final Journal journal = Journal.openOrCreate(path(), OPTIONS.withClock(closing));
        append(journal, "one");
        clock.advance(Duration.ofMinutes(1));
        append(journal, "two");
        closing.journal = journal;
        assertEquals(1, journal.expire(Retention.everything().withBytes(0)).size());
        assertTrue(Objects.requireNonNull(closing.closer).join(Duration.ofMinutes(1)), "it hangs");
        Refusal.of(IllegalStateException.class, journal::lastIndex, "is closed");
    }

    @Test
    void replayOfAClosedJournalRefuses() throws Exception {
        final Journal journal = open();
        append(journal, "one");
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            journal.close();
            Refusal.of(IllegalStateException.class, entries::toList, "journal " + path() + " is closed");
        }
    }

    @Test
    void tailerOfAClosedJournalRefuses() throws Exception {
        final Journal journal = open();
        append(journal, "one");
        final JournalTailer tailer = journal.tailer("t");
        journal.close();
        Refusal.of(IllegalStateException.class, tailer::peek, "closed");
        tailer.close();
    }
}
