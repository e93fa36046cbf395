package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules for directories that hold segments, and for the half-made files in them.
///
/// A directory must be real, not a symbolic link, and belong to this user or to root. A segment is made under
/// a temporary name, `.backplane-<pid>-<start>-<random>.tmp`, whose creator holds the lock of the first
/// participant's slot from the first instant; one that nobody holds was left by a dead creator and is deleted
/// by whoever next creates something here.
final class SegmentDirectory {
    private static final String PREFIX = ".backplane-";
    private static final String SUFFIX = ".tmp";
    private static final Pattern TEMPORARY = Pattern.compile("\\.backplane-(\\d{1,10})-(\\d{1,18})-[0-9a-f]{16}\\.tmp");

    private final Platform platform;

    SegmentDirectory(Platform platform) {
        this.platform = platform;
    }

    /// `/dev/shm/backplane-<user>` where there is a /dev/shm, else the same below the temporary directory.
    static Path byDefault() {
        final Path shared = Path.of("/dev/shm");
        final Path parent = Files.isDirectory(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
        return parent.resolve("backplane-" + userId(parent));
    }

    private static String userId(Path readable) {
        try {
            final Path own = Path.of("/proc/self");
            final Object uid = Files.getAttribute(Files.isDirectory(own) ? own : readable, "unix:uid");
            return uid.toString();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return System.getProperty("user.name", "user"); // No numeric ids here: the name serves as well.
        }
    }

    /// Makes the default directory if it is missing, then checks it as any other.
    static void ensureDefault(Path directory) throws IOException {
        if (directory.equals(byDefault()) && Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(directory);
                final PosixFileAttributeView view =
                        Files.getFileAttributeView(directory, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (view != null) {
                    view.setPermissions(PosixFilePermissions.fromString("rwx------"));
                }
            } catch (FileAlreadyExistsException _) {
                // Another process made it in the same instant; the check below applies to either's work.
            }
        }
    }

    /// Refuses a directory that somebody else could have prepared.
    static void check(Path directory) throws IOException {
        check(directory, "segments");
    }

    /// The same, for files of another kind, which the messages name.
    static void check(Path directory, String kind) throws IOException {
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(directory.toString(), null, "the directory for " + kind + " does not exist");
        }
        if (Files.isSymbolicLink(directory)) {
            throw new IOException(
                    "cannot use " + directory + " for " + kind + ": it is a symbolic link, name its target");
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
        final PosixFileAttributes attributes = attributes(directory);
        if (attributes != null) {
            final String owner = attributes.owner().getName();
            if (!isOwn(directory) && !owner.equals("root")) {
                throw new IOException("cannot use " + directory + " for " + kind + ": it belongs to user " + owner);
            }
        }
    }

    /// Whether a file belongs to this process's user.
    static boolean isOwn(Path path, LinkOption... links) throws IOException {
        try {
            final Path self = Path.of("/proc/self");
            if (!Files.isDirectory(self)) {
                return true; // No way to ask portably; the file system's permissions have the last word.
            }
            final Object owner = Files.getAttribute(path, "unix:uid", links);
            return owner.equals(Files.getAttribute(self, "unix:uid"));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return true; // The same, on a file system without numeric owners.
        }
    }

    private static @Nullable PosixFileAttributes attributes(Path path) throws IOException {
        final PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return view == null ? null : view.readAttributes();
    }

    /// A name for a file in the making.
    static Path temporary(Path directory) {
        final ProcessHandle self = ProcessHandle.current();
        return directory.resolve(PREFIX + self.pid() + "-" + PortableSegmentFile.startMillis(self) + "-"
                + String.format("%016x", ThreadLocalRandom.current().nextLong()) + SUFFIX);
    }

    /// Deletes the half-made files whose creators are dead.
    void sweep(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path path : files) {
                if (isAbandoned(path)) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /// Whether a file has the name of one in the making.
    static boolean isTemporary(Path path) {
        return TEMPORARY.matcher(path.getFileName().toString()).matches();
    }

    /// Whether a file is half-made, and its creator dead.
    boolean isAbandoned(Path path) throws IOException {
        final Matcher name = TEMPORARY.matcher(path.getFileName().toString());
        return name.matches() && isAbandoned(path, Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    private boolean isAbandoned(Path path, long pid, long startMillis) throws IOException {
        try (SegmentFile file = platform.open(path)) {
            return !file.isHeld(SegmentLayout.HEADER_BYTES, pid, startMillis);
        } catch (NoSuchFileException _) {
            return false; // Finished or swept in this instant.
        }
    }
}
