package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.JsonReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Runs the command as its users do, in a JVM of its own.
final class BenchTest {
    private record Ran(int code, String out, String err) {}

    /// With nothing on the path: what is in other languages is not installed.
    private static Ran bench(Path directory, String... arguments) throws Exception {
        final Path out = directory.resolve("stdout");
        final Path err = directory.resolve("stderr");
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("PATH", "/nonexistent");
        final int code = builder.start().waitFor();
        return new Ran(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void aGroupIsMeasuredAndWrittenForProgramsAndForPeople(@TempDir Path directory) throws Exception {
        final Path results = directory.resolve("a").resolve("b");
        final Ran ran = bench(directory, "--quick", "--only", "open", "--out", results.toString());
        assertEquals(0, ran.code, ran.err);
        assertEquals("", ran.err); // No terminal, no progress.
        assertTrue(ran.out.startsWith("| what | Backplane |"), ran.out);
        assertTrue(ran.out.contains("| open a segment of 100 objects, p50 |"), ran.out);
        final Map<?, ?> json =
                assertInstanceOf(Map.class, JsonReader.read(Files.readString(results.resolve("results.json"))));
        assertEquals("./backplane bench --quick --only open --out " + results, json.get("command"));
        assertEquals(true, json.get("quick"));
        assertTrue(assertInstanceOf(Map.class, json.get("machine")).containsKey("processor"));
        final List<?> rows = assertInstanceOf(List.class, json.get("rows"));
        assertFalse(rows.isEmpty());
        for (Object row : rows) {
            final Map<?, ?> fields = assertInstanceOf(Map.class, row);
            assertEquals("open", fields.get("group"));
            assertTrue(assertInstanceOf(Double.class, fields.get("value")) > 0);
            final long rounds = assertInstanceOf(Long.class, fields.get("rounds"));
            assertTrue(rounds >= 1 && rounds <= 3, fields.toString());
            assertEquals(
                    Set.of("rounds", "lowest", "highest", "plusOrMinus"),
                    assertInstanceOf(Map.class, fields.get("spread")).keySet());
            assertTrue(fields.keySet()
                    .containsAll(Set.of(
                            "what",
                            "unit",
                            "rival",
                            "rivalInstalled",
                            "rivalAbsence",
                            "rivalValue",
                            "rivalSpread",
                            "ratio",
                            "goal",
                            "reached")));
        }
        final String markdown = Files.readString(results.resolve("results.md"));
        assertTrue(markdown.contains("## open") && markdown.contains("](latency.svg)"), markdown);
        assertTrue(Files.readString(results.resolve("latency.svg")).endsWith("</svg>\n"));
    }

    @Test
    void theHelpNamesEachGroupThatThereIs(@TempDir Path directory) throws Exception {
        final Ran help = bench(directory, "--help");
        final Ran refused = bench(directory, "--only", "nonsense");
        assertEquals(2, refused.code);
        final String groups = refused.err.substring(
                refused.err.indexOf("the groups are [") + "the groups are [".length(),
                refused.err.indexOf(']', refused.err.indexOf("the groups")));
        final Set<String> named = new HashSet<>(List.of(help.out.split("[^a-z]+")));
        assertTrue(named.containsAll(List.of(groups.split(", "))), groups + " in " + help.out);
        assertTrue(groups.contains("connection") && groups.contains("scaling"), groups);
    }

    @Test
    void aQuickRunMeasuresEveryGroup() {
        final Bench bench = new Bench();
        new CommandLine(bench).parseArgs("--quick");
        final List<String> all = new ArrayList<>();
        new Bench.Names().forEach(all::add);
        assertEquals(all, bench.chosen().stream().map(Group::name).toList());
        new CommandLine(bench).parseArgs("--quick", "--only", "start,open");
        assertEquals(
                List.of("open", "start"),
                bench.chosen().stream().map(Group::name).toList());
    }
}
