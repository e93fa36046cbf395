package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedQueue;
import dev.backplane.store.Platform.TerminalSize;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `top` as it runs on and on: into a pipe, and on a terminal.
final class TopLoopJvmTest {
    private static final int ROWS = 8;
    private static final int COLUMNS = 40;
    private static final int MINUTES = 2;
    private static final int MOST_LOOKS = 30;

    /// Gives the command a terminal of a size, and prints its second picture.
    private static final String ON_A_TERMINAL = """
            import fcntl, os, pty, struct, subprocess, sys, termios
            ours, theirs = pty.openpty()
            fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", int(sys.argv[1]), int(sys.argv[2]), 0, 0))
            process = subprocess.Popen(sys.argv[3:], stdin=theirs, stdout=theirs)
            os.close(theirs)
            seen = b""
            while seen.count(b"\\033[J") < 2:
                seen += os.read(ours, 4096)
            process.kill()
            process.wait()
            print(repr(seen.split(b"\\033[J")[1].decode()))
            """;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static List<String> command(Path segment) {
        return Program.command(List.of(), "top", segment.toString());
    }

    private static String next(BufferedReader lines, String begin) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(begin)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new AssertionError("ended before " + begin);
        }
        return line;
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry") // It is held until the end.
    void intoAPipeItWritesLinesUntilNobodyReadsThem() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            final SharedQueue<Long> queue = manager.queue("queue", 16);
            manager.lock("lock").lock();
            final Process top = new ProcessBuilder(command(path))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                try (BufferedReader lines = top.inputReader(StandardCharsets.UTF_8)) {
                    final String first = next(lines, "queue ");
                    assertTrue(first.matches("queue +queue +0 +16 +- +-"), first);
                    queue.put(1L);
                    final String then = next(lines, "queue ");
                    assertTrue(then.matches("queue +queue +[01] +16 +[01] +0"), then);
                    final String held = next(lines, "lock ");
                    assertTrue(held.matches("lock +lock +pid \\d+ .* 1 +>[0-9.]+m?s +-"), held);
                    assertFalse(held.contains("\033"), held);
                    assertEquals("", lines.readLine(), "an empty line is between two looks");
                    String last = next(lines, "queue ");
                    for (int look = 0; look < MOST_LOOKS && last.matches("queue +queue +0 .*"); look++) {
                        last = next(lines, "queue "); // From before the element was there.
                    }
                    assertTrue(last.matches("queue +queue +1 +16 +[01] +0"), last);
                }
                assertTrue(top.waitFor(MINUTES, TimeUnit.MINUTES), "nobody reads its lines any more");
                assertEquals(0, top.exitValue());
            } finally {
                top.destroyForcibly();
            }
        }
    }

    @Test
    void onATerminalAPictureIsAsLargeAsThat() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            for (int i = 0; i < 2 * ROWS; i++) {
                manager.longValue("number " + i);
                manager.queue("queue " + i, 16);
            }
            final Path script = Files.writeString(directory.resolve("terminal.py"), ON_A_TERMINAL);
            final List<String> arguments =
                    new ArrayList<>(List.of(script.toString(), Integer.toString(ROWS), Integer.toString(COLUMNS)));
            arguments.addAll(command(path));
            final String picture = Python.run(Python.onPath(), arguments.toArray(String[]::new))
                    .succeeded();
            final String[] lines = picture.strip().replace("'", "").split("\\\\r\\\\n", -1);
            assertEquals(ROWS, lines.length, picture);
            assertTrue(lines[0].startsWith("\\x1b[Hsegment  1 alive, 0 dead, 32 objects"), picture);
            // A head of the segment, two of participants, a head of queues, and three of them; 13 are below.
            assertEquals("… 13 more\\x1b[K", lines[ROWS - 1], picture);
            for (String line : lines) {
                assertTrue(line.replace("\\x1b[H", "").replace("\\x1b[K", "").length() <= COLUMNS, picture);
            }
        }
    }

    @Test
    void aScreenHasAllLinesThatFitAndSaysHowManyDoNot() {
        final TerminalSize size = new TerminalSize(4, 3);
        assertEquals("\033[H\033[J", Screen.redraw(List.of(), size));
        assertEquals("\033[Ha\033[K\nbbbb\033[K\nc\033[K\033[J", Screen.redraw(List.of("a", "bbbbb", "c"), size));
        assertEquals("\033[Ha\033[K\na\033[K\n… 8 \033[K\033[J", Screen.redraw(Collections.nCopies(10, "a"), size));
        assertEquals("\033[H… 2 \033[K\033[J", Screen.redraw(List.of("a", "b"), new TerminalSize(4, 1)));
    }
}
