package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.cli.wordcount.NaiveCount;
import dev.backplane.store.testing.Python;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sentences in many scripts, counted by the program, by the definition in Java, and by Python.
final class ScriptsJvmTest {
    @TempDir
    private Path directory = Path.of("");

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ScriptsJvmTest.class.getResource(name), name)
                .toURI());
    }

    private static List<String> count(Path text, String... options) throws IOException, InterruptedException {
        final List<String> arguments = new ArrayList<>(List.of("wordcount", text.toString(), "--format", "tsv"));
        arguments.addAll(List.of(options));
        final Program run = Program.run(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.out().lines().toList();
    }

    private static List<String> python(Path text) throws Exception {
        final Python.Run run = Python.run(Python.onPath(), resource("count.py").toString(), text.toString());
        return run.succeeded().lines().toList();
    }

    @Test
    void theSamplesAreCountedAsJavaAndPythonCountThem() throws Exception {
        final Path text = resource("scripts.txt");
        final List<String> counted = count(text);
        assertTrue(counted.contains("2\tοδυσσεας"), () -> "final sigma: " + counted);
        assertEquals(NaiveCount.lines(NaiveCount.of(Files.readAllBytes(text))), counted);
        assertEquals(python(text), counted);
    }

    /// So long that slices begin everywhere in it, within words and characters too.
    @Test
    void manyCopiesAndDamagedOnesAreCountedAlike() throws Exception {
        final byte[] sample = Files.readAllBytes(resource("scripts.txt"));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int copy = 0; bytes.size() < 3 << 20; copy++) {
            // Each copy ends one byte earlier than the one before, be it within a character.
            bytes.write(sample, 0, sample.length - copy % 200);
        }
        final Path text = Files.write(directory.resolve("text"), bytes.toByteArray());
        final List<String> counted = count(text, "--workers", "3", "--kill-a-worker");
        assertEquals(NaiveCount.lines(NaiveCount.of(bytes.toByteArray())), counted);
        assertEquals(python(text), counted);
    }
}
