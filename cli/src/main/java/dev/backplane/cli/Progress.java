package dev.backplane.cli;

import java.util.Locale;

/// How far a long job is, in a [StatusLine].
///
/// Used by one thread at a time.
final class Progress implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long total;
    private final StatusLine line;
    private final long startNanos = System.nanoTime();
    private long done;

    private Progress(long total, StatusLine line) {
        this.total = total;
        this.line = line;
    }

    /// A line that is shown if standard error is a terminal.
    static Progress onTerminal(long totalBytes) {
        return new Progress(totalBytes, StatusLine.onTerminal());
    }

    /// So many bytes more are done.
    synchronized void advance(long bytes, String workers) {
        done += bytes;
        line.show(() -> words(workers));
    }

    private String words(String workers) {
        final double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
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
        line.close();
    }
}
