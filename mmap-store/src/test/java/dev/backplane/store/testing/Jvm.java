package dev.backplane.store.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A JVM that a test has started: talked to line by line, killed at will, and never left behind.
///
/// It runs a main class of the test's class path. Waiting for a line has a deadline, and a failure shows
/// everything that the JVM has printed and, if it is still alive, what its threads do.
public final class Jvm implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /// What the reader puts in the queue at the end of the output.
    private static final String END = "\0end";

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<String> transcript = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers = new ArrayList<>();

    private Jvm(String name, Process process) {
        this.name = name;
        this.process = process;
        read("out", process.getInputStream(), true);
        read("err", process.getErrorStream(), false);
    }

    /// Starts a JVM with the default options.
    ///
    /// @param main the class to run
    /// @param arguments for it
    /// @return the JVM, running
    public static Jvm fork(Class<?> main, String... arguments) {
        return fork(List.of(), main, arguments);
    }

    /// Starts a JVM.
    ///
    /// @param options more JVM options
    /// @param main the class to run
    /// @param arguments for it
    /// @return the JVM, running
    public static Jvm fork(List<String> options, Class<?> main, String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m"));
        final String platform = System.getProperty("dev.backplane.platform");
        if (platform != null) {
            command.add("-Ddev.backplane.platform=" + platform);
        }
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        try {
            return new Jvm(main.getSimpleName() + " " + String.join(" ", arguments), builder.start());
        } catch (IOException e) {
            throw new AssertionError("cannot start " + command, e);
        }
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
    /// @return the rest of the line
    public String expectAfter(String prefix) {
        return next("a line that begins \"" + prefix + "\"", line -> line.startsWith(prefix))
                .substring(prefix.length());
    }

    private String next(String what, Predicate<String> test) {
        final String line;
        try {
            line = lines.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while waiting for " + what);
        }
        if (line == null) {
            throw failure("waited " + DEADLINE + " for " + what);
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
        waitForExit();
    }

    /// Sends a signal to the JVM.
    ///
    /// @param signal its name, such as `STOP` or `CONT`
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

    /// Waits until the JVM has ended; one that does not fails the test.
    ///
    /// @return its exit code, 137 after a kill
    public int waitForExit() {
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw failure("it did not end within " + DEADLINE);
            }
            for (Thread reader : readers) {
                reader.join();
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

    private String threadDump() {
        try {
            final Process dump = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid()),
                            "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no thread dump: " + e;
        }
    }

    /// Kills the JVM if it is still there.
    @Override
    public void close() {
        kill();
    }
}
