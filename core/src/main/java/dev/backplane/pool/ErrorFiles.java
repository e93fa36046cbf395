package dev.backplane.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where JVMs that crash leave their error files, which HotSpot names by the process id.
///
/// @param directory null for the working directory, where HotSpot writes unless it is told otherwise
record ErrorFiles(@Nullable Path directory) {
    /// The JVM's options that make it so.
    List<String> options() {
        return directory == null
                ? List.of()
                : List.of("-XX:ErrorFile=" + directory.toString().replace("%", "%%") + "/hs_err_pid%p.log");
    }

    /// The file that a JVM left.
    ///
    /// @param started when it was: an older file is of another one, which had its process id before
    Optional<Path> of(long pid, Instant started) {
        // The second is where HotSpot writes if it cannot write to the first.
        return Stream.of(directory == null ? Path.of("") : directory, Path.of(System.getProperty("java.io.tmpdir")))
                .map(place -> place.resolve("hs_err_pid" + pid + ".log").toAbsolutePath())
                .filter(file -> isSince(started, file))
                .findFirst();
    }

    private static boolean isSince(Instant started, Path file) {
        try {
            return Files.exists(file)
                    && !Files.getLastModifiedTime(file).toInstant().isBefore(started);
        } catch (IOException _) {
            return false; // Not there, or not to be read by this user.
        }
    }
}
