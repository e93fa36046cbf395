package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A run of the program that listens until it is told to end.
final class ListeningProgram implements AutoCloseable {
    private static final String READY = "listening on ";

    private final Process process;
    private final Path err;
    private final String uri;

    private ListeningProgram(Process process, Path err, String uri) {
        this.process = process;
        this.err = err;
        this.uri = uri;
    }

    /// Starts it, and waits until it says that it listens.
    static ListeningProgram start(String... arguments) throws IOException {
        final Path err = Files.createTempFile("backplane-listening", ".err");
        final Process process = new ProcessBuilder(Program.command(List.of(), arguments))
                .redirectError(err.toFile())
                .start();
        final BufferedReader out = process.inputReader();
        final String line = out.readLine();
        assertTrue(line != null && line.startsWith(READY), () -> line + "\n" + errors(err));
        return new ListeningProgram(process, err, line.substring(READY.length()));
    }

    private static String errors(Path err) {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Where it listens.
    String uri() {
        return uri;
    }

    /// What it has said to standard error so far.
    String err() {
        return errors(err);
    }

    long pid() {
        return process.pid();
    }

    /// Tells it to end, and waits for that: with success.
    void terminate() throws InterruptedException {
        process.destroy();
        assertEquals(0, process.waitFor(), this::err);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(err);
    }
}
