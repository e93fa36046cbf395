package dev.backplane.process;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a child's output line by line on a thread of its own and keeps the last lines.
///
/// A line longer than [#LONGEST_LINE] is passed on in pieces, so that a child that never ends its line takes no
/// memory. No piece ends inside of a character.
final class LineReader {
    private static final int KEPT_LINES = 200;
    private static final int LONGEST_LINE = 8192;

    /*
     * When all of an ended child's output is read. The end of the pipe says so, but not where a process that the child
     * has left holds the pipe too. Then nobody says it, for what a blocked read waits for cannot be seen: the stream is
     * locked by it. That the reader is in a read is not enough. On a busy host it may have been woken, by the child's
     * last bytes or the end, and not run yet.
     *
     * But who is woken is ready to run in the eyes of the kernel, and the child's last bytes and its end of the pipe
     * woke the reader before the end of the child was known. So a reader that is in a read, and asleep, waits for
     * others. It also sleeps now and then on its way out of the read, when the JVM stops its threads; so it has to be
     * seen asleep again and again. Looks are counted, not time: when the JVM stops its threads, it stops who looks.
     */
    /// How many more times in a row a reader that was seen asleep is seen so before that is believed.
    private static final int LOOKS = 10;

    /// How much time is between two looks.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Deque<String> last = new ArrayDeque<>();
    private final Consumer<String> lines;
    private final Thread thread;
    private final Object progress = new Object();
    /// Whether the child has ended, so that nothing is missing of its output once there is nothing to read.
    private volatile boolean childEnded;
    /// Whether the reader is in a read that may wait for more.
    private volatile boolean waiting;
    /// Whether there was nothing to read since the child's end, and then something: of another process.
    private volatile boolean othersWrite;
    /// Where the kernel tells how the reader's thread is.
    private volatile @Nullable Path status;
    /// Whether the reader has ended. Changed under the lock.
    private boolean over;

    LineReader(String name, InputStream from, Consumer<String> lines) {
        this.lines = lines;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> read(new Watched(from)));
        thread.start();
    }

    private void read(InputStream from) {
        try {
            status = Path.of("/proc")
                    .resolve(
                            Files.readSymbolicLink(Path.of("/proc/thread-self")).resolve("stat"));
        } catch (IOException _) {
            // Then nobody sees it asleep.
        }
        try (BufferedReader text = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            final StringBuilder line = new StringBuilder();
            for (int c = text.read(); c >= 0; c = text.read()) {
                if (c == '\n') {
                    pass(line, line.length());
                    continue;
                }
                if (line.length() == LONGEST_LINE) { // Which goes on: else it would end with the next character.
                    final boolean cut = Character.isHighSurrogate(line.charAt(LONGEST_LINE - 1));
                    pass(line, cut ? LONGEST_LINE - 1 : LONGEST_LINE);
                }
                line.append((char) c);
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
        int seenAsleep = 0;
        while (!othersWrite) {
            seenAsleep = isAsleep() ? seenAsleep + 1 : 0;
            final long now = System.nanoTime();
            if (now - deadline >= 0 || seenAsleep > LOOKS) {
                return;
            }
            synchronized (progress) {
                if (over) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(progress, Math.min(LOOK_NANOS, deadline - now)); // Rounded up.
            }
        }
    }

    /// Whether the reader is in a read and the kernel has nothing to wake it for.
    private boolean isAsleep() {
        final Path stat = status;
        if (stat == null || !waiting || thread.getState() == Thread.State.BLOCKED) { // By who else has the stream.
            return false;
        }
        try {
            final String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            return text.startsWith(") S", text.lastIndexOf(')')) && waiting; // After a name that may have any bytes.
        } catch (IOException _) {
            return false;
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
            waiting = true;
            try {
                final int count = in.read(into, offset, length);
                if (afterEnd && count > 0) {
                    othersWrite = true;
                }
                return count;
            } finally {
                waiting = false;
            }
        }
    }
}
