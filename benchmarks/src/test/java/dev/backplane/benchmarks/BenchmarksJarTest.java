package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `java -jar target/benchmarks.jar` is JMH's own program; run after the jar is made.
final class BenchmarksJarTest {
    private static final Path JAR = Path.of("target", "benchmarks.jar").toAbsolutePath();

    private static String run(Path directory, String... arguments) throws Exception {
        assertTrue(Files.exists(JAR), "`mvn package` makes " + JAR);
        final Path out = directory.resolve("out");
        final List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        final int code = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(out));
        return Files.readString(out);
    }

    @Test
    void itListsItsBenchmarks(@TempDir Path directory) throws Exception {
        final String list = run(directory, "-l");
        for (String name : List.of(
                "CounterBenchmark.sharedLong",
                "LockBenchmark.sharedLock",
                "MapBenchmark.sharedMapGet",
                "ArrayBenchmark.sharedDoubleArray",
                "ElementBenchmark.fixedRecord")) {
            assertTrue(list.contains("dev.backplane.benchmarks.jmh." + name), list);
        }
    }

    @Test
    void itProfilesTheCollectorAndWritesJson(@TempDir Path directory) throws Exception {
        final String out = run(
                directory,
                "CounterBenchmark.sharedLong",
                "-f",
                "1",
                "-wi",
                "1",
                "-w",
                "100ms",
                "-i",
                "1",
                "-r",
                "100ms",
                "-prof",
                "gc",
                "-rf",
                "json",
                "-rff",
                "result.json");
        assertTrue(out.contains("gc.alloc.rate.norm"), out);
        final List<?> results =
                assertInstanceOf(List.class, JsonReader.read(Files.readString(directory.resolve("result.json"))));
        final Map<?, ?> result = assertInstanceOf(Map.class, results.getFirst());
        assertEquals("dev.backplane.benchmarks.jmh.CounterBenchmark.sharedLong", result.get("benchmark"));
    }
}
