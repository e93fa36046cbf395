package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The files beside segments, in [Segment#directory], that hold what is too large for them, and what becomes
/// of those whose segment is gone. They are called `.backplane-<segment>-…`.
public final class FilesBeside {
    /*
     * With a segment's name go its files, unless somebody has it still. What has no name, an anonymous segment or
     * one that was deleted while it was used, can be found only among the open files of processes. So its first
     * file comes after a mark, `.backplane-<segment>.nameless-<PID namespace>`: whoever finds the mark and no
     * process with the segment deletes the files, and then the mark. Processes of another PID namespace, such
     * as a container's that shares /dev/shm, cannot be seen and may live: their marks are left alone. So are
     * those of the portable platform, `…-portable`, whose anonymous segments are files with a name somewhere
     * else, and those of other users, whose processes nobody may look at.
     *
     * Whoever takes a mark back may meet one who has just found it there, and writes a file. So the writer looks
     * for the mark once more when its file is there, and who took it back looks for files: the later of the
     * two sees what the other did. The same look finds a name that was lost while the file was made.
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

    /// Where the processes are that this one can see, and that can have a segment.
    private static String processNamespace(int liveness) {
        if (liveness != SegmentLayout.LIVENESS_FILE_LOCKS) {
            return "portable";
        }
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
        return mark(directory, segment, Platform.current().liveness());
    }

    private static Path mark(Path directory, UUID segment, int liveness) {
        return directory.resolve(PREFIX + segment + ".nameless-" + processNamespace(liveness));
    }

    /// Lets others know that a segment without a name may have files from now on. To be called before and after
    /// each of them is made.
    ///
    /// @param directory where
    /// @param segment its identity
    /// @throws IOException if there is no room for an empty file
    public static void announce(Path directory, UUID segment) throws IOException {
        create(mark(directory, segment));
    }

    private static void create(Path mark) throws IOException {
        if (Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            make(mark);
        } catch (FileAlreadyExistsException _) {
            // Announced in this instant.
        }
    }

    /// Makes an empty file that only its owner may use, where the file system knows owners.
    ///
    /// @param file what is not there yet
    /// @throws IOException if it is, or there is no room
    public static void make(Path file) throws IOException {
        final boolean owners =
                file.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createFile(
                file,
                owners
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0]);
    }

    /// Takes back what [#announce] said, if no file is left.
    ///
    /// @param directory where
    /// @param segment its identity
    /// @throws IOException if the directory cannot be read
    public static void withdraw(Path directory, UUID segment) throws IOException {
        if (of(directory, segment).isEmpty()
                && Files.deleteIfExists(mark(directory, segment))
                && !of(directory, segment).isEmpty()) {
            announce(directory, segment);
        }
    }

    private static List<Path> of(Path directory, UUID segment) throws IOException {
        return list(directory, PREFIX + segment + "-*");
    }

    private static List<Path> list(Path directory, String glob) throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
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
            create(mark(directory, segment.id(), segment.liveness()));
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

    private static boolean isOwn(Path mark) throws IOException {
        try {
            return SegmentDirectory.isOwn(mark, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException _) {
            return false; // Taken back meanwhile.
        }
    }

    /// Whether nobody finds a segment by a name: it is anonymous, or what its path leads to was deleted, and
    /// maybe created again, since it was opened.
    ///
    /// @param segment whose name it is
    /// @return as it is now; false where nobody can tell
    public static boolean isNameless(Segment segment) {
        return segment.isAnonymous() || isGone(segment.path(), segment.file.key());
    }

    /// Whether a path leads to another file than that with a key, or nowhere.
    private static boolean isGone(Path path, @Nullable Object key) {
        try {
            final Object found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            return key != null && found != null && !key.equals(found);
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException _) {
            return false; // Who knows.
        }
    }

    /// The segments without a name that have files here, and that no process has any more.
    ///
    /// @param directory where to look
    /// @return their identities; none where the system does not tell which processes have what open
    /// @throws IOException if the directory cannot be read
    public static List<UUID> abandoned(Path directory) throws IOException {
        final String here = processNamespace(Platform.current().liveness());
        final Set<UUID> marked = new HashSet<>();
        for (Path file : list(directory, PREFIX + "*.nameless-*")) {
            final Matcher name = MARK.matcher(file.getFileName().toString());
            if (name.matches() && name.group(2).equals(here) && isOwn(file)) {
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
