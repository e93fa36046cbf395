package dev.backplane.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The figures of programs in other languages, compiled and run on this machine when first asked for; none
/// where what they need is not installed.
final class Rivals implements AutoCloseable {
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 3;
    private static final int ALL_PERCENT = 100;
    private static final int QUICK_PERCENT = 20;
    private static final int BOOST_MESSAGES = 5_000;
    private static final int RING_BYTES = 1 << 28;
    private static final int MOST_MESSAGES = 2_000_000;
    private static final int LEAST_MESSAGES = 8;

    /// A program that prints lines of a name, a figure and its unit.
    @SuppressWarnings("ImmutableEnumChecker") // List.of makes immutable lists.
    private enum Program {
        C("rivals.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE, "-lpthread"),
        RING("ring.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE),
        CROWD("crowd.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE, "-lpthread"),
        SOCKET("socket.c", "gcc", "-O2", "-o", Program.BINARY, Program.SOURCE),
        BOOST("boost_queue.cpp", "g++", "-O2", "-o", Program.BINARY, Program.SOURCE, "-lpthread", "-lrt"),
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

    private final boolean quick;
    private final UnaryOperator<String> tools;
    private final Path directory;
    /// How each program is run, empty where it cannot be.
    private final Map<Program, List<String>> commands = new EnumMap<>(Program.class);
    private final Map<List<String>, Map<String, Double>> figures = new HashMap<>();

    /// Rivals by the compilers and interpreters that the system finds.
    ///
    /// @param quick whether to be done sooner, with noisier figures
    Rivals(boolean quick) throws IOException {
        this(quick, UnaryOperator.identity());
    }

    /// Rivals by other tools.
    ///
    /// @param tools the program that is run for `gcc`, `g++` or `python3`
    Rivals(boolean quick, UnaryOperator<String> tools) throws IOException {
        this.quick = quick;
        this.tools = tools;
        this.directory = Files.createTempDirectory("backplane-rivals");
    }

    /// A figure of the C programs in nanoseconds, or null where it cannot be had.
    @Nullable
    Double nanos(String name) throws IOException, InterruptedException {
        return figure(Program.C, name, name, String.valueOf(quick ? QUICK_ROUNDS : ROUNDS), percent());
    }

    /// One round of a figure of the C programs, for those that differ from one minute to the next.
    @Nullable
    Double nanosNow(String name) throws IOException, InterruptedException {
        return measure(Program.C, List.of(name, "1", percent())).get(name);
    }

    /// Messages through a bare ring in C, in millions a second.
    @Nullable
    Double ringMillions(int bytes) throws IOException, InterruptedException {
        final Double nanos = ring("ring_stream", bytes);
        return nanos == null ? null : Double.valueOf(1e3 / nanos);
    }

    /// A message through a bare ring in C and another one back, in nanoseconds.
    @Nullable
    Double ringTripNanos(int bytes) throws IOException, InterruptedException {
        return ring("ring_round_trip", bytes);
    }

    private @Nullable Double ring(String name, int bytes) throws IOException, InterruptedException {
        return figure(Program.RING, name, String.valueOf(bytes), messages(bytes), String.valueOf(QUICK_ROUNDS));
    }

    /// So many processes at one `counter` or one `lock` in C, in millions of operations a second.
    @Nullable
    Double crowdMillions(String what, int processes) throws IOException, InterruptedException {
        return figure(Program.CROWD, "crowd_" + what, what, String.valueOf(processes), quick ? "100" : "1000");
    }

    /// Messages through Boost.Interprocess's message_queue, in millions a second.
    @Nullable
    Double boostQueueMillions(int bytes) throws IOException, InterruptedException {
        final String count = String.valueOf(BOOST_MESSAGES * Integer.parseInt(percent()));
        return figure(Program.BOOST, "boost_queue_" + bytes, count);
    }

    /// Messages through Python's multiprocessing.Queue, in millions a second.
    @Nullable
    Double pythonQueueMillions(int bytes) throws IOException, InterruptedException {
        return figure(Program.PYTHON, "python_queue_" + bytes, percent());
    }

    /// What Python's multiprocessing.Pool of two workers does: millions of elements a second by `map`,
    /// thousands of calls a second by `apply`.
    @Nullable
    Double pythonPool(String what) throws IOException, InterruptedException {
        return figure(Program.PYTHON_POOL, "python_pool_" + what, percent());
    }

    /// Two processes in C and a Unix-domain socket, in nanoseconds: `round_trip`, or `large` messages of 64
    /// MiB.
    @Nullable
    Double socketNanos(String what) throws IOException, InterruptedException {
        return figure(Program.SOCKET, "socket_" + what, what, what.equals("large") ? quick ? "4" : "16" : percent());
    }

    /// The same with many messages one way, in MiB a second.
    @Nullable
    Double socketMebibytes(int bytes) throws IOException, InterruptedException {
        return figure(Program.SOCKET, "socket_stream", "stream", String.valueOf(bytes), messages(bytes));
    }

    /// What Python's connections cost, in microseconds: a message through a `connection` or a `pipe`, a
    /// `manager`'s call, `manager_processor` time of both sides of a call.
    @Nullable
    Double pythonConnectionMicros(String what) throws IOException, InterruptedException {
        return figure(Program.PYTHON_CONNECTION, "python_" + what, percent());
    }

    /// Deletes the programs.
    @Override
    public void close() throws IOException {
        for (Program program : Program.values()) {
            Files.deleteIfExists(source(program));
            Files.deleteIfExists(binary(program));
        }
        Files.delete(directory);
    }

    private String percent() {
        return String.valueOf(quick ? QUICK_PERCENT : ALL_PERCENT);
    }

    /// How many messages of one length are sent in a row.
    private String messages(int bytes) {
        final int most = quick ? MOST_MESSAGES / 10 : MOST_MESSAGES;
        final int room = quick ? RING_BYTES / 4 : RING_BYTES;
        return String.valueOf(Math.clamp(room / bytes, quick ? LEAST_MESSAGES / 2 : LEAST_MESSAGES, most));
    }

    private @Nullable Double figure(Program program, String name, String... arguments)
            throws IOException, InterruptedException {
        final List<String> key = new ArrayList<>(List.of(program.name()));
        key.addAll(Arrays.asList(arguments));
        Map<String, Double> found = figures.get(key);
        if (found == null) {
            found = measure(program, List.of(arguments));
            figures.put(key, found);
        }
        return found.get(name);
    }

    private Map<String, Double> measure(Program program, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = commands.get(program);
        if (command == null) {
            command = prepare(program);
            commands.put(program, command);
        }
        final Map<String, Double> found = new HashMap<>();
        if (command.isEmpty()) {
            return found;
        }
        final List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        Objects.requireNonNullElse(run(all), "").lines().forEach(line -> {
            final int name = line.indexOf(' ');
            final int unit = line.lastIndexOf(' ');
            found.put(line.substring(0, name), Double.valueOf(line.substring(name + 1, unit)));
        });
        return found;
    }

    private Path source(Program program) {
        return directory.resolve(program.source);
    }

    private Path binary(Program program) {
        return directory.resolve(program.name());
    }

    /// Compiles, where that is needed, and says what to run; nothing if that cannot be done here.
    private List<String> prepare(Program program) throws IOException, InterruptedException {
        final Path source = source(program);
        final Path binary = binary(program);
        try (InputStream resource = Objects.requireNonNull(Rivals.class.getResourceAsStream(program.source))) {
            Files.copy(resource, source);
        }
        if (program.compiler.isEmpty()) {
            return List.of(tools.apply("python3"), source.toString());
        }
        final List<String> compile = new ArrayList<>();
        for (String word : program.compiler) {
            compile.add(
                    switch (word) {
                        case Program.SOURCE -> source.toString();
                        case Program.BINARY -> binary.toString();
                        default -> word;
                    });
        }
        compile.set(0, tools.apply(program.compiler.getFirst()));
        return run(compile) == null ? List.of() : List.of(binary.toString());
    }

    /// What a program printed, or null if it is missing or failed.
    private static @Nullable String run(List<String> command) throws IOException, InterruptedException {
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
