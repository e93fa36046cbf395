package dev.backplane.pool;

import dev.backplane.store.Platform;
import dev.backplane.store.Platform.TerminalSize;
import java.io.PrintStream;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// One line of a terminal, rewritten in place; nothing where there is no terminal.
///
/// Each change is one write, of a line that is cut to the terminal's width: what is seen is the old line or
/// the new one. What else is to be printed meanwhile goes through [#println], which puts it above.
///
/// Thread-safe.
public final class TerminalLine implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;
    private static final String CLEAR_REST = "\033[K";

    private final PrintStream out;
    private final int columns;
    private final LongSupplier clock;
    private long lastNanos;
    private String shown = "";

    /// A line.
    ///
    /// @param columns how wide the terminal is, 0 if there is none
    /// @param clock as [System#nanoTime]
    TerminalLine(PrintStream out, int columns, LongSupplier clock) {
        this.out = out;
        this.columns = columns;
        this.clock = clock;
        this.lastNanos = clock.getAsLong() - PAUSE_NANOS;
    }

    /// A line on standard error, if that is a terminal.
    ///
    /// @return a new line, empty
    public static TerminalLine onStandardError() {
        return new TerminalLine(
                System.err,
                Platform.current().terminalSize(2).map(TerminalSize::columns).orElse(0),
                System::nanoTime);
    }

    /// How long a text may be to be seen whole: one less than the terminal is wide, so that its cursor stays
    /// in the line.
    ///
    /// @return 0 if there is no terminal
    public int width() {
        return Math.max(0, columns - 1);
    }

    /// Shows another text, unless one was shown a moment ago: ten times a second at most.
    ///
    /// @param text asked for if it is shown
    public synchronized void showSometimes(Supplier<String> text) {
        final long now = clock.getAsLong();
        if (columns > 0 && now - lastNanos >= PAUSE_NANOS) {
            lastNanos = now;
            show(text.get());
        }
    }

    /// Shows another text.
    ///
    /// @param text without line feeds; cut if it is too long
    public synchronized void show(String text) {
        if (columns > 0) {
            shown = text.substring(0, Math.min(text.length(), width()));
            write("\r" + shown + CLEAR_REST);
        }
    }

    /// Prints a line of its own above this one; where there is no terminal too.
    ///
    /// @param text one line
    public synchronized void println(String text) {
        if (shown.isEmpty()) {
            write(text + "\n");
        } else {
            write("\r" + text + CLEAR_REST + "\n" + shown);
        }
    }

    /// Leaves the text where it is: what comes next is below it.
    public synchronized void finish() {
        if (!shown.isEmpty()) {
            shown = "";
            write("\n");
        }
    }

    /// Takes the text away.
    @Override
    public synchronized void close() {
        if (!shown.isEmpty()) {
            shown = "";
            write("\r" + CLEAR_REST);
        }
    }

    private void write(String text) {
        out.print(text);
        out.flush();
    }
}
