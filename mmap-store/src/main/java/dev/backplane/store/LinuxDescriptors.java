package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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

    /// How a descriptor's file is opened.
    interface Opener<T> {
        /// Opens what a descriptor leads to.
        ///
        /// @return null if it no longer leads to the file with this key
        @Nullable
        T open(Path descriptor, Object fileKey) throws IOException;
    }

    /// Opens each file that a descriptor's link calls as asked, once. A process that ends meanwhile takes its
    /// own descriptors with it, and not the file if others have that: so each is tried until one leads there.
    <T> List<T> open(Predicate<String> target, Opener<T> opener) throws IOException {
        final Map<Object, List<Path>> found = new LinkedHashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[1-9]*")) {
            processes.forEach(process -> add(process.resolve("fd"), target, found));
        }
        final List<T> opened = new ArrayList<>();
        found.forEach((key, descriptors) -> {
            final T file = open(key, descriptors, opener);
            if (file != null) {
                opened.add(file);
            }
        });
        return opened;
    }

    private static <T> @Nullable T open(Object key, List<Path> descriptors, Opener<T> opener) {
        for (Path descriptor : descriptors) {
            try {
                final T file = opener.open(descriptor, key);
                if (file != null) {
                    return file;
                }
            } catch (IOException _) {
                // Closed meanwhile, or its process has ended.
            }
        }
        return null;
    }

    private static void add(Path descriptors, Predicate<String> target, Map<Object, List<Path>> found) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : stream) {
                final Object file = fileBehind(descriptor, target);
                if (file != null) {
                    found.computeIfAbsent(file, _ -> new ArrayList<>()).add(descriptor);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return; // Another user's, or the process has ended meanwhile.
        }
    }

    /// What tells the file behind a descriptor from others, or null if its link leads elsewhere.
    private static @Nullable Object fileBehind(Path descriptor, Predicate<String> target) {
        try {
            return target.test(Files.readSymbolicLink(descriptor).toString()) ? key(descriptor) : null;
        } catch (IOException _) {
            return null; // Closed meanwhile.
        }
    }

    /// What tells a file from others.
    static Object key(Path descriptor) throws IOException {
        return Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey();
    }
}
