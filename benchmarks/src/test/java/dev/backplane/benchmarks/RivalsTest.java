package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RivalsTest {
    private static String why(Executable figure) {
        return assertThrows(AbsentException.class, figure).reason();
    }

    private static Rivals rivals(String tool) throws Exception {
        return new Rivals(true, _ -> tool);
    }

    /// A tool that is a shell script.
    private static String tool(Path directory, String body) throws Exception {
        final Path tool = directory.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\n" + body + "\n");
        assertTrue(tool.toFile().setExecutable(true));
        return tool.toString();
    }

    @Test
    void aToolThatIsNotInstalledIsNotOnThisMachine() throws Exception {
        try (Rivals rivals = rivals("/nonexistent/tool")) {
            for (Executable figure : new Executable[] {
                () -> rivals.nanos("atomic_add"),
                () -> rivals.ringMillions(32),
                () -> rivals.ringTripNanos(32),
                () -> rivals.crowdMillions("lock", 2),
                () -> rivals.boostQueueMillions(32),
                () -> rivals.pythonQueueMillions(32),
                () -> rivals.pythonPool("map"),
                () -> rivals.socketNanos("round_trip"),
                () -> rivals.socketMebibytes(1024),
                () -> rivals.pythonConnectionMicros("pipe"),
                rivals::pythonManagerMicros
            }) {
                assertEquals("not on this machine", why(figure));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.cpp:3:10: fatal error: boost/interprocess/ipc/message_queue.hpp: No such file or directory",
                "x.cpp:3:10: fatal error: 'boost/interprocess/ipc/message_queue.hpp' file not found"
            })
    void aHeaderThatIsNotInstalledIsNotOnThisMachine(String error, @TempDir Path directory) throws Exception {
        final String tool = tool(directory, "echo \"" + error + "\" >&2; exit 1");
        try (Rivals rivals = rivals(tool)) {
            assertEquals("not on this machine", why(() -> rivals.boostQueueMillions(32)));
        }
    }

    @Test
    void aProgramThatDoesNotCompileHasFailed(@TempDir Path directory) throws Exception {
        final String tool = tool(directory, """
                echo "x.c: In function 'main':" >&2
                echo "x.c:7:5: error: 'y' undeclared" >&2
                exit 1""");
        try (Rivals rivals = rivals(tool)) {
            assertEquals("failed: error: 'y' undeclared", why(() -> rivals.nanos("atomic_add")));
            assertEquals("failed: error: 'y' undeclared", why(() -> rivals.nanos("atomic_add")));
        }
    }

    @Test
    void aToolThatSaysNothingHasFailed() throws Exception {
        try (Rivals rivals = rivals("/bin/false")) {
            assertEquals("failed: /bin/false of socket.c ended with 1", why(() -> rivals.socketNanos("large")));
            assertEquals("failed: python_pool.py ended with 1", why(() -> rivals.pythonPool("map")));
        }
    }

    @Test
    void aProgramThatEndsEarlyHasFailed(@TempDir Path directory) throws Exception {
        final String tool = tool(directory, """
                while [ "$1" != -o ]; do shift; done
                printf '#!/bin/sh\\necho atomic_add 1 ns\\nkill -SEGV $$\\n' >"$2"
                chmod +x $2""");
        try (Rivals rivals = rivals(tool)) {
            assertEquals("failed: rivals.c ended with 139", why(() -> rivals.nanos("atomic_add")));
        }
    }

    @Test
    void aScriptThatThrowsHasFailedWithWhatItThrew(@TempDir Path directory) throws Exception {
        final String tool = tool(directory, """
                echo "Traceback (most recent call last):" >&2
                echo "OSError: no semaphores" >&2
                exit 1""");
        try (Rivals rivals = rivals(tool)) {
            assertEquals("failed: OSError: no semaphores", why(() -> rivals.pythonQueueMillions(32)));
        }
    }

    @Test
    void aProgramThatDoesNotTellTheFigureHasFailed() throws Exception {
        try (Rivals rivals = rivals("/bin/true")) {
            assertEquals(
                    "failed: python_queue.py told nothing of python_queue", why(() -> rivals.pythonQueueMillions(32)));
        }
    }

    /// A compiler that makes a program of ours: it is compiled once, and each time the figure is asked for it runs.
    @Test
    void aFigureIsWhatTheProgramPrintedForIt(@TempDir Path directory) throws Exception {
        final Path runs = directory.resolve("runs");
        final String tool = tool(directory, """
                echo compiled >>%1$s
                while [ "$1" != -o ]; do shift; done
                printf '#!/bin/sh\\necho "$@" >>%1$s\\necho "$1 12.5 ns"\\n' >"$2"
                chmod +x $2""".formatted(runs));
        try (Rivals rivals = rivals(tool)) {
            assertEquals(12.5, rivals.nanos("atomic_add"));
            assertEquals(12.5, rivals.nanos("robust_mutex", 7));
        }
        assertEquals("compiled\natomic_add 20\nrobust_mutex 7\n", Files.readString(runs));
    }

    /// The real ones, where their tools are installed.
    private static void assertFigure(Executable figure) throws Throwable {
        try {
            figure.execute();
        } catch (AbsentException e) {
            assumeFalse(e.reason().equals(Figure.NOT_HERE), "its tool or a header is " + e.reason());
            throw e;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"atomic_add", "robust_mutex", "robust_mutex_contended", "cache_line_round_trip"})
    void theProgramInCDoesWhatItSays(String name) throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.nanos(name, 1) > 0));
        }
    }

    @Test
    void sleepingInCDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.nanos("futex_round_trip", 1) > 0));
        }
    }

    @Test
    void theRingInCDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.ringMebibytes(1 << 20) > 0));
            assertFigure(() -> assertTrue(rivals.ringTripNanos(1 << 20) > 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"counter", "lock"})
    void theCrowdInCDoesWhatItSays(String what) throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.crowdMillions(what, 3) > 0));
        }
    }

    @Test
    void theSocketInCDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.socketNanos("round_trip") > 0));
            assertFigure(() -> assertTrue(rivals.socketNanos("large") > 0));
            assertFigure(() -> assertTrue(rivals.socketMebibytes(1 << 20) > 0));
        }
    }

    @Test
    void boostsQueueDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.boostQueueMillions(32) > 0));
        }
    }

    @Test
    void pythonsQueueDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.pythonQueueMillions(32) > 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "apply"})
    void pythonsPoolDoesWhatItSays(String what) throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.pythonPool(what) > 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "pipe"})
    void pythonsConnectionsDoWhatTheySay(String what) throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> assertTrue(rivals.pythonConnectionMicros(what) > 0));
        }
    }

    @Test
    void pythonsManagerDoesWhatItSays() throws Throwable {
        try (Rivals rivals = new Rivals(true)) {
            assertFigure(() -> {
                final Map<String, Double> figures = rivals.pythonManagerMicros();
                assertEquals(Set.of("python_manager", "python_manager_processor"), figures.keySet());
                assertTrue(figures.values().stream().allMatch(micros -> micros > 0), figures.toString());
            });
        }
    }
}
