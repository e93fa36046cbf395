package dev.backplane.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;

/// Runs jcstress, which starts JVMs of its own for each way of compiling.
///
/// The property `stress.options` has what it is told. Its report is in `target/jcstress`.
final class StressTest {
    /// States with objects of their own are many, and each holds some memory: few of them at a time.
    private static final List<String> ALWAYS = List.of(
            "-sc",
            "false",
            "-strideSize",
            "64",
            "-strideCount",
            "8",
            "-hs",
            "256",
            "-jvmArgsPrepend",
            "--enable-native-access=ALL-UNNAMED");

    private record Run(int exitCode, List<String> lines) {
        private boolean says(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }
    }

    private static Run stress(String report, String... options) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(ALWAYS);
        command.addAll(List.of(
                "-r",
                Files.createDirectories(Path.of("target", report))
                        .toAbsolutePath()
                        .toString()));
        command.addAll(List.of(options));
        final Process process = new ProcessBuilder(command)
                .directory(Path.of("target").toFile())
                .redirectErrorStream(true)
                .start();
        final List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
                lines.add(line);
            }
        }
        return new Run(process.waitFor(), lines);
    }

    @Test
    void nothingForbiddenHappens() throws Exception {
        final List<String> options = new ArrayList<>(
                List.of(System.getProperty("stress.options", "").strip().split("\\s+", -1)));
        options.addAll(List.of("-t", "Stress"));
        final Run run = stress("jcstress", options.toArray(String[]::new));
        assertEquals(0, run.exitCode());
        assertTrue(run.says("RUN RESULTS"));
    }

    @Test
    void aLostUpdateIsFound() throws Exception {
        final Run run = stress("jcstress-canary", "-m", "quick", "-time", "200", "-t", "Canary");
        assertTrue(run.exitCode() != 0 && run.says("LostUpdate") && run.says("TEST FAILURES"));
    }
}
