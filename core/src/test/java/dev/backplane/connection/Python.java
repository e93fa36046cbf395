package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Python that runs one of the test resources, and says in lines what happens.
public final class Python implements AutoCloseable {
    private static final Path VERSIONS = Path.of(System.getProperty("user.home"), ".pyenv", "versions");

    private final Process process;
    private final BufferedReader lines;
    private final Path script;

    private Python(Process process, Path script) {
        this.process = process;
        this.script = script;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// A program of Python.
    ///
    /// @param command to run it
    /// @param minor of its version 3.x
    public record Version(String command, int minor) {
        /// Whether it proves its key by MD5 only.
        boolean isOld() {
            return minor < 12;
        }

        @Override
        public String toString() {
            return "Python 3." + minor;
        }
    }

    /// The oldest and the newest that are here, from 3.8 on, of those of pyenv and the one on the path: they differ
    /// in all that matters. All that are here with the system property `pythons=all`.
    public static List<Version> some() {
        final List<Version> all = all();
        return all.size() <= 2 || System.getProperty("pythons", "").equals("all")
                ? all
                : List.of(all.getFirst(), all.getLast());
    }

    private static List<Version> all() {
        final List<String> commands = new ArrayList<>();
        if (Files.isDirectory(VERSIONS)) {
            try (Stream<Path> versions = Files.list(VERSIONS)) {
                versions.map(version -> version.resolve("bin/python3").toString())
                        .sorted()
                        .forEach(commands::add);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, "python3"))) {
                commands.add(Path.of(directory, "python3").toString());
                break;
            }
        }
        final List<Version> found = new ArrayList<>();
        for (String command : commands) {
            final int minor = minorOf(command);
            if (minor >= 8 && found.stream().noneMatch(version -> version.minor == minor)) {
                found.add(new Version(command, minor));
            }
        }
        found.sort(Comparator.comparingInt(Version::minor));
        return found;
    }

    private static int minorOf(String command) {
        if (!Files.isExecutable(Path.of(command))) {
            return -1;
        }
        try {
            final Process asked = new ProcessBuilder(command, "-c", "import sys; print(sys.version_info[1])").start();
            final String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return answer.matches("\\d+") ? Integer.parseInt(answer) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /// Starts one.
    public static Python start(Version version, String resource, String... arguments) {
        try {
            final Path script = Files.createTempFile("backplane-", ".py");
            try (InputStream in = Objects.requireNonNull(
                    Python.class.getResourceAsStream("/python/" + resource), () -> "no resource " + resource)) {
                Files.write(script, in.readAllBytes());
            }
            final List<String> command = new ArrayList<>(List.of(version.command, script.toString()));
            command.addAll(List.of(arguments));
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new Python(process, script);
        } catch (IOException e) {
            throw new AssertionError("cannot start " + version, e);
        }
    }

    /// The rest of the next line, which must begin so.
    public String expect(String prefix) {
        try {
            final String line = lines.readLine();
            if (line == null || !line.startsWith(prefix)) {
                final String more = process.isAlive() && line != null
                        ? ""
                        : String.valueOf(lines.lines().toList());
                throw new AssertionError("expected \"" + prefix + "\", Python said \"" + line + "\" " + more);
            }
            return line.substring(prefix.length()).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Kills it as `kill -9` does.
    public void kill() {
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
