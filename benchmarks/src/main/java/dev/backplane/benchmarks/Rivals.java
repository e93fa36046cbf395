package dev.backplane.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The figures of `rivals.c`, compiled and run on this machine, when first asked for; none where there is no C
/// compiler.
final class Rivals {
    private static final String SOURCE = "rivals.c";
    private @Nullable Map<String, Double> figures;

    /// A figure in nanoseconds, or null where it cannot be had.
    @Nullable
    Double nanos(String name) throws IOException, InterruptedException {
        if (figures == null) {
            figures = measure();
        }
        return figures.get(name);
    }

    private static Map<String, Double> measure() throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-rivals");
        final Path source = directory.resolve(SOURCE);
        final Path program = directory.resolve("rivals");
        try {
            try (InputStream resource = Objects.requireNonNull(Rivals.class.getResourceAsStream(SOURCE))) {
                Files.copy(resource, source);
            }
            final Map<String, Double> found = new HashMap<>();
            if (run("gcc", "-O2", "-o", program.toString(), source.toString(), "-lpthread") != null) {
                Objects.requireNonNullElse(run(program.toString()), "").lines().forEach(line -> {
                    final int name = line.indexOf(' ');
                    final int unit = line.lastIndexOf(' ');
                    found.put(line.substring(0, name), Double.valueOf(line.substring(name + 1, unit)));
                });
            }
            return found;
        } finally {
            Files.deleteIfExists(program);
            Files.deleteIfExists(source);
            Files.deleteIfExists(directory);
        }
    }

    /// What a program printed, or null if it is missing or failed.
    private static @Nullable String run(String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException _) {
            return null; // Not installed.
        }
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? out : null;
    }
}
