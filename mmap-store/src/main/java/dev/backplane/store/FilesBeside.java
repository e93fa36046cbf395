package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The files beside segments, in [Segment#directory], that hold what is too large for them, and what becomes
/// of those whose segment is gone. They are called `.backplane-<segment>-…`.
public final class FilesBeside {
    /*
     * With a segment's name go its files, unless somebody has it still. What has no name, an anonymous segment or
     * one that was deleted while it was used, can be found only among the open files of processes. So its first
     * file comes after a mark, `.backplane-<segment>.nameless-<PID namespace>`: whoever finds the mark and no
     * process with the segment deletes the files, and then the mark. Processes of another PID namespace, such
     * as a container's that shares /dev/shm, cannot be seen and may live: their marks are left alone.
     *
     * Marks are listed before the processes are looked at: one that has made a mark has its segment open by then.
     * A segment that is handed on is in two processes for a while; one look at all processes could miss both,
     * so there are two.
     *
     * What a kill leaves: a mark without files; files without a mark only between their deletions, which go on
     * with the mark still there.
     */
    private static final String PREFIX = ".backplane-";
    private static final Pattern MARK =
            Pattern.compile("\\.backplane-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.nameless-([0-9a-z]{1,24})");

    private FilesBeside() {}

    /// Where the processes are that this one can see.
    private static String processNamespace() {
        try {
            final String link =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return link.replaceAll("[^0-9]", "");
        } catch (IOException | UnsupportedOperationException e) {
            return "none";
        }
    }

    /// The mark of a segment without a name.
    ///
    /// @param directory where it is
    /// @param segment its identity
    /// @return its path, whether there is one or not
    public static Path mark(Path directory, UUID segment) {
        return directory.resolve(PREFIX + segment + ".nameless-" + processNamespace());
    }

    /// Lets others know that a segment without a name may have files from now on.
    ///
    /// @param directory where
    /// @param segment its identity
    /// @throws IOException if there is no room for an empty file
    public static void announce(Path directory, UUID segment) throws IOException {
        try {
            Files.createFile(mark(directory, segment));
        } catch (FileAlreadyExistsException _) {
            // Announced already.
        }
    }

    /// Takes back what [#announce] said, if no file is left.
    ///
    /// @param directory where
    /// @param segment its identity
    /// @throws IOException if the directory cannot be read
    public static void withdraw(Path directory, UUID segment) throws IOException {
        if (of(directory, segment).isEmpty()) {
            Files.deleteIfExists(mark(directory, segment));
        }
    }

    private static List<Path> of(Path directory, UUID segment) throws IOException {
        return list(directory, PREFIX + segment + "-*");
    }

    private static List<Path> list(Path directory, String glob) throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        } catch (NoSuchFileException _) {
            return List.of();
        }
        return found;
    }

    /// Removes a segment's name, and its files unless somebody has it still; whether there was the name.
    static boolean deleteWith(SegmentView segment) throws IOException {
        final boolean deleted = Files.deleteIfExists(segment.path());
        afterDeletion(segment);
        return deleted;
    }

    private static void afterDeletion(SegmentView segment) throws IOException {
        final Path directory = segment.directory();
        final List<Path> files = of(directory, segment.id());
        if (files.isEmpty()) {
            return;
        }
        if (isInUse(segment)) {
            announce(directory, segment.id());
        } else {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isInUse(SegmentView segment) {
        try {
            segment.requireSameLiveness();
            return segment.participants().stream().anyMatch(Participants.Participant::alive);
        } catch (SegmentException | InternalError e) {
            return true; // Of another platform, or cut off: who knows.
        }
    }

    /// The segments without a name that have files here, and that no process has any more.
    ///
    /// @param directory where to look
    /// @return their identities; none where the system does not tell which processes have what open
    /// @throws IOException if the directory cannot be read
    public static List<UUID> abandoned(Path directory) throws IOException {
        final String here = processNamespace();
        final Set<UUID> marked = new HashSet<>();
        for (Path file : list(directory, PREFIX + "*.nameless-*")) {
            final Matcher name = MARK.matcher(file.getFileName().toString());
            if (name.matches() && name.group(2).equals(here)) {
                marked.add(UUID.fromString(name.group(1)));
            }
        }
        for (int look = 0; look < 2 && !marked.isEmpty(); look++) {
            final Optional<List<SegmentView>> open = SegmentView.nameless(directory);
            if (open.isEmpty()) {
                return List.of();
            }
            for (SegmentView view : open.get()) {
                try (view) {
                    marked.remove(view.id());
                }
            }
        }
        return marked.stream().sorted().collect(Collectors.toList());
    }

    /// Deletes the files of every segment without a name that no process has any more.
    ///
    /// @param directory where to look
    /// @throws IOException if the directory cannot be read, or a file not be deleted
    public static void sweep(Path directory) throws IOException {
        for (UUID segment : abandoned(directory)) {
            for (Path file : of(directory, segment)) {
                Files.deleteIfExists(file);
            }
            withdraw(directory, segment);
        }
    }
}
