package dev.backplane.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final long size = channel.size();
            if (size > 0) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            }
            if (channel.read(ByteBuffer.allocate(1)) > 0) {
                throw new IOException(file + " says that it has 0 bytes but has some, as files in /proc do:"
                        + " it cannot be mapped, copy it first");
            }
            return MemorySegment.NULL;
        }
    }

    long totalBytes() {
        return contents.stream().mapToLong(MemorySegment::byteSize).sum();
    }
}
