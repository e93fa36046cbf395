package dev.backplane.store.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A directory of its own for each test, in shared memory where there is some, deleted afterwards.
public final class SegmentDirectoryExtension implements AfterEachCallback {
    private final Path directory;

    /// Makes the directory.
    public SegmentDirectoryExtension() {
        final Path shared = Path.of("/dev/shm");
        try {
            directory = Files.isDirectory(shared)
                    ? Files.createTempDirectory(shared, "backplane-test-")
                    : Files.createTempDirectory("backplane-test-");
        } catch (IOException e) {
            throw new AssertionError("cannot make a directory for segments", e);
        }
    }

    /// The directory.
    ///
    /// @return empty when the test begins
    public Path path() {
        return directory;
    }

    /// A path in the directory.
    ///
    /// @param name of the file
    /// @return where nothing is yet
    public Path resolve(String name) {
        return directory.resolve(name);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
