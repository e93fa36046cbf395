package dev.backplane.store.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The files that this JVM has open, as Linux lists them.
public final class OpenFiles {
    private OpenFiles() {}

    /// How many there are, but for pipes: the JVM closes those to a child that has ended when it gets to it.
    ///
    /// @return the number of descriptors
    public static long count() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(OpenFiles::isCounted).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCounted(Path link) {
        try {
            return !Files.readSymbolicLink(link).toString().startsWith("pipe:");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
