package dev.backplane.cli;

import dev.backplane.store.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of the program, in a JVM of its own.
///
/// @param exitCode what it ended with
/// @param out all it wrote to standard output
/// @param err all it wrote to standard error
record Program(int exitCode, String out, String err) {
    private static final long DEADLINE_SECONDS = 150;

    /// What starts the program, from the classes that are tested.
    ///
    /// @param options more of them, of its JVM
    static List<String> command(List<String> options, String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // It runs for a second or two.
                "-Xmx256m",
                "-D" + Platform.PROPERTY + "=" + Platform.current().name()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Runs the program to its end, with no terminal; one that does not end is killed and fails the test.
    static Program run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(), new byte[0], arguments);
    }

    /// Runs the program with more options of its JVM.
    static Program runWith(List<String> options, String... arguments) throws IOException, InterruptedException {
        return run(options, new byte[0], arguments);
    }

    /// Runs the program with more JVM options and something on its standard input.
    static Program run(List<String> options, byte[] input, String... arguments)
            throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-cli");
        final Path out = directory.resolve("out");
        final Path err = directory.resolve("err");
        final List<String> command = command(options, arguments);
        final Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            } catch (IOException _) {
                // It ended without reading; its exit code says why.
            }
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + command + "\n" + Files.readString(err));
            }
            return new Program(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
            Files.deleteIfExists(directory);
        }
    }
}
