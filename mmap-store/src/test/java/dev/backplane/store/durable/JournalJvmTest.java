package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.SmallFileSystem;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Journals in JVMs of several kinds: with what they need and without, dying, on a disk that is full.
final class JournalJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static List<String> texts(Journal journal) {
        try (Stream<JournalEntry> entries = journal.replay(0)) {
            return entries.map(entry -> new String(entry.bytes(), UTF_8)).toList();
        }
    }

    @Test
    void withoutTheFlagsTheyAreNamed() {
        final Path path = directory.resolve("journal");
        try (Jvm jvm = Jvm.fork(JournalProcess.class, "open", path.toString())) {
            final String refusal = jvm.expectAfter("refused ");
            for (String flag : Journal.jvmFlags()) {
                // The module jdk.unsupported exports sun.misc in any case.
                assertEquals(!flag.contains("sun.misc="), refusal.contains(flag), flag + " in: " + refusal);
            }
            assertEquals(0, jvm.waitForExit());
        }
        final String[] some = Journal.jvmFlags().stream()
                .filter(flag -> !flag.contains("java.util="))
                .toArray(String[]::new);
        try (Jvm jvm = Jvm.builder().options(some).fork(JournalProcess.class, "open", path.toString())) {
            final String refusal = jvm.expectAfter("refused ");
            assertTrue(refusal.endsWith("add --add-opens=java.base/java.util=ALL-UNNAMED"), refusal);
        }
        assertFalse(path.toFile().exists());
    }

    @Test
    void withoutChronicleQueueTheArtifactIsNamed() {
        final String classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("chronicle-"))
                .collect(Collectors.joining(File.pathSeparator));
        try (Jvm jvm = Jvm.builder()
                .options(Journal.jvmFlags().toArray(String[]::new))
                .options("-cp", classPath)
                .fork(JournalProcess.class, "open", directory.resolve("journal").toString())) {
            final String refusal = jvm.expectAfter("refused ");
            assertTrue(refusal.contains("add net.openhft:chronicle-queue:"), refusal);
            assertEquals(0, jvm.waitForExit());
        }
    }

    @Test
    void withBothItPrintsNothingOfItsOwn() {
        try (Jvm jvm = JournalProcess.fork("open", directory.resolve("journal").toString())) {
            jvm.expectStartsWith("opened ");
            assertEquals(0, jvm.waitForExit());
            assertEquals(1, jvm.transcript().size(), jvm.transcript().toString());
        }
    }

    @Test
    void entryThatItsAppenderDiedInIsNeverSeen() throws Exception {
        final Path path = directory.resolve("journal");
        try (Jvm jvm = JournalProcess.fork("die", path.toString())) {
            jvm.expect("half");
            assertEquals(9, jvm.waitForExit());
        }
        try (Journal journal = Journal.open(path, JournalProcess.OPTIONS);
                JournalTailer tailer = journal.tailer("t")) {
            assertEquals(List.of("whole"), texts(journal));
            assertTrue(tailer.next(entry -> {}));
            assertFalse(tailer.next(entry -> {}));
            journal.append("after".getBytes(UTF_8));
            assertTrue(tailer.next(entry -> assertEquals("after", new String(entry.bytes(), UTF_8))));
            assertEquals(List.of("whole", "after"), texts(journal));
        }
    }

    @Test
    void lockOfADeadAppenderWhoseIdIsUsedAgainIsTakenFromIt() throws Exception {
        final Path path = directory.resolve("journal");
        try (Journal journal = Journal.openOrCreate(path, JournalProcess.OPTIONS)) {
            journal.append("one".getBytes(UTF_8));
            try (Jvm stranger = JournalProcess.fork("lock", path.toString())) {
                stranger.expect("locked");
                journal.append("two".getBytes(UTF_8));
                assertTrue(stranger.isAlive());
            }
            assertEquals(List.of("one", "two"), texts(journal));
        }
    }

    @Test
    void closingUnderAReaderIsSurvived() {
        try (Jvm jvm = JournalProcess.fork("close", directory.resolve("journal").toString())) {
            jvm.expect("closed");
            assertEquals(0, jvm.waitForExit());
            assertEquals(1, jvm.transcript().size(), jvm.transcript().toString());
        }
    }

    @Test
    void fullDiskIsAnExceptionAndHarmsNothing() throws Exception {
        try (SmallFileSystem small = SmallFileSystem.mount(directory.resolve("small"), 8 << 20)) {
            final Path path = small.path().resolve("journal");
            final byte[] entry = new byte[100_000];
            int count = 0;
            try (Journal journal = Journal.openOrCreate(path, JournalProcess.OPTIONS)) {
                try {
                    while (count < 1000) {
                        journal.append(entry);
                        count++;
                    }
                } catch (JournalException e) {
                    assertTrue(String.valueOf(e.getMessage()).contains(path.toString()), e.toString());
                }
                assertTrue(count > 10 && count < 100, "entries: " + count);
                assertThrows(JournalException.class, () -> journal.append(entry));
                assertEquals(count, texts(journal).size());
            }
            try (Journal journal = Journal.open(path, JournalProcess.OPTIONS)) {
                assertEquals(count, texts(journal).size());
            }
        }
        try (SmallFileSystem tiny = SmallFileSystem.mount(directory.resolve("tiny"), 256 << 10)) {
            Refusal.of(
                    java.io.IOException.class,
                    () -> Journal.openOrCreate(tiny.path().resolve("journal"), JournalProcess.OPTIONS),
                    "no space");
        }
    }
}
