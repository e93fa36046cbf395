package dev.backplane.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// A file system in memory that is soon full. Only root may mount one; elsewhere the tests that need it do not
/// run.
///
/// @param path where it is mounted
public record SmallFileSystem(Path path) implements AutoCloseable {
    /// Mounts a file system.
    ///
    /// @param path where; nothing may be there
    /// @param bytes how much it holds
    /// @return the file system, to be closed
    public static SmallFileSystem mount(Path path, long bytes) throws IOException {
        Files.createDirectory(path);
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", path.toString()) == 0,
                "cannot mount a file system here");
        return new SmallFileSystem(path);
    }

    @Override
    public void close() throws IOException {
        if (run("umount", "-l", path.toString()) != 0) {
            throw new IOException("cannot unmount " + path);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
