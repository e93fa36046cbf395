package dev.backplane.cli;

import dev.backplane.SerializableFunction;
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
/// Memory: the counts of a slice, which are bounded by its length, whatever the file's.
final class SliceCounter implements SerializableFunction<FileSlice, ArrayList<byte[]>> {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Heap for counts before they are encoded: an eighth of a worker's, which must hold the encoded ones too.
    private static final int HEAP_LIMIT_BYTES = 16 << 20;

    private final ArrayList<String> files;
    private final transient Map<Integer, MemorySegment> mapped = new HashMap<>();

    SliceCounter(List<String> files) {
        this.files = new ArrayList<>(files);
    }

    /// Counts one slice.
    ///
    /// @return its counts, encoded, in as many parts as the limit on heap made of them
    @Override
    @SuppressWarnings("NonApiType") // A list that is known to be serializable.
    public ArrayList<byte[]> apply(FileSlice slice) {
        final ArrayList<byte[]> parts = new ArrayList<>();
        final WordCounter counter = new WordCounter(HEAP_LIMIT_BYTES, counts -> parts.add(counts.encode()));
        final MemorySegment text = mapped.computeIfAbsent(slice.file(), this::map);
        if (slice.slice().endOffset() > text.byteSize()) {
            throw cutShort(slice, text.byteSize() + " bytes of it are left");
        }
        try {
            counter.count(slice.file(), text, slice.slice());
        } catch (InternalError e) { // How the JVM reports that a mapped page is gone.
            throw cutShort(slice, e.getMessage());
        }
        counter.drain();
        return parts;
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
