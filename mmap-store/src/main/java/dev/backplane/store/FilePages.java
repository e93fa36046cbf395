package dev.backplane.store;

import java.io.IOException;
import java.nio.file.Path;

/// Room on the disk for what is about to be stored through a mapping.
///
/// A store to a mapped page for which the file system has no room is a fault, not an exception; so the room is
/// made first.
public final class FilePages {
    private FilePages() {}

    /// Reserves pages for a range of a file, whose bytes stay as they are.
    ///
    /// On Linux the pages are the file's from then on. Elsewhere, and on file systems that cannot reserve, the
    /// free space is looked at, which another program may take in the next instant.
    ///
    /// @param path of a file that exists
    /// @param offset of the range, in bytes
    /// @param length of the range, in bytes; the file grows to hold it
    /// @throws IOException if there is no room
    public static void reserve(Path path, long offset, long length) throws IOException {
        Platform.current().reserve(path, offset, length);
    }

    /// Looks at the free space of a file system.
    ///
    /// @param path any file or directory on it
    /// @param length how many bytes are wanted
    /// @throws IOException if there are fewer
    public static void requireFree(Path path, long length) throws IOException {
        final long free = path.toFile().getUsableSpace();
        if (free < length) {
            throw new IOException("no space left for " + path + ": " + free + " bytes are free, " + length
                    + " are needed; make room on its file system");
        }
    }
}
