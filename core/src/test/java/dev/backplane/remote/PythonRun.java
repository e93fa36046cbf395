package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Python that runs one of the test resources, and says in lines what happens.
final class PythonRun implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final Path script;

    private PythonRun(Process process, Path script) {
        this.process = process;
        this.script = script;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// The commands of all Pythons that are here, from 3.8 on.
    static List<String> versions() {
        final List<String> commands = new ArrayList<>();
        final Path all = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(all)) {
            try (Stream<Path> versions = Files.list(all)) {
                versions.map(version -> version.resolve("bin/python3"))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .sorted()
                        .forEach(commands::add);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        if (commands.isEmpty()) {
            commands.add("python3");
        }
        commands.removeIf(command -> !isNewEnough(command));
        return commands;
    }

    private static boolean isNewEnough(String command) {
        try {
            return new ProcessBuilder(command, "-c", "import sys; sys.exit(sys.version_info < (3, 8))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    static PythonRun start(String command, String resource, String... arguments) {
        try {
            final Path script = Files.createTempFile("backplane-", ".py");
            try (InputStream in = Objects.requireNonNull(
                    PythonRun.class.getResourceAsStream("/python/" + resource), () -> "no resource " + resource)) {
                Files.write(script, in.readAllBytes());
            }
            final List<String> line = new ArrayList<>(List.of(command, script.toString()));
            line.addAll(List.of(arguments));
            return new PythonRun(new ProcessBuilder(line).redirectErrorStream(true).start(), script);
        } catch (IOException e) {
            throw new AssertionError("cannot start " + command, e);
        }
    }

    /// The rest of the next line, which must begin so.
    String expect(String prefix) {
        try {
            final String line = lines.readLine();
            if (line == null || !line.startsWith(prefix)) {
                throw new AssertionError("expected \"" + prefix + "\", Python said \"" + line + "\"");
            }
            return line.substring(prefix.length()).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Kills it as `kill -9` does.
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "Python does not end");
            Files.deleteIfExists(script);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
