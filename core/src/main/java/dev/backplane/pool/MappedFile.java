package dev.backplane.pool;

import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file, or a range of its bytes, that the workers of a pool map instead of being sent it.
///
/// Serializable as the file's path and identity and the range's ends: the bytes do not travel. Each process
/// maps the range when it first asks for it, as long as the file is the one that it was: one that has another
/// length or another inode meanwhile is refused.
///
/// **Process death.** What a worker that is killed has written to a range stays written; the range is done
/// again from its beginning, see [PoolBuilder#retries]. **Memory consistency.** Processes that map the same
/// bytes see each other's stores, as plain ones. What was written to a file is on disk when the system has
/// written it, or after [MemorySegment#force]. **Cost.** A mapping, and a page fault for each page that is
/// read first. A mapping lasts until the process collects it as garbage.
///
/// A file that is cut short while it is mapped is an [InternalError] in whoever reads what is gone, which
/// fails that task. Thread-safe.
public final class MappedFile implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int NO_DELIMITER = -1;

    /// Where the file is.
    private final String path;
    /// The file at that path which was meant, as the system tells files apart.
    private final String identity;
    /// The length of the file when it was opened.
    private final long fileBytes;
    /// Whether it is mapped to be changed.
    private final boolean writable;
    /// The byte after which it is cut; -1 if anywhere.
    private final int delimiter;
    /// Where this slice begins.
    private final long from;
    /// Where this slice ends.
    private final long to;
    private transient volatile @Nullable MemorySegment memory;

    private MappedFile(
            String path, String identity, long fileBytes, boolean writable, int delimiter, long from, long to) {
        this.path = path;
        this.identity = identity;
        this.fileBytes = fileBytes;
        this.writable = writable;
        this.delimiter = delimiter;
        this.from = from;
        this.to = to;
    }

    /// A file to be read.
    ///
    /// @param path of a regular file, or of a link to one
    /// @return the whole file
    /// @throws IOException if there is none, or it cannot be read or mapped
    public static MappedFile of(Path path) throws IOException {
        return open(path, false);
    }

    /// A file to be read and written in place. Its length stays what it is.
    ///
    /// @param path of a regular file, or of a link to one
    /// @return the whole file
    /// @throws IOException if there is none, or it cannot be read, written or mapped
    public static MappedFile writable(Path path) throws IOException {
        return open(path, true);
    }

    private static MappedFile open(Path path, boolean writable) throws IOException {
        final Path absolute = path.toAbsolutePath();
        final BasicFileAttributes attributes = attributes(absolute);
        final long bytes = attributes.size();
        final MappedFile file =
                new MappedFile(absolute.toString(), identity(attributes), bytes, writable, NO_DELIMITER, 0, bytes);
        file.memory = file.map(); // So that whoever cannot map it learns of it here.
        return file;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        final BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(path + " is not a regular file" + (attributes.isDirectory() ? " but a directory" : "")
                    + ": it cannot be mapped");
        }
        return attributes;
    }

    /// What another file of the same name has differently; empty where the system does not tell.
    private static String identity(BasicFileAttributes attributes) {
        final Object key = attributes.fileKey();
        return key == null ? "" : key.toString();
    }

    /// The file.
    ///
    /// @return absolute
    public Path path() {
        return Path.of(path);
    }

    /// Where in the file this range begins.
    ///
    /// @return an offset in bytes
    public long offset() {
        return from;
    }

    /// The number of bytes.
    ///
    /// @return 0 or more
    public long length() {
        return to - from;
    }

    /// The bytes, mapped and read-only, valid for as long as they are reachable.
    ///
    /// @return [#length] bytes
    /// @throws UncheckedIOException if the file is not what it was, or cannot be mapped
    public MemorySegment asSegment() {
        return mapped().asReadOnly();
    }

    /// The same, for writing too.
    ///
    /// @return [#length] bytes
    /// @throws UnsupportedOperationException if this is a file to be read only, see [#writable]
    /// @throws UncheckedIOException if the file is not what it was, or cannot be mapped
    public MemorySegment asWritableSegment() {
        if (!writable) {
            throw new UnsupportedOperationException(
                    path + " was opened to be read only: open it by MappedFile.writable");
        }
        return mapped();
    }

    private MemorySegment mapped() {
        MemorySegment known = memory;
        if (known == null) {
            try {
                known = map();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            memory = known;
        }
        return known;
    }

    private MemorySegment map() throws IOException {
        Objects.checkFromToIndex(from, to, fileBytes);
        final Path file = path();
        final Set<OpenOption> options =
                writable ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE) : Set.of(StandardOpenOption.READ);
        try (FileChannel channel = FileChannel.open(file, options)) {
            // After it was opened: a file that took the name later would be found out, if not mapped.
            checkUnchanged(attributes(file), channel.size());
            if (fileBytes == 0 && channel.read(ByteBuffer.allocate(1)) > 0) {
                throw new IOException(path + " says that it has 0 bytes but has some, as files in /proc do: it"
                        + " cannot be mapped, copy it first");
            }
            if (from == to) {
                return MemorySegment.ofArray(new byte[0]);
            }
            final FileChannel.MapMode mode = writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY;
            return channel.map(mode, from, to - from, Arena.ofAuto());
        }
    }

    private void checkUnchanged(BasicFileAttributes attributes, long bytes) throws IOException {
        final String found = identity(attributes);
        if (!found.equals(identity)) {
            throw new IOException(path + " is another file than it was: " + found + " instead of " + identity
                    + "; open it again and repeat the call");
        }
        if (bytes != fileBytes) {
            throw new IOException(path + " has " + bytes + " bytes, it had " + fileBytes
                    + " when it was opened; open it again and repeat the call");
        }
    }

    /// This range, to be cut after a delimiter only, such as the end of a line: each of its [#slices] ends
    /// with one, or at the end of the range.
    ///
    /// @param last the byte that ends a slice; in UTF-8, those below 128 are never a part of something else
    /// @return the same bytes
    public MappedFile cutAfter(byte last) {
        return sameFile(Byte.toUnsignedInt(last), from, to);
    }

    /// This range, to be cut after line feeds only.
    ///
    /// @return the same bytes
    public MappedFile cutAfterLines() {
        return cutAfter((byte) '\n');
    }

    private MappedFile sameFile(int last, long first, long end) {
        final MappedFile range = new MappedFile(path, identity, fileBytes, writable, last, first, end);
        final MemorySegment known = memory;
        if (known != null) {
            range.memory = known.asSlice(first - from, end - first);
        }
        return range;
    }

    /// A part of this range.
    ///
    /// @param first its first byte, counted in this range
    /// @param end the end of it, exclusive
    /// @return the part, cut as this is
    public MappedFile slice(long first, long end) {
        Objects.checkFromToIndex(first, end, length());
        return sameFile(delimiter, from + first, from + end);
    }

    /// Cuts this range.
    ///
    /// **Cost.** With a delimiter, the bytes from each cut to the next delimiter are read.
    ///
    /// @param count about how many parts of about equal length; fewer if there are not as many bytes or
    ///     delimiters
    /// @return parts that follow one another, none of them empty
    public List<MappedFile> slices(int count) {
        final List<MappedFile> slices = new ArrayList<>();
        long start = 0;
        for (PoolSlices.Range range : PoolSlices.ranges(length(), count)) {
            final long end = cut(Math.max(start, range.to()));
            if (end > start) {
                slices.add(slice(start, end));
                start = end;
            }
        }
        return slices;
    }

    /// The first place from `wanted` on where this range may be cut.
    private long cut(long wanted) {
        if (delimiter == NO_DELIMITER || wanted == 0) {
            return wanted;
        }
        final MemorySegment bytes = mapped();
        long end = wanted;
        while (end < bytes.byteSize() && Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, end - 1)) != delimiter) {
            end++;
        }
        return end;
    }

    @Override
    public String toString() {
        return path + "[" + from + ".." + to + ")";
    }
}
