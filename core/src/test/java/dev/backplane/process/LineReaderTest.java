package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
    private static LineReader read(String text, List<String> lines) throws InterruptedException {
        final LineReader reader =
                new LineReader("reader", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), lines::add);
        reader.join();
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
    void aConsumerThatThrowsGetsTheNextLine() throws Exception {
        final List<String> lines = new ArrayList<>();
        final LineReader reader =
                new LineReader("reader", new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8)), line -> {
                    Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> lines.add(thrown.getMessage()));
                    throw new IllegalStateException("refused " + line);
                });
        reader.join();
        assertEquals(List.of("refused a", "refused b"), lines);
    }
}
