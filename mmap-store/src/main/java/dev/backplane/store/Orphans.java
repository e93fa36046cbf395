package dev.backplane.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/// Files in a directory of segments that dead processes have left: half-made segments, and the sockets of
/// listeners.
///
/// Nobody alive notices that his file is looked at. Sockets are looked at on Linux, of this user, and in
/// directories that not everybody may write to: in others they are probably not this library's.
public final class Orphans {
    private Orphans() {}

    /// Finds what there is now.
    ///
    /// @param directory where to look; one that does not exist has no files
    /// @return files that nobody alive has any use for
    /// @throws IOException if the directory cannot be read
    public static List<Path> in(Path directory) throws IOException {
        final SegmentDirectory directories = new SegmentDirectory(Platform.current());
        final List<Path> orphans = new ArrayList<>();
        final boolean shared = isShared(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path path : files) {
                if (directories.isAbandoned(path)
                        || !shared && Platform.current().isLeftSocket(path)) {
                    orphans.add(path);
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        orphans.sort(null);
        return orphans;
    }

    private static boolean isShared(Path directory) throws IOException {
        final PosixFileAttributeView view =
                Files.getFileAttributeView(directory, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            return view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE);
        } catch (NoSuchFileException _) {
            return true;
        }
    }

    /// Removes a file, if it is an orphan still.
    ///
    /// @param orphan from [#in]
    /// @return whether it was removed
    /// @throws IOException if it cannot be
    public static boolean remove(Path orphan) throws IOException {
        final SegmentDirectory directories = new SegmentDirectory(Platform.current());
        return directories.isAbandoned(orphan)
                ? Files.deleteIfExists(orphan)
                : Platform.current().deleteLeftSocket(orphan);
    }

    /// What an orphan is, in words.
    ///
    /// @param orphan from [#in]
    /// @return such as `a segment whose creator died`
    public static String describe(Path orphan) {
        return SegmentDirectory.isTemporary(orphan)
                ? "is a segment whose creator died before it was complete"
                : "is the socket of a listener that died";
    }
}
