package dev.backplane.store;

import java.io.Console;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Any system with memory-mapped files: no native code.
///
/// An anonymous segment is a temporary file that its creator deletes on close; what a killed creator left is
/// deleted by the next one, which reads the creator's process id and start time from the name.
final class PortablePlatform extends Platform {
    static final String ANONYMOUS_PREFIX = "backplane-anonymous-";
    private static final Set<OpenOption> OPEN =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE = Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW,
            LinkOption.NOFOLLOW_LINKS);

    private static final Set<OpenOption> LOCK_FILE = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);

    private final PortableLockFile.Table lockFiles = new PortableLockFile.Table();

    PortablePlatform() {
        super("portable", SegmentLayout.LIVENESS_PROCESS_IDS, new PortableFutex());
    }

    @Override
    SegmentFile create(Path path, Path name) throws IOException {
        return new PortableSegmentFile(FileChannel.open(path, CREATE, ownerOnly(path)), name, false);
    }

    @Override
    SegmentFile open(Path path) throws IOException {
        requireRegular(path);
        return new PortableSegmentFile(FileChannel.open(path, OPEN), path, false);
    }

    private static void requireRegular(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new IOException("cannot open " + path + ": it is a symbolic link, which is never followed");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("cannot open " + path + ": it is not a regular file"); // A pipe's reader would wait.
        }
    }

    @Override
    SegmentFile anonymous(String label) throws IOException {
        final Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(directory);
        final ProcessHandle self = ProcessHandle.current();
        final Path path = directory.resolve(
                ANONYMOUS_PREFIX + self.pid() + "-" + PortableSegmentFile.startMillis(self) + "-" + UUID.randomUUID());
        return new PortableSegmentFile(FileChannel.open(path, CREATE, ownerOnly(path)), path, true);
    }

    @Override
    List<SegmentFile> anonymousSegments(String label) throws IOException {
        final List<SegmentFile> opened = new ArrayList<>();
        for (Path path : anonymous(Path.of(System.getProperty("java.io.tmpdir")), true)) {
            try {
                opened.add(open(path));
            } catch (IOException _) {
                // Deleted meanwhile.
            }
        }
        return opened;
    }

    @Override
    public Optional<TerminalSize> terminalSize(int descriptor) {
        return hasTerminal(System.console()) ? Optional.of(TerminalSize.of(0, 0)) : Optional.empty();
    }

    private static boolean hasTerminal(@Nullable Console console) {
        return console != null && console.isTerminal(); // JDK 25 gives null again where there is no terminal.
    }

    private static void sweep(Path directory) throws IOException {
        for (Path path : anonymous(directory, false)) {
            Files.deleteIfExists(path);
        }
    }

    /// The anonymous files whose creators run, or those whose creators do not.
    private static List<Path> anonymous(Path directory, boolean running) throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ANONYMOUS_PREFIX + "*")) {
            for (Path path : files) {
                final String[] parts = path.getFileName()
                        .toString()
                        .substring(ANONYMOUS_PREFIX.length())
                        .split("-", 3);
                if (parts.length == 3 && isNumber(parts[0]) && isNumber(parts[1])) {
                    if (PortableSegmentFile.isRunning(Long.parseLong(parts[0]), Long.parseLong(parts[1])) == running) {
                        found.add(path);
                    }
                }
            }
        }
        return found;
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,18}");
    }

    @Override
    void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    LockFile lockFile(Path path) throws IOException {
        requireRegular(path);
        return lockFiles.open(path, LOCK_FILE, ownerOnly(path));
    }

    @Override
    void reserve(Path path, long offset, long length) throws IOException {
        FilePages.requireFree(path, length);
    }

    private static FileAttribute<?>[] ownerOnly(Path path) throws IOException {
        final Path parent = path.toAbsolutePath().getParent();
        final FileStore store = Files.getFileStore(parent == null ? path : parent);
        if (!store.supportsFileAttributeView(PosixFileAttributeView.class)) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }
}
