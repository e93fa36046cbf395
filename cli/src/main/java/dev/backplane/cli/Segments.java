package dev.backplane.cli;

import dev.backplane.shm.SegmentDoctor;
import dev.backplane.store.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Which segments an argument means.
final class Segments {
    private Segments() {}

    /// A path, or the name of a segment in the default directory.
    static Path path(String argument) {
        final Path asPath = Path.of(argument);
        final boolean isPath =
                argument.contains("/") || !argument.isEmpty() && Files.exists(asPath, LinkOption.NOFOLLOW_LINKS);
        return isPath ? asPath : Segment.pathOf(argument);
    }

    /// All in the default directory.
    static List<Path> all() throws IOException {
        final Path directory = Segment.defaultDirectory();
        return Files.isDirectory(directory) ? SegmentDoctor.segments(directory) : List.of();
    }
}
