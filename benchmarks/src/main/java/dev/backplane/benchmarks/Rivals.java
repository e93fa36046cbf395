package dev.backplane.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The figures of programs in other languages, each measured once when asked for; compiled before, and none where
/// what they need is not installed, or where they fail: these are told apart.
final class Rivals implements AutoCloseable {
    private static final int ALL_PERCENT = 100;
    private static final int QUICK_PERCENT = 20;
    private static final int BOOST_MESSAGES = 5_000;
    private static final int RING_BYTES = 1 << 28;
    private static final int MOST_MESSAGES = 1_000_000;
    private static final int LEAST_MESSAGES = 8;
    private static final String HEADER = "rival.h";

    /// A program that prints lines of a name, a figure and its unit.
    private enum Program {
        C("rivals.c", "gcc"),
        RING("ring.c", "gcc"),
        CROWD("crowd.c", "gcc"),
        SOCKET("socket.c", "gcc"),
        BOOST("boost_queue.cpp", "g++"),
        PYTHON("python_queue.py", Program.INTERPRETER),
        PYTHON_CONNECTION("python_connection.py", Program.INTERPRETER),
        PYTHON_POOL("python_pool.py", Program.INTERPRETER);

        private static final String INTERPRETER = "python3";

        private final String source;
        private final String tool;

        Program(String source, String tool) {
            this.source = source;
            this.tool = tool;
        }

        private boolean isCompiled() {
            return !tool.equals(INTERPRETER);
        }
    }

    private final boolean quick;
    private final UnaryOperator<String> tools;
    private final Path directory;
    /// How each program is run, or why it cannot be.
    private final Map<Program, Prepared> prepared = new EnumMap<>(Program.class);

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

    /// A figure of the C programs in nanoseconds.
    ///
    /// @throws AbsentException as all of these do where it cannot be had
    double nanos(String name) throws IOException, InterruptedException, AbsentException {
        return nanos(name, quick ? QUICK_PERCENT : ALL_PERCENT);
    }

    /// The same of so much as it usually does, in percent.
    double nanos(String name, int percent) throws IOException, InterruptedException, AbsentException {
        return figure(Program.C, name, name, String.valueOf(percent));
    }

    /// Messages through a bare ring in C, in millions a second.
    double ringMillions(int bytes) throws IOException, InterruptedException, AbsentException {
        return 1e3 / ring("ring_stream", bytes);
    }

    /// The same in MiB a second.
    double ringMebibytes(int bytes) throws IOException, InterruptedException, AbsentException {
        return bytes / ring("ring_stream", bytes) * 1e9 / (1 << 20);
    }

    /// A message through a bare ring in C and another one back, in nanoseconds.
    double ringTripNanos(int bytes) throws IOException, InterruptedException, AbsentException {
        return ring("ring_round_trip", bytes);
    }

    private double ring(String name, int bytes) throws IOException, InterruptedException, AbsentException {
        return figure(Program.RING, name, name, String.valueOf(bytes), messages(bytes));
    }

    /// So many processes at one `counter` or one `lock` in C, in millions of operations a second.
    double crowdMillions(String what, int processes) throws IOException, InterruptedException, AbsentException {
        return figure(Program.CROWD, "crowd_" + what, what, String.valueOf(processes), quick ? "100" : "1000");
    }

    /// Messages through Boost.Interprocess's message_queue, in millions a second.
    double boostQueueMillions(int bytes) throws IOException, InterruptedException, AbsentException {
        final String count = String.valueOf(BOOST_MESSAGES * Integer.parseInt(percent()));
        return figure(Program.BOOST, "boost_queue", String.valueOf(bytes), count);
    }

    /// Messages through Python's multiprocessing.Queue, in millions a second.
    double pythonQueueMillions(int bytes) throws IOException, InterruptedException, AbsentException {
        return figure(Program.PYTHON, "python_queue", String.valueOf(bytes), percent());
    }

    /// What Python's multiprocessing.Pool of two workers does: millions of elements a second by `map`,
    /// thousands of calls a second by `apply`.
    double pythonPool(String what) throws IOException, InterruptedException, AbsentException {
        return figure(Program.PYTHON_POOL, "python_pool_" + what, what, percent());
    }

    /// Two processes in C and a Unix-domain socket, in nanoseconds: `round_trip`, or `large` messages of 64
    /// MiB.
    double socketNanos(String what) throws IOException, InterruptedException, AbsentException {
        return figure(Program.SOCKET, "socket_" + what, what, what.equals("large") ? quick ? "4" : "8" : percent());
    }

    /// The same with many messages one way, in MiB a second.
    double socketMebibytes(int bytes) throws IOException, InterruptedException, AbsentException {
        return figure(Program.SOCKET, "socket_stream", "stream", String.valueOf(bytes), messages(bytes));
    }

    /// What Python's connections cost, in microseconds: a message through a `connection` or a `pipe`.
    double pythonConnectionMicros(String what) throws IOException, InterruptedException, AbsentException {
        return figure(Program.PYTHON_CONNECTION, "python_" + what, what, percent());
    }

    /// What a call of Python's manager costs, in microseconds, as `python_manager`, and of both processes' time as
    /// `python_manager_processor`.
    Map<String, Double> pythonManagerMicros() throws IOException, InterruptedException, AbsentException {
        return measure(Program.PYTHON_CONNECTION, "manager", percent());
    }

    /// Deletes the programs.
    @Override
    public void close() throws IOException {
        for (Program program : Program.values()) {
            Files.deleteIfExists(directory.resolve(program.source));
            Files.deleteIfExists(binary(program));
        }
        Files.deleteIfExists(directory.resolve(HEADER));
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

    private double figure(Program program, String name, String... arguments)
            throws IOException, InterruptedException, AbsentException {
        final Double figure = measure(program, arguments).get(name);
        if (figure == null) {
            throw AbsentException.failed("", program.source + " told nothing of " + name);
        }
        return figure;
    }

    private Map<String, Double> measure(Program program, String... arguments)
            throws IOException, InterruptedException, AbsentException {
        Prepared ready = prepared.get(program);
        if (ready == null) {
            ready = prepare(program);
            prepared.put(program, ready);
        }
        if (ready.obstacle != null) {
            throw ready.obstacle;
        }
        final List<String> all = new ArrayList<>(ready.command);
        all.addAll(List.of(arguments));
        final Map<String, Double> found = new HashMap<>();
        for (String line : successful(run(all), program.source).lines().toList()) {
            final int name = line.indexOf(' ');
            final int unit = line.lastIndexOf(' ');
            if (name < 0 || unit <= name) {
                throw AbsentException.failed(line, "");
            }
            found.put(line.substring(0, name), Double.valueOf(line.substring(name + 1, unit)));
        }
        return found;
    }

    private Path binary(Program program) {
        return directory.resolve(program.name());
    }

    /// Compiles, where that is needed, and says what to run, or why it cannot be.
    private Prepared prepare(Program program) throws IOException, InterruptedException {
        final String tool = tools.apply(program.tool);
        final String source = copied(program.source);
        if (!program.isCompiled()) {
            return new Prepared(List.of(tool, source), null);
        }
        copied(HEADER);
        final String binary = binary(program).toString();
        try {
            successful(
                    run(List.of(tool, "-O2", "-o", binary, source, "-lpthread", "-lrt")),
                    tool + " of " + program.source);
        } catch (AbsentException e) {
            return new Prepared(List.of(), e);
        }
        return new Prepared(List.of(binary), null);
    }

    private String copied(String name) throws IOException {
        final Path file = directory.resolve(name);
        try (InputStream resource = Objects.requireNonNull(Rivals.class.getResourceAsStream(name))) {
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file.toString();
    }

    /// How a program is run.
    ///
    /// @param command that does it
    /// @param obstacle why it cannot be, null if it can
    private record Prepared(List<String> command, @Nullable AbsentException obstacle) {}

    /// What came of a program.
    private record Outcome(int code, String out, String errors) {}

    /// What a program printed that did what it should.
    private static String successful(Outcome outcome, String program) throws AbsentException {
        if (outcome.code == 0) {
            return outcome.out;
        }
        if (isHeaderMissing(outcome.errors)) {
            throw AbsentException.notHere();
        }
        throw AbsentException.failed(
                worst(outcome.errors, program.endsWith(".py")), program + " ended with " + outcome.code);
    }

    /// What `gcc`, and `clang` by that name, say of an include that they do not find; they compile nothing more then.
    private static boolean isHeaderMissing(String errors) {
        return errors.lines()
                .anyMatch(line -> line.contains("fatal error:")
                        && (line.contains("No such file") || line.contains("file not found")));
    }

    /// The first line that tells what is wrong: of a compiler, which names functions and files before, that with the
    /// error; of Python, which ends with it, the last one.
    private static String worst(String errors, boolean last) {
        final List<String> lines =
                errors.lines().filter(line -> !line.isBlank()).toList();
        if (last && !lines.isEmpty()) {
            return lines.getLast();
        }
        return lines.stream()
                .filter(line -> line.contains("error:"))
                .map(line -> line.substring(line.indexOf("error:")))
                .findFirst()
                .orElse(errors);
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException, AbsentException {
        final Path errors = directory.resolve("errors");
        try {
            final ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put("LC_ALL", "C"); // What compilers say is read.
            final Process process;
            try {
                process = builder.start();
            } catch (IOException _) {
                throw AbsentException.notHere();
            }
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final int code = process.waitFor();
            return new Outcome(code, out, new String(Files.readAllBytes(errors), StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(errors);
        }
    }
}
