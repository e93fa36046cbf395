package dev.backplane.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// Reads a child's output line by line on a thread of its own and keeps the last lines.
///
/// A line longer than [#LONGEST_LINE] is passed on in pieces, so that a child that never ends its line takes no
/// memory.
final class LineReader {
    private static final int KEPT_LINES = 200;
    private static final int LONGEST_LINE = 8192;
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(2);

    private final Deque<String> last = new ArrayDeque<>();
    private final Consumer<String> lines;
    private final Thread thread;

    LineReader(String name, InputStream from, Consumer<String> lines) {
        this.lines = lines;
        this.thread = Thread.ofPlatform().daemon().name(name).start(() -> read(from));
    }

    private void read(InputStream from) {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            final StringBuilder line = new StringBuilder();
            for (int c = text.read(); c >= 0; c = text.read()) {
                if (c != '\n') {
                    line.append((char) c);
                }
                if (c == '\n' || line.length() == LONGEST_LINE) {
                    pass(line);
                }
            }
            if (!line.isEmpty()) {
                pass(line);
            }
        } catch (IOException e) {
            keep("(cannot read its output any further: " + e.getMessage() + ")");
        }
    }

    private void pass(StringBuilder line) {
        final String whole = line.toString();
        line.setLength(0);
        keep(whole);
        try {
            lines.accept(whole);
        } catch (RuntimeException e) {
            // Reading goes on, or the child would write into a pipe that is closed, or full.
            final Thread reader = Thread.currentThread();
            reader.getUncaughtExceptionHandler().uncaughtException(reader, e);
        }
    }

    private void keep(String line) {
        synchronized (last) {
            if (last.size() == KEPT_LINES) {
                last.removeFirst();
            }
            last.addLast(line);
        }
    }

    List<String> lastLines() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    /// Waits until everything the child wrote has been read, for a moment only: a grandchild may hold the pipe
    /// open.
    void join() throws InterruptedException {
        thread.join(LONGEST_JOIN);
    }
}
