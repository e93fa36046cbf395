package dev.backplane.cli;

import java.util.Locale;

/// How far a long job is: one line on standard error, rewritten in place, if that is a terminal; nothing
/// otherwise.
///
/// Used by one thread at a time.
final class Progress implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String CLEAR_LINE = "\r\033[K";

    private final long total;
    private final boolean visible;
    private final long startNanos = System.nanoTime();
    private long done;
    private long lastNanos = startNanos - PAUSE_NANOS;

    private Progress(long total, boolean visible) {
        this.total = total;
        this.visible = visible;
    }

    /// A line that is shown if standard error is a terminal, as the launcher has found out.
    static Progress onTerminal(long totalBytes) {
        return new Progress(totalBytes, Boolean.getBoolean("dev.backplane.cli.tty"));
    }

    /// So many bytes more are done.
    synchronized void advance(long bytes, String workers) {
        done += bytes;
        final long now = System.nanoTime();
        if (visible && now - lastNanos >= PAUSE_NANOS) {
            lastNanos = now;
            System.err.print(CLEAR_LINE + line(now, workers));
            System.err.flush();
        }
    }

    private String line(long now, String workers) {
        final double seconds = (now - startNanos) / NANOS_PER_SECOND;
        final double rate = done / Math.max(seconds, 1e-9);
        final double left = rate == 0 ? 0 : (total - done) / rate;
        return String.format(
                Locale.ROOT,
                "%s of %s (%d %%), %s/s, %.0f s left, %s",
                Bytes.format(done),
                Bytes.format(total),
                total == 0 ? 100 : done * 100 / total,
                Bytes.format((long) rate),
                left,
                workers);
    }

    synchronized boolean isHalfDone() {
        return done >= total / 2;
    }

    /// Takes the line away.
    @Override
    public synchronized void close() {
        if (visible) {
            System.err.print(CLEAR_LINE);
            System.err.flush();
        }
    }
}
