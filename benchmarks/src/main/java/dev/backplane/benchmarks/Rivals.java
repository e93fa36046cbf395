package dev.backplane.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The figures of programs in other languages, compiled and run on this machine when first asked for; none
/// where what they need is not installed.
final class Rivals {
    /// A program that prints lines of a name, a figure and its unit.
    @SuppressWarnings("ImmutableEnumChecker") // List.of makes immutable lists.
    private enum Program {
        C("rivals.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE, "-lpthread"),
        BOOST("boost_queue.cpp", "g++", "-O2", "-o", Program.BINARY, Program.SOURCE, "-lpthread", "-lrt"),
        SOCKET("socket.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE),
        PYTHON("python_queue.py"),
        PYTHON_CONNECTION("python_connection.py"),
        PYTHON_POOL("python_pool.py");

        /// Stand for the files in command lines.
        private static final String SOURCE = "SOURCE";

        private static final String BINARY = "BINARY";

        private final String source;
        private final List<String> compiler;

        Program(String source, String... compiler) {
            this.source = source;
            this.compiler = List.of(compiler);
        }
    }

    private final Map<Program, Map<String, Double>> figures = new EnumMap<>(Program.class);

    /// A figure of the C programs in nanoseconds, or null where it cannot be had.
    @Nullable
    Double nanos(String name) throws IOException, InterruptedException {
        return figure(Program.C, name);
    }

    /// One round of a figure of the C programs, for those that differ from one minute to the next.
    @Nullable
    Double nanosNow(String name) throws IOException, InterruptedException {
        return measure(Program.C, name).get(name);
    }

    /// Messages through Boost.Interprocess's message_queue, in millions a second.
    @Nullable
    Double boostQueueMillions(int bytes) throws IOException, InterruptedException {
        return figure(Program.BOOST, "boost_queue_" + bytes);
    }

    /// Messages through Python's multiprocessing.Queue, in millions a second.
    @Nullable
    Double pythonQueueMillions(int bytes) throws IOException, InterruptedException {
        return figure(Program.PYTHON, "python_queue_" + bytes);
    }

    /// What Python's multiprocessing.Pool of two workers does: millions of elements a second by `map`,
    /// thousands of calls a second by `apply`.
    @Nullable
    Double pythonPool(String what) throws IOException, InterruptedException {
        return figure(Program.PYTHON_POOL, "python_pool_" + what);
    }

    /// Two processes in C and a Unix-domain socket, in nanoseconds: `round_trip`, or `large` messages of 64
    /// MiB.
    @Nullable
    Double socketNanos(String what) throws IOException, InterruptedException {
        return figure(Program.SOCKET, "socket_" + what);
    }

    /// What Python's connections cost, in microseconds: a message through a `connection` or a `pipe`, a
    /// `manager`'s call, `manager_processor` time of both sides of a call.
    @Nullable
    Double pythonConnectionMicros(String what) throws IOException, InterruptedException {
        return figure(Program.PYTHON_CONNECTION, "python_" + what);
    }

    private @Nullable Double figure(Program program, String name) throws IOException, InterruptedException {
        Map<String, Double> found = figures.get(program);
        if (found == null) {
            found = measure(program);
            figures.put(program, found);
        }
        return found.get(name);
    }

    private static Map<String, Double> measure(Program program, String... arguments)
            throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-rivals");
        final Path source = directory.resolve(program.source);
        final Path binary = directory.resolve("rival");
        try {
            try (InputStream resource = Objects.requireNonNull(Rivals.class.getResourceAsStream(program.source))) {
                Files.copy(resource, source);
            }
            final Map<String, Double> found = new HashMap<>();
            Objects.requireNonNullElse(output(program, source, binary, arguments), "")
                    .lines()
                    .forEach(line -> {
                        final int name = line.indexOf(' ');
                        final int unit = line.lastIndexOf(' ');
                        found.put(line.substring(0, name), Double.valueOf(line.substring(name + 1, unit)));
                    });
            return found;
        } finally {
            Files.deleteIfExists(binary);
            Files.deleteIfExists(source);
            Files.deleteIfExists(directory);
        }
    }

    private static @Nullable String output(Program program, Path source, Path binary, String... arguments)
            throws IOException, InterruptedException {
        if (program.compiler.isEmpty()) {
            return run("python3", source.toString());
        }
        final String[] compile = program.compiler.stream()
                .map(word -> switch (word) {
                    case Program.SOURCE -> source.toString();
                    case Program.BINARY -> binary.toString();
                    default -> word;
                })
                .toArray(String[]::new);
        return run(compile) == null
                ? null
                : run(Stream.concat(Stream.of(binary.toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /// What a program printed, or null if it is missing or failed.
    private static @Nullable String run(String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD) // What is missing is a row that says so.
                    .start();
        } catch (IOException _) {
            return null; // Not installed.
        }
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? out : null;
    }
}
