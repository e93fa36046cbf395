package dev.backplane.store;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The file by which others find a listening socket: made for the owner only, in place of one that a dead
/// listener has left, and deleted by whoever made it.
final class SocketFile {
    /*
     * bind(2) makes the file and never replaces one, so somebody has to delete what a killed listener left, and
     * nobody may delete what a live one has just made. Two things see to that:
     *
     * - Who looks, deletes, binds and listens holds the lock of the directory (flock(2) on its descriptor) all the
     *   while. The lock leaves no file behind, and the kernel lets it go with the process.
     * - Whether a socket is bound to the file is asked by connecting a datagram socket to it: the kernel refuses that
     *   with EPROTOTYPE where there is a stream socket, listening or not yet, and with ECONNREFUSED where there is
     *   none. The listener never notices. So even a program that knows nothing of the lock, such as Python, is safe
     *   between its bind and its listen.
     *
     * A kill before bind leaves nothing, one after it a file that the next listener replaces.
     */

    private static final int OWNER_ONLY = 0600;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;
    private static final long LONGEST_LOCK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = 200_000;

    /// What tells files apart.
    private record Identity(Object device, Object inode) {}

    private record Status(int mode, int user, Identity identity) {}

    private final SocketCalls calls;
    private final Path path;
    private final Identity identity;

    private SocketFile(SocketCalls calls, Path path) throws IOException {
        this.calls = calls;
        this.path = path;
        this.identity = status(path).identity();
    }

    /// The file that a socket is bound to, made by somebody else.
    static SocketFile of(SocketCalls calls, Path path) throws IOException {
        return new SocketFile(calls, path.toAbsolutePath());
    }

    /// Binds a socket and has it listen.
    static SocketFile listen(SocketCalls calls, int socket, Endpoint.Unix at, int backlog) throws IOException {
        final Path path = at.path().toAbsolutePath();
        final byte[] name = SocketName.of(path);
        final int lock = lock(calls, path, at);
        try {
            check(calls.changeMode(socket, OWNER_ONLY), at); // The file gets the mode that the socket has.
            int bound = calls.bind(socket, name);
            if (bound == -SocketFailure.EADDRINUSE) {
                deleteStale(calls, path, name, at);
                bound = calls.bind(socket, name);
            }
            check(bound, at);
            final SocketFile file = new SocketFile(calls, path);
            final int listening = calls.listen(socket, backlog);
            if (listening < 0) {
                file.deleteIfOwn();
                throw SocketFailure.listening(listening, at);
            }
            return file;
        } finally {
            calls.close(lock);
        }
    }

    private static void check(int result, Endpoint at) throws IOException {
        if (result < 0) {
            throw SocketFailure.listening(result, at);
        }
    }

    /// Takes the lock of the file's directory, which its descriptor carries.
    private static int lock(SocketCalls calls, Path path, Endpoint at) throws IOException {
        final Path directory = path.getParent();
        if (directory == null) {
            throw new SocketException("cannot listen at " + at + ": it is a directory");
        }
        final int lock = calls.openDirectory(directory.toString());
        check(lock, at);
        final long start = System.nanoTime();
        boolean interrupted = false;
        int result = calls.tryLock(lock);
        while (result == -NativeAccess.EAGAIN && System.nanoTime() - start < LONGEST_LOCK_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
            interrupted |= Thread.interrupted(); // Restored below: others hold the lock for microseconds.
            result = calls.tryLock(lock);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (result < 0) {
            calls.close(lock);
            throw new SocketException("cannot listen at " + at + ": "
                    + (result == -NativeAccess.EAGAIN
                            ? "another process holds the lock of " + directory + " for too long"
                            : "the file system of " + directory + " has no locks: " + NativeAccess.reason(-result))
                    + "; choose another directory");
        }
        return lock;
    }

    /// Deletes a socket that nobody is bound to; the lock of the directory is held.
    private static void deleteStale(SocketCalls calls, Path path, byte[] name, Endpoint at) throws IOException {
        final Status found;
        try {
            found = status(path);
        } catch (NoSuchFileException _) {
            return; // Its listener has just deleted it.
        }
        if ((found.mode() & TYPE_MASK) != TYPE_SOCKET) {
            throw new BindException("cannot listen at " + at
                    + ": there is a file that is no socket, which is left alone; delete it, or choose another path");
        }
        if (found.user() != calls.effectiveUserId()) {
            throw new BindException("cannot listen at " + at + ": there is a socket of user " + found.user()
                    + ", which is left alone; choose another path");
        }
        if (isBound(calls, name, at)) {
            throw SocketFailure.listening(-SocketFailure.EADDRINUSE, at);
        }
        Files.deleteIfExists(path);
    }

    /// Whether somebody is bound to a name, or it cannot be asked.
    private static boolean isBound(SocketCalls calls, byte[] name, Endpoint at) throws IOException {
        final int probe = calls.socket(SocketCalls.AF_UNIX, SocketCalls.SOCK_DGRAM);
        check(probe, at);
        final int answer = calls.connect(probe, name);
        calls.close(probe);
        return answer != -SocketFailure.ECONNREFUSED && answer != -NativeAccess.ENOENT;
    }

    /// Whether a file is a socket of this user's that nobody is bound to; false if it cannot be told.
    static boolean isLeft(SocketCalls calls, Path path) {
        try {
            final Path absolute = path.toAbsolutePath();
            final Status found = status(absolute);
            return (found.mode() & TYPE_MASK) == TYPE_SOCKET
                    && found.user() == calls.effectiveUserId()
                    && !isBound(calls, SocketName.of(absolute), new Endpoint.Unix(absolute));
        } catch (IOException _) {
            return false; // It is gone, or has a name that no socket call takes.
        }
    }

    /// Deletes a socket that nobody is bound to, while nobody can begin to listen there.
    static boolean deleteLeft(SocketCalls calls, Path path) throws IOException {
        final int lock = lock(calls, path.toAbsolutePath(), new Endpoint.Unix(path));
        try {
            return isLeft(calls, path) && Files.deleteIfExists(path);
        } finally {
            calls.close(lock);
        }
    }

    /// Deletes the file, unless there is another one at its place. The socket is still open, so no other file
    /// can have the number of its inode.
    void delete() throws IOException {
        final int lock = lock(calls, path, new Endpoint.Unix(path));
        try {
            deleteIfOwn();
        } finally {
            calls.close(lock);
        }
    }

    private void deleteIfOwn() throws IOException {
        try {
            if (status(path).identity().equals(identity)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException _) {
            return; // Somebody was faster, which is as good.
        }
    }

    private static Status status(Path path) throws IOException {
        final Map<String, Object> found =
                Files.readAttributes(path, "unix:mode,uid,dev,ino", LinkOption.NOFOLLOW_LINKS);
        return new Status(
                (int) Objects.requireNonNull(found.get("mode")),
                (int) Objects.requireNonNull(found.get("uid")),
                new Identity(Objects.requireNonNull(found.get("dev")), Objects.requireNonNull(found.get("ino"))));
    }
}
