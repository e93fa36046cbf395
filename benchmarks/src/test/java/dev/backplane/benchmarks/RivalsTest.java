package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RivalsTest {
    /// Not there at all; and there, but unable, as a compiler without the headers that it needs.
    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/tool", "/bin/false"})
    void aToolThatIsNotInstalledLeavesNoFigureAndNoFile(String tool) throws Exception {
        final UnaryOperator<String> tools = _ -> tool;
        try (Rivals rivals = new Rivals(true, tools)) {
            assertNull(rivals.nanos("atomic_add"));
            assertNull(rivals.nanosNow("futex_round_trip"));
            assertNull(rivals.ringMillions(32));
            assertNull(rivals.ringTripNanos(32));
            assertNull(rivals.crowdMillions("lock", 2));
            assertNull(rivals.boostQueueMillions(32));
            assertNull(rivals.pythonQueueMillions(32));
            assertNull(rivals.pythonPool("map"));
            assertNull(rivals.socketNanos("round_trip"));
            assertNull(rivals.socketMebibytes(1024));
            assertNull(rivals.pythonConnectionMicros("pipe"));
        }
    }

    /// A compiler that makes a program of ours: each figure is asked for by name, once.
    @Test
    void aFigureIsWhatTheProgramPrintedForIt(@TempDir Path directory) throws Exception {
        final Path compiler = directory.resolve("compiler");
        final Path runs = directory.resolve("runs");
        Files.writeString(compiler, """
                #!/bin/sh
                while [ "$1" != -o ]; do shift; done
                printf '#!/bin/sh\\necho "$@" >>%s\\necho "$1 12.5 ns"\\n' >"$2"
                chmod +x "$2"
                """.formatted(runs));
        assertEquals(true, compiler.toFile().setExecutable(true));
        try (Rivals rivals = new Rivals(true, _ -> compiler.toString())) {
            final @Nullable Double first = rivals.nanos("atomic_add");
            assertEquals(12.5, first);
            assertEquals(first, rivals.nanos("atomic_add"));
        }
        assertEquals(1, Files.readAllLines(runs).size());
    }
}
