package dev.backplane.process;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Reads a child's output line by line on a thread of its own and keeps the last lines.
///
/// A line longer than [#LONGEST_LINE] is passed on in pieces, so that a child that never ends its line takes no
/// memory. No piece ends inside of a character.
final class LineReader {
    private static final int KEPT_LINES = 200;
    private static final int LONGEST_LINE = 8192;

    /// How long a reader that waits for more is given to notice the last bytes of a child that has ended, and the
    /// end of its last line.
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Deque<String> last = new ArrayDeque<>();
    private final Consumer<String> lines;
    private final Thread thread;
    private final Object progress = new Object();
    /// Whether the child has ended, so that nothing is missing of its output once there is nothing to read.
    private volatile boolean childEnded;
    /// Whether the reader waits for more. Changed under the lock, as the next two.
    private boolean waiting;
    /// Whether there was nothing to read since the child's end.
    private boolean caughtUp;

    private boolean over;

    LineReader(String name, InputStream from, Consumer<String> lines) {
        this.lines = lines;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> read(new Watched(from)));
        thread.start();
    }

    private void read(InputStream from) {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            final StringBuilder line = new StringBuilder();
            for (int c = text.read(); c >= 0; c = text.read()) {
                if (c != '\n') {
                    line.append((char) c);
                }
                if (c == '\n') {
                    pass(line, line.length());
                } else if (line.length() == LONGEST_LINE) {
                    pass(line, Character.isHighSurrogate((char) c) ? LONGEST_LINE - 1 : LONGEST_LINE);
                }
            }
            if (!line.isEmpty()) {
                pass(line, line.length());
            }
        } catch (IOException e) {
            keep("(cannot read its output any further: " + e.getMessage() + ")");
        } finally {
            synchronized (progress) {
                over = true;
                progress.notifyAll();
            }
        }
    }

    private void pass(StringBuilder line, int length) {
        final String whole = line.substring(0, length);
        line.delete(0, length);
        keep(whole);
        try {
            lines.accept(whole);
        } catch (Throwable t) {
            // Reading goes on, or the child would write into a pipe that is closed, or full.
            tell(t);
        }
    }

    /// Tells the thread's handler of uncaught exceptions, and is not ended by what that throws either.
    private static void tell(Throwable thrown) {
        final Thread reader = Thread.currentThread();
        try {
            reader.getUncaughtExceptionHandler().uncaughtException(reader, thrown);
        } catch (Throwable _) {
            // As the JVM does where it calls the handler.
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

    /// Waits until everything that the child wrote, which has ended, was read and passed on. Not for the end of
    /// the pipe, which a grandchild may hold open: when there is nothing to read, there is nothing of the child's.
    ///
    /// @param deadline when to give up a consumer that takes long, as [System#nanoTime] counts
    void join(long deadline) throws InterruptedException {
        childEnded = true;
        boolean settled = false;
        long settledAt = 0;
        synchronized (progress) {
            while (!over) {
                final long now = System.nanoTime();
                if (!(waiting || caughtUp)) {
                    settled = false;
                } else if (!settled) {
                    settled = true;
                    settledAt = now;
                }
                final long left = Math.min(deadline - now, settled ? settledAt + GRACE_NANOS - now : Long.MAX_VALUE);
                if (left <= 0) {
                    return;
                }
                // Rounded up; and if the reader begins to wait in the meantime, it tells so.
                TimeUnit.NANOSECONDS.timedWait(progress, left + TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /// The child's output, which says when there is nothing to read.
    private final class Watched extends FilterInputStream {
        Watched(InputStream from) {
            super(from);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            final boolean afterEnd = childEnded; // Before the look: what the child wrote was there by then.
            if (in.available() > 0) {
                return in.read(into, offset, length);
            }
            waiting(true, afterEnd);
            try {
                return in.read(into, offset, length);
            } finally {
                waiting(false, false);
            }
        }

        private void waiting(boolean now, boolean nothingLeft) {
            synchronized (progress) {
                waiting = now;
                caughtUp |= nothingLeft;
                progress.notifyAll();
            }
        }
    }
}
