package dev.backplane.store.testing;

import dev.backplane.store.StoreProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A JVM that a test has started: talked to line by line, frozen or killed at will, and never left behind.
///
/// It runs a main class of the test's class path. Waiting for a line has a deadline, and a failure shows
/// everything that the JVM has printed and, if it is still alive, what its threads do.
///
/// For one test thread; the output is read by two threads of its own, so a JVM never blocks on what it prints.
public final class Jvm implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /// For what is nice to have in a failure's message, and must not itself hang the test.
    private static final Duration BEST_EFFORT = Duration.ofSeconds(10);
    /// What the reader puts in the queue at the end of the output.
    private static final String END = "\0end";

    private final String name;
    private final Process process;
    private final Duration deadline;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<String> transcript = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers = new ArrayList<>();

    private Jvm(String name, Process process, Duration deadline) {
        this.name = name;
        this.process = process;
        this.deadline = deadline;
        read("out", process.getInputStream(), true);
        read("err", process.getErrorStream(), false);
    }

    /// Starts a JVM with the default options.
    ///
    /// @param main the class to run
    /// @param arguments for it
    /// @return the JVM, running
    public static Jvm fork(Class<?> main, String... arguments) {
        return builder().fork(main, arguments);
    }

    /// Starts a JVM.
    ///
    /// @param options more JVM options
    /// @param main the class to run
    /// @param arguments for it
    /// @return the JVM, running
    public static Jvm fork(List<String> options, Class<?> main, String... arguments) {
        return builder().options(options.toArray(String[]::new)).fork(main, arguments);
    }

    /// A builder with the default options: 256 MiB of heap, a quick start, the platform that this JVM tests.
    ///
    /// @return a new builder
    public static Builder builder() {
        return new Builder();
    }

    private void read(String stream, InputStream from, boolean expected) {
        final Thread reader = new Thread(
                () -> {
                    try (BufferedReader text =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        for (String line = text.readLine(); line != null; line = text.readLine()) {
                            transcript.add(stream + ": " + line);
                            if (expected) {
                                lines.add(line);
                            }
                        }
                    } catch (IOException e) {
                        transcript.add(stream + " ended with " + e);
                    }
                    if (expected) {
                        lines.add(END);
                    }
                },
                name + " " + stream);
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    /// The process id.
    ///
    /// @return as the operating system has it
    public long pid() {
        return process.pid();
    }

    /// Waits for the next line and fails unless it is this one.
    ///
    /// @param line the whole line
    public void expect(String line) {
        next("the line \"" + line + "\"", line::equals);
    }

    /// Waits for the next line and fails unless it begins so.
    ///
    /// @param prefix how it begins
    /// @return the whole line
    public String expectStartsWith(String prefix) {
        return next("a line that begins \"" + prefix + "\"", line -> line.startsWith(prefix));
    }

    /// Waits for the next line and fails unless it begins so.
    ///
    /// @param prefix how it begins
    /// @return the rest of the line
    public String expectAfter(String prefix) {
        return expectStartsWith(prefix).substring(prefix.length());
    }

    private String next(String what, Predicate<String> test) {
        final String line;
        try {
            line = lines.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while waiting for " + what);
        }
        if (line == null) {
            throw failure("waited " + deadline + " for " + what);
        }
        if (line.equals(END)) {
            lines.add(END); // For whoever asks again.
            throw failure("expected " + what + ", got the end of its output");
        }
        if (!test.test(line)) {
            throw failure("expected " + what + ", got \"" + line + "\"");
        }
        return line;
    }

    /// Sends a line to the JVM's standard input.
    ///
    /// @param line without its end
    public void tell(String line) {
        try {
            final OutputStream out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw failure("cannot tell it \"" + line + "\": " + e);
        }
    }

    /// Kills the JVM as `kill -9` does, and waits until it is gone.
    public void kill() {
        process.destroyForcibly();
        waitForExit(DEADLINE); // However short the deadline of this JVM's tests is: the kernel takes its time.
    }

    /// Freezes the JVM as `kill -STOP` does: it runs no further instruction until [#resume], but holds all that
    /// it has. Returns when all its threads stand still: the signal reaches them one after the other.
    public void stop() {
        signal("STOP");
        final Path tasks = Path.of("/proc", Long.toString(pid()), "task");
        if (Files.isDirectory(tasks)) {
            Eventually.holds("all threads stand still", () -> standStill(tasks));
        }
    }

    private static boolean standStill(Path tasks) {
        try (Stream<Path> each = Files.list(tasks)) {
            return each.allMatch(task -> {
                try {
                    final String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
                    return "TtZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
                } catch (IOException e) {
                    return true; // A thread that has ended meanwhile.
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lets a frozen JVM go on.
    public void resume() {
        signal("CONT");
    }

    /// Sends a signal to the JVM.
    ///
    /// @param signal its name, such as `STOP`, `CONT` or `TERM`
    public void signal(String signal) {
        try {
            final int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw failure("kill -" + signal + " exited with " + code);
            }
        } catch (IOException e) {
            throw failure("cannot send " + signal + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while sending " + signal);
        }
    }

    /// Whether the JVM runs, or is frozen.
    ///
    /// @return false from its end on
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits until the JVM has ended; one that does not fails the test.
    ///
    /// What it printed has been read then, unless a child of its own still holds its output open.
    ///
    /// @return its exit code, 137 after a kill
    public int waitForExit() {
        return waitForExit(deadline);
    }

    private int waitForExit(Duration longest) {
        try {
            if (!process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure("it did not end within " + longest);
            }
            for (Thread reader : readers) {
                if (!reader.join(BEST_EFFORT)) {
                    transcript.add("(another process holds the output of " + reader.getName() + " open)");
                }
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while waiting for its end");
        }
    }

    /// Everything printed so far.
    ///
    /// @return one line each, with its stream's name before it
    public List<String> transcript() {
        return List.copyOf(transcript);
    }

    private AssertionError failure(String what) {
        final StringBuilder text = new StringBuilder("JVM ")
                .append(name)
                .append(" (pid ")
                .append(pid())
                .append(process.isAlive() ? ", alive" : ", ended with " + process.exitValue())
                .append("): ")
                .append(what);
        transcript.forEach(line -> text.append("\n  ").append(line));
        if (process.isAlive()) {
            text.append("\n").append(threadDump());
        }
        return new AssertionError(text.toString());
    }

    /// Asks with a deadline, because a JVM that is frozen or stuck at a safepoint never answers.
    private String threadDump() {
        try {
            final Path file = Files.createTempFile("backplane-threads-", ".txt");
            try {
                final Process dump = new ProcessBuilder(java("jcmd"), Long.toString(pid()), "Thread.print")
                        .redirectErrorStream(true)
                        .redirectOutput(file.toFile())
                        .start();
                if (!dump.waitFor(BEST_EFFORT.toNanos(), TimeUnit.NANOSECONDS)) {
                    dump.destroyForcibly();
                    return "no thread dump: it does not answer";
                }
                return Files.readString(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return "no thread dump: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "no thread dump: interrupted";
        }
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    /// Kills the JVM if it is still there.
    @Override
    public void close() {
        kill();
    }

    /// How a JVM is started.
    public static final class Builder {
        private final List<String> options = new ArrayList<>();
        private Duration deadline = DEADLINE;

        private Builder() {
            options.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xshare:auto",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx256m"));
            final String platform = System.getProperty("dev.backplane.platform");
            if (platform != null) {
                property("dev.backplane.platform", platform);
            }
        }

        /// Limits the heap.
        ///
        /// @param bytes at least 2 MiB
        /// @return this
        public Builder heap(long bytes) {
            return options("-Xmx" + bytes);
        }

        /// Sets a system property.
        ///
        /// @param property its name
        /// @param value its value
        /// @return this
        public Builder property(String property, String value) {
            return options("-D" + property + "=" + value);
        }

        /// Lets the JVM run operations under a [Mortality.Life].
        ///
        /// @return this
        public Builder mortal() {
            return property(StoreProbe.PROPERTY, Mortality.class.getName());
        }

        /// Adds JVM options after those that are there.
        ///
        /// @param more as on a command line
        /// @return this
        public Builder options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /// How long each wait for a line or for the end may take; a minute if nothing is said.
        ///
        /// @param longest the longest wait
        /// @return this
        public Builder deadline(Duration longest) {
            deadline = longest;
            return this;
        }

        /// Starts a JVM.
        ///
        /// @param main the class to run
        /// @param arguments for it
        /// @return the JVM, running
        public Jvm fork(Class<?> main, String... arguments) {
            final List<String> command = new ArrayList<>();
            command.add(java("java"));
            command.addAll(options);
            command.add(main.getName());
            command.addAll(List.of(arguments));
            final ProcessBuilder builder = new ProcessBuilder(command);
            // An argument list may not hold a class path as long as some are, and would hide the main class in
            // ps.
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            try {
                return new Jvm(main.getSimpleName() + " " + String.join(" ", arguments), builder.start(), deadline);
            } catch (IOException e) {
                throw new AssertionError("cannot start " + command, e);
            }
        }
    }
}
