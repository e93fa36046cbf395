package dev.backplane.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Segment;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FirstStepsJvmTest {
    private static final Path SOURCE = Path.of("src/main/java/dev/backplane/examples/FirstSteps.java");

    @Test
    void itPrintsTheSum() throws IOException {
        final String name = "first-steps-" + ProcessHandle.current().pid();
        try (Jvm jvm = Jvm.fork(FirstSteps.class, name)) {
            jvm.expect("2000000");
            assertEquals(0, jvm.waitForExit());
        } finally {
            Segment.delete(Segment.pathOf(name));
        }
    }

    /// The snippet that a newcomer sees first is a part of this program, so that it compiles.
    @Test
    void theReadmeShowsIt() throws IOException {
        final Documents.Block first =
                Documents.blocks(Documents.of("README.md"), "java").getFirst();
        final List<String> snippet = first.code().lines().toList();
        assertTrue(snippet.size() >= 10, () -> "no snippet: " + snippet);
        final List<String> source =
                Files.readAllLines(SOURCE).stream().map(String::strip).toList();
        for (String line : snippet) {
            final String code = line.strip();
            assertTrue(
                    source.contains(code) || code.equals("try (Manager manager = Manager.open(\"first-steps\")) {"),
                    () -> "not in FirstSteps: " + line);
        }
    }
}
