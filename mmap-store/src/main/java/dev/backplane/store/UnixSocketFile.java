package dev.backplane.store;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The file of a listening Unix socket: readable and writable by its owner only from the moment that it has
/// its name, never taken from somebody who listens, deleted only while it is ours.
final class UnixSocketFile {
    /*
     * The socket is bound to a name of its own in the same directory, gets its permissions, and only then its
     * name, by a link, which fails if the name is taken: so two that listen at once cannot both succeed, and nobody
     * connects to a socket that is still open to all.
     *
     * A file that is there is somebody's, or was left by a killed listener. It is asked first, by connecting. One on
     * which nobody listens is moved aside, asked again there, since in between it may have become another one, and
     * then deleted; or moved back. A kill leaves at most a file with a temporary name.
     */

    /// As long as the shortest limit of the systems, that of macOS, with its closing zero.
    private static final int MOST_BYTES = 103;
    private static final int RANDOM_CHARS = 8;

    private final Path path;
    private final @Nullable Object key;

    private UnixSocketFile(Path path, @Nullable Object key) {
        this.path = path;
        this.key = key;
    }

    /// Binds a channel to a file of its own.
    ///
    /// @throws FileAlreadyExistsException if there is something that is no socket
    /// @throws BindException if somebody listens there
    static UnixSocketFile bind(ServerSocketChannel channel, Endpoint.Unix at, int backlog) throws IOException {
        final Path path = at.path().toAbsolutePath();
        final Path temporary = beside(path);
        final int length = Math.max(bytesOf(path), bytesOf(temporary));
        if (length > MOST_BYTES) {
            throw new IOException("cannot listen at " + at + ": the path of a socket and of the temporary one"
                    + " beside it may have " + MOST_BYTES + " bytes, the longer has " + length
                    + "; choose a shorter one");
        }
        removeStale(path, at);
        channel.bind(UnixDomainSocketAddress.of(temporary), backlog);
        try {
            if (Files.getFileAttributeView(temporary, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            }
            final Object key = keyOf(temporary);
            publish(temporary, path, at);
            return new UnixSocketFile(path, key);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static int bytesOf(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void publish(Path temporary, Path path, Endpoint at) throws IOException {
        try {
            Files.createLink(path, temporary);
        } catch (FileAlreadyExistsException e) {
            throw (IOException)
                    new BindException("cannot listen at " + at + ": somebody else has just begun to").initCause(e);
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without links: two that begin at the same instant are not told apart.
            Files.move(temporary, path);
        }
    }

    private static Path beside(Path path) {
        return path.resolveSibling("." + UUID.randomUUID().toString().substring(0, RANDOM_CHARS));
    }

    private static void removeStale(Path path, Endpoint at) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new FileAlreadyExistsException("cannot listen at " + at + ": "
                    + (Files.isSymbolicLink(path)
                            ? "a symbolic link, which is not followed,"
                            : "a file that is no socket")
                    + " is there; remove it, or choose another path");
        }
        if (somebodyListens(path)) {
            throw new BindException("cannot listen at " + at + ": somebody listens there");
        }
        final Path aside = beside(path);
        try {
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // Somebody else has removed it.
        }
        if (isSocket(aside) && !somebodyListens(aside)) {
            Files.delete(aside);
            return;
        }
        Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
        throw new BindException("cannot listen at " + at + ": somebody else has just begun to");
    }

    private static boolean somebodyListens(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS); // A full backlog, or not ours to connect to.
        }
    }

    /// Whether a path names a socket, and no link to one.
    static boolean isSocket(Path path) {
        try {
            final BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isOther()) {
                return false;
            }
            if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return true;
            }
            final int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & 0170000) == 0140000;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /// Deletes the file, unless another one has its name by now.
    void delete() throws IOException {
        try {
            if (Objects.equals(keyOf(path), key)) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            return; // Somebody else has.
        }
    }
}
