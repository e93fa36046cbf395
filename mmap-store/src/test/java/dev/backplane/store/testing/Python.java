package dev.backplane.store.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A Python that runs one of the test resources, and says in lines what happens.
public final class Python implements AutoCloseable {
    private static final String ON_PATH = "python3";
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
    /// @param minor of its version 3.x; -1 if it cannot be run
    public record Version(String command, int minor) {
        /// Whether it proves its key by MD5 only.
        ///
        /// @return true before 3.12
        public boolean isOld() {
            return minor < 12;
        }

        @Override
        public String toString() {
            return "Python 3." + minor;
        }
    }

    /// A run of a program to its end.
    ///
    /// @param exitCode what it ended with
    /// @param output all that it wrote, to standard error too
    public record Run(int exitCode, String output) {
        /// Fails the test if the program did.
        ///
        /// @return the output
        public String succeeded() {
            assertEquals(0, exitCode, output);
            return output;
        }
    }

    /// The oldest and the newest that are here, from 3.8 on, of those of pyenv and the one on the path: they differ
    /// in all that matters. All that are here with the system property `pythons=all`.
    ///
    /// @return the older one first; none if there is none
    public static List<Version> some() {
        final List<Version> all = all();
        return all.size() <= 2 || System.getProperty("pythons", "").equals("all")
                ? all
                : List.of(all.getFirst(), all.getLast());
    }

    /// One that has numpy, the one on the path first.
    ///
    /// @return nothing if none has it
    public static Optional<Version> withNumpy() {
        final List<Version> candidates = new ArrayList<>(all());
        final int onPath = minorOf(ON_PATH);
        candidates.sort(Comparator.comparing(version -> version.minor() != onPath));
        return candidates.stream()
                .filter(version ->
                        answerOf(version.command(), "import numpy; print(1)").equals("1"))
                .findFirst();
    }

    /// [#some], and [#withNumpy] if it is none of them: for all that numpy's values are to be tested with.
    ///
    /// @return the oldest first
    public static List<Version> someAndNumpys() {
        final List<Version> versions = new ArrayList<>(some());
        withNumpy().filter(version -> !versions.contains(version)).ifPresent(versions::add);
        versions.sort(Comparator.comparingInt(Version::minor));
        return versions;
    }

    /// The one on the path; without one, the test is not run.
    ///
    /// @return the version that `python3` is
    public static Version onPath() {
        final int minor = minorOf(ON_PATH);
        Assumptions.assumeTrue(minor >= 0, "python3 is not on this machine");
        return new Version(ON_PATH, minor);
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
        commands.add(ON_PATH);
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
        final String answer = answerOf(command, "import sys; print(sys.version_info[1])");
        return answer.matches("\\d+") ? Integer.parseInt(answer) : -1;
    }

    /// What a short program prints; nothing if it cannot be run.
    private static String answerOf(String command, String program) {
        try {
            final Process asked = new ProcessBuilder(command, "-c", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /// Runs a program to its end.
    ///
    /// @param version which Python
    /// @param arguments a script and what it is given, or options before
    /// @return how it ended
    /// @throws InterruptedException if interrupted before its end
    public static Run run(Version version, String... arguments) throws InterruptedException {
        return run(version, Map.of(), arguments);
    }

    /// Runs a program to its end.
    ///
    /// @param version which Python
    /// @param environment more variables
    /// @param arguments a script and what it is given, or options before
    /// @return how it ended
    /// @throws InterruptedException if interrupted before its end
    public static Run run(Version version, Map<String, String> environment, String... arguments)
            throws InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(version.command).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment);
        try {
            final Process process = builder.start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            throw new AssertionError("cannot run " + version, e);
        }
    }

    /// Starts one.
    ///
    /// @param caller whose resources are meant
    /// @param version which Python
    /// @param resource the script, in `/python`
    /// @param arguments of the script
    /// @return the running Python
    public static Python start(Class<?> caller, Version version, String resource, String... arguments) {
        try {
            final Path script = Files.createTempFile("backplane-", ".py");
            try (InputStream in = Objects.requireNonNull(
                    caller.getResourceAsStream("/python/" + resource), () -> "no resource " + resource)) {
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
    ///
    /// @param prefix what it begins with
    /// @return what follows, stripped
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
