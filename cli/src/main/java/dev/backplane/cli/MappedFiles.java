package dev.backplane.cli;

import dev.backplane.pool.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files mapped read-only, each once.
///
/// @param paths of the files, absolute
/// @param contents of the files, in the same order
record MappedFiles(List<Path> paths, List<MemorySegment> contents) {
    /// Maps files; one that is missing, not regular or not readable is refused by name before any work begins.
    static MappedFiles of(List<Path> files) throws IOException {
        final List<Path> paths = new ArrayList<>();
        final List<MemorySegment> contents = new ArrayList<>();
        for (Path file : files) {
            paths.add(file.toAbsolutePath());
            contents.add(map(file));
        }
        return new MappedFiles(paths, contents);
    }

    /// Maps one file. The mapping lasts as long as anybody refers to it.
    static MemorySegment map(Path file) throws IOException {
        if (file.toString().isEmpty()) {
            throw new IOException("the name of a file is empty");
        }
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a regular file"
                    + (Files.isDirectory(file) ? " but a directory: name the files in it" : ""));
        }
        return MappedFile.of(file).asSegment();
    }

    long totalBytes() {
        return contents.stream().mapToLong(MemorySegment::byteSize).sum();
    }
}
