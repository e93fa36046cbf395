package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.cli.wordcount.Slice;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that change while a worker counts them.
final class SliceCounterTest {
    private static final int LENGTH = 8 << 20;

    @TempDir
    private Path directory = Path.of("");

    private Path text() throws IOException {
        final byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) 'a');
        return Files.write(directory.resolve("text"), bytes);
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
            shorter.setLength(length);
        }
    }

    private static FileSlice slice(long from, long to) {
        return new FileSlice(0, new Slice(from, to));
    }

    @Test
    void aFileCutShortBeforeItIsMappedIsNamed() throws IOException {
        final Path text = text();
        cut(text, 1000);
        final SliceCounter counter = new SliceCounter(List.of(text.toString()));
        Refusal.of(
                UncheckedIOException.class,
                () -> counter.apply(slice(0, LENGTH)),
                text.toString(),
                "was cut short",
                "1000 bytes");
    }

    @Test
    void aFileCutShortWhileItIsMappedIsNamed() throws IOException {
        final Path text = text();
        final SliceCounter counter = new SliceCounter(List.of(text.toString()));
        assertEquals(1, counter.apply(slice(0, 1 << 20)).size());
        cut(text, 0);
        Refusal.of(
                UncheckedIOException.class,
                () -> counter.apply(slice(1 << 20, LENGTH)),
                text.toString(),
                "was cut short while bytes 1048576 to 8388608");
    }
}
