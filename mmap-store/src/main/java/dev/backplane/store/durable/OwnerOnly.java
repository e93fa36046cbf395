package dev.backplane.store.durable;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/// Files and directories that only their owner may use, where the file system knows owners.
final class OwnerOnly {
    private static final String FILE = "rw-------";
    private static final String DIRECTORY = "rwx------";

    private OwnerOnly() {}

    static void file(Path path) throws IOException {
        restrict(path, FILE);
    }

    /// Makes a directory unless there is something of its name.
    static void makeDirectory(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        final Path parent = path.toAbsolutePath().getParent();
        if (parent != null && Files.notExists(parent)) {
            throw new NoSuchFileException(parent.toString());
        }
        try {
            Files.createDirectory(path);
            restrict(path, DIRECTORY);
        } catch (FileAlreadyExistsException _) {
            // Another process made it in the same instant.
        }
    }

    private static void restrict(Path path, String permissions) throws IOException {
        final PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString(permissions));
        }
    }
}
