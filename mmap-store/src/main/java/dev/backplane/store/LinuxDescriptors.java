package dev.backplane.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
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
/// readlink(2) for each descriptor of each process of this user; those of other users, or of processes with more
/// privileges, cannot be read and are passed over: such processes are there always, and have no segments of this
/// user's. Whatever else keeps this one from looking, such as too many open files, makes its look incomplete.
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

    /// What a look at all processes has found.
    ///
    /// @param files those that were opened
    /// @param complete whether those are all: nothing was passed over that is there still, for want of
    ///     descriptors of one's own for example
    record Found<T>(List<T> files, boolean complete) {}

    /// Opens each file that a descriptor's link calls as asked, once. A process that ends meanwhile takes its
    /// own descriptors with it, and not the file if others have that: so each is tried until one leads there.
    <T> Found<T> open(Predicate<String> target, Opener<T> opener) throws IOException {
        final Map<Object, List<Path>> found = new LinkedHashMap<>();
        boolean complete = true;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path process : processes) {
                complete &= add(process.resolve("fd"), target, found);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        final List<T> opened = new ArrayList<>();
        for (Map.Entry<Object, List<Path>> file : found.entrySet()) {
            complete &= open(file.getKey(), file.getValue(), opener, opened);
        }
        return new Found<>(opened, complete);
    }

    /// Opens a file by the first descriptor that leads there still; false if it may be there, and cannot be opened.
    private static <T> boolean open(Object key, List<Path> descriptors, Opener<T> opener, List<T> opened) {
        boolean gone = true;
        for (Path descriptor : descriptors) {
            try {
                final T file = opener.open(descriptor, key);
                if (file != null) {
                    opened.add(file);
                    return true;
                }
            } catch (NoSuchFileException _) {
                // Closed meanwhile; what may have its number by now is another file.
            } catch (IOException _) {
                gone &= isGone(descriptor);
            }
        }
        return gone;
    }

    /// Whether a descriptor was closed meanwhile, or its process has ended. Asks without a descriptor.
    private static boolean isGone(Path descriptor) {
        return Files.notExists(descriptor, LinkOption.NOFOLLOW_LINKS);
    }

    /// Adds the files of a process; false if it has descriptors that cannot be looked at.
    private static boolean add(Path descriptors, Predicate<String> target, Map<Object, List<Path>> found) {
        boolean complete = true;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : stream) {
                complete &= add(descriptor, found, target);
            }
        } catch (AccessDeniedException _) {
            return complete; // Another user's, or ended and not yet waited for.
        } catch (IOException | DirectoryIteratorException _) {
            return complete && isGone(descriptors);
        }
        return complete;
    }

    /// Adds the file behind a descriptor, unless its link leads elsewhere; false if nobody knows where.
    private static boolean add(Path descriptor, Map<Object, List<Path>> found, Predicate<String> target) {
        try {
            if (target.test(Files.readSymbolicLink(descriptor).toString())) {
                found.computeIfAbsent(key(descriptor), _ -> new ArrayList<>()).add(descriptor);
            }
            return true;
        } catch (NoSuchFileException | AccessDeniedException _) {
            return true; // Closed meanwhile, or not for this process to see.
        } catch (IOException _) {
            return isGone(descriptor);
        }
    }

    /// What tells a file from others.
    static Object key(Path descriptor) throws IOException {
        return Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey();
    }
}
