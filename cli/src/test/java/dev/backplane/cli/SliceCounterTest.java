package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.cli.wordcount.Slice;
import dev.backplane.cli.wordcount.WordCounts;
import dev.backplane.store.testing.Refusal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
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
    void aSliceOfWordsThatAllDifferIsCountedAsFarAsThereIsRoom() throws IOException {
        final int words = 2_000_000;
        final Path text = directory.resolve("words");
        try (BufferedWriter out = Files.newBufferedWriter(text)) {
            for (int i = 0; i < words; i++) {
                out.write(Long.toHexString(i * 0x9E3779B97F4A7C15L));
                out.write('\n');
            }
        }
        final SliceCounter counter = new SliceCounter(List.of(text.toString()));
        final WordCounts counts = new WordCounts();
        FileSlice left = slice(0, Files.size(text));
        int results = 0;
        while (left != null) {
            final long from = left.slice().startOffset();
            final SliceCounts counted = counter.apply(left);
            assertTrue(counted.parts().stream().mapToLong(part -> part.length).sum() < 16 << 20);
            counted.parts().forEach(part -> counts.merge(MemorySegment.ofArray(part)));
            left = counted.rest();
            assertEquals(left == null ? Files.size(text) : left.slice().startOffset(), from + counted.bytes());
            results++;
        }
        assertTrue(results > 1);
        assertEquals(words, counts.distinct());
        assertEquals(words, counts.total());
    }

    @Test
    void aFileCutShortWhileItIsMappedIsNamed() throws IOException {
        final Path text = text();
        final SliceCounter counter = new SliceCounter(List.of(text.toString()));
        assertEquals(1, counter.apply(slice(0, 1 << 20)).parts().size());
        cut(text, 0);
        Refusal.of(
                UncheckedIOException.class,
                () -> counter.apply(slice(1 << 20, LENGTH)),
                text.toString(),
                "was cut short while bytes 1048576 to 8388608");
    }
}
