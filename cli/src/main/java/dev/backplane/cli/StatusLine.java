package dev.backplane.cli;

import java.util.function.Supplier;

/// One line on standard error, rewritten in place, if that is a terminal; nothing otherwise.
///
/// Used by one thread at a time.
final class StatusLine implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;
    private static final String CLEAR_LINE = "\r\033[K";

    private final boolean visible;
    private long lastNanos = System.nanoTime() - PAUSE_NANOS;

    private StatusLine(boolean visible) {
        this.visible = visible;
    }

    /// A line that is shown if standard error is a terminal, as the launcher has found out.
    static StatusLine onTerminal() {
        return new StatusLine(Boolean.getBoolean("dev.backplane.cli.tty"));
    }

    /// Shows other words, unless it did so a moment ago.
    void show(Supplier<String> words) {
        final long now = System.nanoTime();
        if (visible && now - lastNanos >= PAUSE_NANOS) {
            lastNanos = now;
            System.err.print(CLEAR_LINE + words.get());
            System.err.flush();
        }
    }

    /// Takes the line away.
    @Override
    public void close() {
        if (visible) {
            System.err.print(CLEAR_LINE);
            System.err.flush();
        }
    }
}
