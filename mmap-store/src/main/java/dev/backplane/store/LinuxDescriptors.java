package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The descriptors of all processes, as Linux shows them in `/proc/<pid>/fd`.
///
/// A file without a name can be found there and nowhere else, and is gone from there with its last user: so
/// nobody has to register what can be looked for, and a kill leaves nothing to clean up. Costs one
/// readlink(2) for each descriptor of each process of this user; those of other users cannot be read and are
/// passed over.
final class LinuxDescriptors {
    private final Path proc;

    LinuxDescriptors(Path proc) {
        this.proc = proc;
    }

    /// One path to each open file that a descriptor's link calls so.
    List<Path> leadingTo(String target) throws IOException {
        final Map<Object, Path> found = new LinkedHashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[1-9]*")) {
            processes.forEach(process -> add(process.resolve("fd"), target, found));
        }
        return List.copyOf(found.values());
    }

    private static void add(Path descriptors, String target, Map<Object, Path> found) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : stream) {
                final Object file = fileBehind(descriptor, target);
                if (file != null) {
                    found.putIfAbsent(file, descriptor);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return; // Another user's, or the process has ended meanwhile.
        }
    }

    /// What tells the file behind a descriptor from others, or null if its link leads elsewhere.
    private static @Nullable Object fileBehind(Path descriptor, String target) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(target)
                    ? Files.readAttributes(descriptor, BasicFileAttributes.class)
                            .fileKey()
                    : null;
        } catch (IOException _) {
            return null; // Closed meanwhile.
        }
    }
}
