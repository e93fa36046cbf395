package dev.backplane.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Linux: futexes, memfd, open-file-description locks.
final class LinuxPlatform extends Platform {
    /// How /proc shows that a file has no name.
    private static final String DELETED = " (deleted)";

    private static final int OWNER_ONLY = 0600;
    /// The most that memfd_create(2) takes as a name, which shows in /proc only.
    private static final int LONGEST_LABEL = 200;

    private final NativeAccess system;
    private final LinuxSockets sockets;

    LinuxPlatform(NativeAccess system) {
        super("linux", SegmentLayout.LIVENESS_FILE_LOCKS, new LinuxFutex(system));
        this.system = system;
        this.sockets = new LinuxSockets(system);
    }

    @Override
    SegmentFile create(Path path, Path name) throws IOException {
        final int flags = NativeAccess.O_RDWR | NativeAccess.O_CREAT | NativeAccess.O_EXCL;
        return opened(name, system.open(path.toString(), flags, OWNER_ONLY), "create");
    }

    @Override
    SegmentFile open(Path path) throws IOException {
        // The links in /proc/<pid>/fd lead to a descriptor, not to a name, and are how anonymous segments are
        // attached.
        final boolean descriptor = path.startsWith("/proc");
        if (!descriptor && Files.isSymbolicLink(path)) {
            throw NativeAccess.failure(-NativeAccess.ELOOP, "open", path.toString());
        }
        return opened(path, system.open(path.toString(), NativeAccess.O_RDWR | noFollow(descriptor), 0), "open");
    }

    private static int noFollow(boolean descriptor) {
        return descriptor ? 0 : LinuxSegmentFile.O_NOFOLLOW;
    }

    @Override
    SegmentFile anonymous(String label) throws IOException {
        final String name = memfdName(label);
        final int fd = system.memfdCreate(name);
        if (fd < 0) {
            throw NativeAccess.failure(fd, "create", "the anonymous segment " + name);
        }
        return LinuxSegmentFile.of(system, fd, null);
    }

    @Override
    List<SegmentFile> anonymousSegments(String label) throws IOException {
        return processes()
                .open(("/memfd:" + memfdName(label) + DELETED)::equals, this::openIfStill)
                .files();
    }

    private static LinuxDescriptors processes() {
        return new LinuxDescriptors(Path.of("/proc"));
    }

    @Override
    Optional<List<SegmentFile>> namelessSegments(Path directory) throws IOException {
        final String inside = directory.toRealPath() + "/";
        final LinuxDescriptors.Found<SegmentFile> found = processes()
                .open(
                        target ->
                                target.endsWith(DELETED) && (target.startsWith("/memfd:") || target.startsWith(inside)),
                        this::openIfStill);
        if (found.complete()) {
            return Optional.of(found.files());
        }
        found.files().forEach(SegmentFile::close);
        return Optional.empty();
    }

    /// Opens a descriptor's file, if that is still the one that it was.
    private @Nullable SegmentFile openIfStill(Path descriptor, Object key) throws IOException {
        final LinuxSegmentFile file = (LinuxSegmentFile) open(descriptor);
        if (file.key().equals(key)) {
            return file;
        }
        file.close();
        return null;
    }

    @Override
    public Optional<TerminalSize> terminalSize(int descriptor) {
        final long size = system.terminalSize(descriptor);
        return size < 0
                ? Optional.empty()
                : Optional.of(TerminalSize.of((int) (size >>> Short.SIZE), (int) size & 0xFFFF));
    }

    private SegmentFile opened(Path path, int fd, String verb) throws IOException {
        if (fd >= 0) {
            return LinuxSegmentFile.of(system, fd, path);
        }
        throw switch (-fd) {
            case NativeAccess.ENOENT -> new NoSuchFileException(path.toString());
            case NativeAccess.EEXIST -> new FileAlreadyExistsException(path.toString());
            default -> NativeAccess.failure(fd, verb, path.toString());
        };
    }

    private static String memfdName(String label) {
        return label.substring(0, Math.min(label.length(), LONGEST_LABEL)).replace('\0', '?');
    }

    @Override
    void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    LockFile lockFile(Path path) throws IOException {
        final int flags = NativeAccess.O_RDWR | NativeAccess.O_CREAT | LinuxSegmentFile.O_NOFOLLOW;
        return new LinuxLockFile(opened(path, system.open(path.toString(), flags, OWNER_ONLY), "open"));
    }

    @Override
    void reserve(Path path, long offset, long length) throws IOException {
        final int fd = system.open(path.toString(), NativeAccess.O_RDWR | LinuxSegmentFile.O_NOFOLLOW, 0);
        if (fd < 0) {
            throw NativeAccess.failure(fd, "open", path.toString());
        }
        final int reserved = system.allocate(fd, offset, length);
        system.close(fd);
        if (reserved == -NativeAccess.EOPNOTSUPP || reserved == -NativeAccess.ENOSYS) {
            FilePages.requireFree(path, length);
        } else if (reserved < 0) {
            throw NativeAccess.failure(reserved, "reserve " + length + " bytes at " + offset + " of", path.toString());
        }
    }

    @Override
    boolean isLeftSocket(Path path) {
        return SocketFile.isLeft(sockets.calls(), path);
    }

    @Override
    boolean deleteLeftSocket(Path path) throws IOException {
        return SocketFile.deleteLeft(sockets.calls(), path);
    }

    @Override
    StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
        return sockets.connect(to, timeout);
    }

    @Override
    StreamListener listen(Endpoint at, int backlog) throws IOException {
        return sockets.listen(at, backlog);
    }

    @Override
    StreamSocket socketOf(int descriptor) throws IOException {
        return sockets.socketOf(descriptor);
    }

    @Override
    StreamListener listenerOf(int descriptor, boolean deletesFile) throws IOException {
        return sockets.listenerOf(descriptor, deletesFile);
    }

    @Override
    SegmentFile segmentOf(int descriptor) throws IOException {
        final Path link = Path.of("/proc/self/fd/" + descriptor);
        // Looked at before it is opened, because to open a device or a pipe has effects.
        if (!Files.isRegularFile(link)) {
            throw new IOException("cannot open descriptor " + descriptor + ": it is no regular file");
        }
        final Path target = Files.readSymbolicLink(link);
        if (!target.toString().startsWith("/memfd:")) {
            throw new IOException("cannot open descriptor " + descriptor + ": it is of " + target
                    + ", which is no anonymous segment; attach a named one by its path or handle");
        }
        final int opened = system.open(link.toString(), NativeAccess.O_RDWR, 0);
        if (opened < 0) {
            throw NativeAccess.failure(opened, "open", "descriptor " + descriptor);
        }
        return LinuxSegmentFile.of(system, opened, null);
    }

    @Override
    public int openDescriptor(Path path) throws IOException {
        final int opened = sockets.calls().openFile(path.toString());
        if (opened < 0) {
            throw NativeAccess.failure(opened, "open", path.toString());
        }
        return opened;
    }

    @Override
    public void closeDescriptor(int descriptor) {
        system.close(descriptor);
    }
}
