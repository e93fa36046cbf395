package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
    private static long inADay() {
        return System.nanoTime() + TimeUnit.DAYS.toNanos(1);
    }

    private static LineReader read(String text, List<String> lines) throws InterruptedException {
        final LineReader reader =
                new LineReader("reader", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), lines::add);
        reader.join(inADay());
        return reader;
    }

    @Test
    void theLast200LinesAreKept() throws Exception {
        final List<String> written =
                IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();
        final List<String> lines = new ArrayList<>();
        final LineReader reader = read(String.join("\n", written), lines);
        assertEquals(written, lines);
        assertEquals(written.subList(800, 1000), reader.lastLines());
    }

    @Test
    void aLineWithoutEndComesInPieces() throws Exception {
        final List<String> lines = new ArrayList<>();
        read("x".repeat(20_000), lines);
        assertEquals(
                List.of(8192, 8192, 3616), lines.stream().map(String::length).toList());
    }

    @Test
    void aLineThatFillsItsPiecesIsFollowedByNoEmptyOne() throws Exception {
        final List<String> lines = new ArrayList<>();
        read("x".repeat(8192) + "\nabc\n" + "y".repeat(16_384) + "\n\nz", lines);
        assertEquals(
                List.of(8192, 3, 8192, 8192, 0, 1),
                lines.stream().map(String::length).toList());
        lines.clear();
        read("x".repeat(8191) + "\ud83d\ude00\n", lines);
        assertEquals(List.of("x".repeat(8191), "\ud83d\ude00"), lines);
    }

    @Test
    void aConsumerThatThrowsGetsTheNextLine() throws Exception {
        final List<String> lines = new ArrayList<>();
        final LineReader reader =
                new LineReader("reader", new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8)), line -> {
                    Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> lines.add(thrown.getMessage()));
                    throw new IllegalStateException("refused " + line);
                });
        reader.join(inADay());
        assertEquals(List.of("refused a", "refused b"), lines);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void errorsAndUndeclaredExceptionsOfAConsumerDoNotEndTheReadingEither() throws Exception {
        final List<String> lines = new ArrayList<>();
        final LineReader reader = new LineReader(
                "reader", new ByteArrayInputStream("a\nb\nc\nd\n".getBytes(StandardCharsets.UTF_8)), line -> {
                    Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> {
                        lines.add(thrown.getMessage());
                        throw new IllegalStateException("the handler too");
                    });
                    switch (line) {
                        case "a" -> throw new AssertionError("an error");
                        case "b" -> LineReaderTest.<RuntimeException>sneak(new IOException("undeclared"));
                        case "c" -> throw new StackOverflowError("an overflow");
                        default -> lines.add(line);
                    }
                });
        reader.join(inADay());
        assertEquals(List.of("an error", "undeclared", "an overflow", "d"), lines);
        assertEquals(List.of("a", "b", "c", "d"), reader.lastLines());
    }

    @Test
    void noPieceEndsInsideOfACharacter() throws Exception {
        for (int before : List.of(8190, 8191, 8192)) {
            final List<String> lines = new ArrayList<>();
            final String text = "x".repeat(before) + "\uD83D\uDE00y";
            read(text, lines);
            assertEquals(text, String.join("", lines));
            for (String line : lines) {
                assertEquals(line, new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
            }
        }
    }

    /// A pipe with some text, of which more comes from elsewhere after the child's end, or nothing and no end.
    private static final class HeldOpen extends InputStream {
        private final byte[] text;
        private final IntSupplier rest;
        private int at;

        HeldOpen(String text, IntSupplier rest) {
            this.text = text.getBytes(StandardCharsets.UTF_8);
            this.rest = rest;
        }

        @Override
        public int available() {
            return text.length - at;
        }

        @Override
        public int read() {
            return at < text.length ? text[at++] : rest.getAsInt();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            final int next = read();
            if (next >= 0) {
                into[offset] = (byte) next;
            }
            return next < 0 ? -1 : 1;
        }
    }

    @Test
    void aPipeThatOthersHoldOpenIsNotWaitedFor() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final LineReader silent = new LineReader("reader", new HeldOpen("last\nwords\n", () -> awaited(end)), _ -> {});
        silent.join(inADay());
        assertEquals(List.of("last", "words"), silent.lastLines());
        final LineReader busy =
                new LineReader("reader", new HeldOpen("last\n", () -> end.getCount() == 0 ? -1 : '\n'), _ -> {});
        busy.join(inADay());
        end.countDown();
        silent.join(inADay());
        busy.join(inADay());
    }

    /// A reader that does not run is no reader that has read all: whoever is in a read may have been woken.
    @Test
    void aReaderThatIsSlowToWakeIsWaitedFor() throws Exception {
        final CountDownLatch reading = new CountDownLatch(1);
        final AtomicInteger reads = new AtomicInteger();
        final LineReader reader = new LineReader(
                "a reader) S 1 (slow",
                new HeldOpen("", () -> {
                    if (reads.get() == 0) {
                        reading.countDown();
                        spin(TimeUnit.MILLISECONDS.toNanos(300)); // As one that gets no processor.
                    }
                    return reads.getAndIncrement() < 5 ? "late\n".charAt(reads.get() - 1) : -1;
                }),
                _ -> {});
        reading.await(); // Since before the child's end.
        reader.join(inADay());
        assertEquals(List.of("late"), reader.lastLines());
    }

    @Test
    void aPipeThatAProcessHoldsOpenIsNotWaitedFor() throws Exception {
        final Process holder = new ProcessBuilder("sh", "-c", "echo last words; exec sleep 600").start();
        try {
            final LineReader reader = new LineReader("reader", holder.getInputStream(), _ -> {});
            Eventually.holds("it has spoken", () -> !reader.lastLines().isEmpty());
            reader.join(inADay());
            assertEquals(List.of("last words"), reader.lastLines());
            assertTrue(holder.isAlive(), "it held the pipe all the time");
        } finally {
            holder.toHandle().destroyForcibly();
        }
    }

    private static void spin(long nanos) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    private static int awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return -1;
    }

    @Test
    void aConsumerThatIsBehindIsWaitedForUntilTheDeadline() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        final List<String> lines = new CopyOnWriteArrayList<>();
        final LineReader reader =
                new LineReader("reader", new ByteArrayInputStream("a\nb\nc".getBytes(StandardCharsets.UTF_8)), line -> {
                    final int _ = awaited(go);
                    lines.add(line);
                });
        reader.join(System.nanoTime());
        assertEquals(List.of(), lines);
        go.countDown();
        reader.join(inADay());
        assertEquals(List.of("a", "b", "c"), lines);
    }
}
