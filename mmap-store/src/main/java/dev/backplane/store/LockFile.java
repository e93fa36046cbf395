package dev.backplane.store;

import java.io.IOException;
import java.nio.file.Path;

/// A file whose bytes stand for what may be held by one holder at a time: each is let go when its holder dies.
///
/// What a byte stands for is its users' affair; the file itself stays empty. Who opens the file twice has two
/// holders, in one process as well as in two. On Linux the kernel's open-file-description locks are the proof,
/// elsewhere its record locks together with a table of this JVM.
///
/// Thread-safe. **Owner death:** the kernel lets go at once. **Cost:** one system call each.
public abstract class LockFile implements AutoCloseable {
    LockFile() {}

    /// Opens a lock file, creating it if it is not there, readable and writable by its owner only.
    ///
    /// @param path of the file, in a directory that must be real and of this user or root
    /// @return the open file, which holds nothing yet
    /// @throws IOException if the directory or the file cannot be used
    public static LockFile open(Path path) throws IOException {
        final Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("cannot use " + path + " for locks: it is a root directory");
        }
        SegmentDirectory.check(directory, "locks");
        return Platform.current().lockFile(path);
    }

    /// Starts to hold a byte.
    ///
    /// @param position of the byte, from 0 on; beyond the file's end is the rule
    /// @return whether it is held now, false if another holder was first
    public abstract boolean tryHold(long position);

    /// Stops holding a byte.
    ///
    /// @param position of the byte
    public abstract void letGo(long position);

    /// Whether somebody holds a byte, this holder included.
    ///
    /// @param position of the byte
    /// @return true while the holder lives
    public abstract boolean isHeld(long position);

    /// Lets go of everything. Idempotent.
    @Override
    public abstract void close();
}
