package dev.backplane.cli;

import dev.backplane.SerializableFunction;
import dev.backplane.cli.wordcount.Slice;
import dev.backplane.cli.wordcount.WordCounter;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts the words of slices in a worker: maps each file once, when it first has a slice of it.
///
/// Memory: the counts of a slice, or of as much of it as there is room for: each word may be another one.
final class SliceCounter implements SerializableFunction<FileSlice, SliceCounts> {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Heap for counts before they are encoded: an eighth of a worker's, which must hold the encoded ones too.
    private static final int HEAP_LIMIT_BYTES = 16 << 20;

    /// When no more is counted. What comes on top is at most what the limit on heap made of one more part; and of the
    /// result there are several copies while it is sent.
    private static final long MOST_ENCODED_BYTES = 4 << 20;

    /// Text between two looks at how much there is.
    private static final long PIECE_BYTES = 1 << 20;

    private final ArrayList<String> files;
    private final transient Map<Integer, MemorySegment> mapped = new HashMap<>();

    SliceCounter(List<String> files) {
        this.files = new ArrayList<>(files);
    }

    /// Counts one slice, or the first part of it.
    ///
    /// @return its counts, encoded, in as many parts as the limit on heap made of them
    @Override
    public SliceCounts apply(FileSlice slice) {
        final ArrayList<byte[]> parts = new ArrayList<>();
        final WordCounter counter = new WordCounter(HEAP_LIMIT_BYTES, counts -> parts.add(counts.encode()));
        final MemorySegment text = mapped.computeIfAbsent(slice.file(), this::map);
        if (slice.slice().endOffset() > text.byteSize()) {
            throw cutShort(slice, text.byteSize() + " bytes of it are left");
        }
        final long start = slice.slice().startOffset();
        final long end = slice.slice().endOffset();
        long at = start;
        try {
            while (at < end && parts.stream().mapToLong(part -> part.length).sum() < MOST_ENCODED_BYTES) {
                final long next = Math.min(end, at + PIECE_BYTES);
                counter.count(slice.file(), text, new Slice(at, next));
                at = next;
            }
        } catch (InternalError e) { // How the JVM reports that a mapped page is gone.
            throw cutShort(slice, e.getMessage());
        }
        counter.drain();
        return new SliceCounts(parts, at - start, at < end ? new FileSlice(slice.file(), new Slice(at, end)) : null);
    }

    private UncheckedIOException cutShort(FileSlice slice, @Nullable String evidence) {
        return new UncheckedIOException(new IOException(files.get(slice.file()) + " was cut short while bytes "
                + slice.slice().startOffset() + " to " + slice.slice().endOffset() + " of it were to be counted: "
                + evidence));
    }

    private MemorySegment map(int file) {
        try {
            return MappedFiles.map(Path.of(files.get(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Serial
    private Object readResolve() {
        return new SliceCounter(files);
    }
}
