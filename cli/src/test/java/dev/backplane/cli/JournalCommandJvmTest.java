package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.durable.Journal;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `journal append`, `tail` and `replay`, as people run them.
final class JournalCommandJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static Program journal(String input, String... arguments) throws Exception {
        return Program.run(Journal.jvmFlags(), input.getBytes(StandardCharsets.UTF_8), arguments);
    }

    private String path() {
        return directory.resolve("journal").toString();
    }

    private static void assertRefused(Program program, int exitCode, String... parts) {
        assertEquals(exitCode, program.exitCode(), program.err());
        assertEquals("", program.out());
        for (String part : parts) {
            assertTrue(program.err().contains(part), program.err());
        }
    }

    @Test
    void linesGoInAndComeOutAsTheyWere() throws Exception {
        final String text = "first\n\nGrüße, 世界\ttab\r\nlast without end";
        final Program append = journal(text, "journal", "append", path());
        assertEquals(0, append.exitCode(), append.err());
        assertEquals("4 lines\n", append.out());
        assertEquals("", append.err());
        final Program tail = journal("", "journal", "tail", path());
        assertEquals(text + "\n", tail.out());
        assertEquals("", tail.err());
        assertEquals("", journal("", "journal", "tail", path()).out()); // Seen already.
        assertEquals(
                "1 line\n",
                journal("more\n", "journal", "append", path(), "--sync").out());
        assertEquals("more\n", journal("", "journal", "tail", path()).out());
        assertEquals(
                text + "\nmore\n",
                journal("", "journal", "tail", path(), "--name", "other").out());
    }

    @Test
    void replayBeginsWhereItIsTold() throws Exception {
        final Instant before = Instant.now();
        journal("a\nb\nc\n", "journal", "append", path());
        final List<String> all =
                journal("", "journal", "replay", path()).out().lines().toList();
        assertEquals(3, all.size());
        final String[] second = all.get(1).split("\t", 3);
        assertEquals("b", second[2]);
        assertTrue(!Instant.parse(second[1]).isBefore(before.minusMillis(1)), second[1]);
        assertEquals(
                all.subList(1, 3),
                journal("", "journal", "replay", path(), "--from-index", second[0])
                        .out()
                        .lines()
                        .toList());
        assertEquals(
                all.subList(0, 1),
                journal(
                                "",
                                "journal",
                                "replay",
                                path(),
                                "--from-time",
                                before.minusMillis(1).toString(),
                                "--limit=1")
                        .out()
                        .lines()
                        .toList());
        assertEquals(
                "",
                journal("", "journal", "replay", path(), "--from-time", "2999-01-01T00:00:00Z")
                        .out());
    }

    @Test
    void killedFollowerGoesOnWhereItWas() throws Exception {
        journal("a\nb\n", "journal", "append", path());
        final String[] flags = Journal.jvmFlags().toArray(String[]::new);
        try (Jvm follower = Jvm.builder().options(flags).fork(Main.class, "journal", "tail", path(), "--follow")) {
            follower.expect("a");
            follower.expect("b");
            journal("c\n", "journal", "append", path());
            follower.expect("c");
            assertRefused(journal("", "journal", "tail", path()), 1, "tailer tail is in use");
            follower.kill();
        }
        journal("d\n", "journal", "append", path());
        final String rest = journal("", "journal", "tail", path()).out();
        assertTrue(rest.equals("d\n") || rest.equals("c\nd\n"), rest);
    }

    @Test
    void whatIsNoJournalIsRefused() throws Exception {
        final Path file = Files.writeString(directory.resolve("file"), "text");
        final Path full = Files.createDirectory(directory.resolve("full"));
        Files.writeString(full.resolve("notes.txt"), "text");
        final Path link = Files.createSymbolicLink(directory.resolve("link"), full);
        assertRefused(journal("a\n", "journal", "append", file.toString()), 1, "not a directory");
        assertRefused(journal("a\n", "journal", "append", full.toString()), 1, "not a journal", "notes.txt");
        assertRefused(journal("a\n", "journal", "append", link.toString()), 1, "symbolic link");
        assertRefused(journal("", "journal", "tail", path()), 1, "no such file");
        assertRefused(journal("", "journal", "replay", full.toString()), 1, "is not a journal");
    }

    @Test
    void wrongUsageIsExitCodeTwo() throws Exception {
        assertRefused(journal("", "journal"), 2, "Missing command");
        assertRefused(journal("", "journal", "append", path(), "--keep-days=-1"), 2, "--keep-days is -1");
        assertRefused(journal("", "journal", "replay", path(), "--limit=-1"), 2, "--limit is -1");
        assertRefused(
                journal("", "journal", "replay", path(), "--from-time=2026-01-01T00:00:00Z", "--from-index=1"),
                2,
                "mutually exclusive");
    }

    @Test
    void withoutItsFlagsItSaysWhichAreMissing() throws Exception {
        final Program program = Program.run(List.of(), new byte[0], "journal", "append", path());
        assertRefused(program, 1, "--add-opens=java.base/java.lang=ALL-UNNAMED");
        assertEquals(1, program.err().lines().count(), program.err());
    }
}
