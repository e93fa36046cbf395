package dev.backplane.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A JVM started with this test's class path and exactly the flags given: none are inherited, not even from the
/// environment.
///
/// @param exitCode of the process
/// @param out all it wrote to standard output
/// @param err all it wrote to standard error
record FreshJvm(int exitCode, String out, String err) {
    private static final long DEADLINE_SECONDS = 120;

    /// Runs `main` to its end; a JVM that does not end is killed and fails the test.
    ///
    /// @param directory for what it writes
    static FreshJvm run(Path directory, List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        final Path out = directory.resolve("out");
        final Path err = directory.resolve("err");
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        final Map<String, String> environment = builder.environment();
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").forEach(environment::remove);
        final Process process = builder.start();
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + DEADLINE_SECONDS + " s: " + command + "\nout: "
                        + read(out) + "\nerr: " + read(err));
            }
            return new FreshJvm(process.exitValue(), read(out), read(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
