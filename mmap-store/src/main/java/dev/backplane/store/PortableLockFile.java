package dev.backplane.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// [LockFile] by the record locks of [FileChannel].
///
/// POSIX drops all record locks of a process on a file when the process closes any descriptor of it. So all
/// holders of one JVM share one channel, which the last of them closes.
final class PortableLockFile extends LockFile {
    /// The lock files that this JVM has open, by path.
    static final class Table {
        private final Map<Path, Shared> open = new HashMap<>();

        synchronized LockFile open(Path path, Set<OpenOption> options, FileAttribute<?>[] attributes)
                throws IOException {
            final Path key = path.toAbsolutePath().normalize();
            Shared shared = open.get(key);
            if (shared == null) {
                shared = new Shared(key, FileChannel.open(path, options, attributes));
                open.put(key, shared);
            }
            shared.users++;
            return new PortableLockFile(this, shared);
        }
    }

    /// One channel and its users, guarded by the table's monitor.
    private static final class Shared {
        private final Path key;
        private final FileChannel channel;
        private final Map<Long, FileLock> held = new HashMap<>();
        private int users;

        Shared(Path key, FileChannel channel) {
            this.key = key;
            this.channel = channel;
        }
    }

    private final Table table;
    private final Shared shared;
    private final Set<Long> own = new HashSet<>();
    private boolean closed;

    private PortableLockFile(Table table, Shared shared) {
        this.table = table;
        this.shared = shared;
    }

    @Override
    public boolean tryHold(long position) {
        synchronized (table) {
            if (shared.held.containsKey(position)) {
                return false;
            }
            final FileLock lock = lock(position);
            if (lock != null) {
                shared.held.put(position, lock);
                own.add(position);
            }
            return lock != null;
        }
    }

    private @Nullable FileLock lock(long position) {
        if (closed) {
            throw new IllegalStateException("lock file " + shared.key + " is closed");
        }
        try {
            return shared.channel.tryLock(position, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // Reached by another name of the same file.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock byte " + position + " of " + shared.key, e);
        }
    }

    @Override
    public void letGo(long position) {
        synchronized (table) {
            final FileLock lock = own.remove(position) ? shared.held.remove(position) : null;
            if (lock != null) {
                release(lock);
            }
        }
    }

    @Override
    public boolean isHeld(long position) {
        synchronized (table) {
            if (shared.held.containsKey(position)) {
                return true;
            }
            final FileLock lock = lock(position);
            if (lock != null) {
                release(lock);
            }
            return lock == null;
        }
    }

    private void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock " + shared.key, e);
        }
    }

    @Override
    public void close() {
        synchronized (table) {
            if (closed) {
                return;
            }
            Set.copyOf(own).forEach(this::letGo);
            closed = true;
            shared.users--;
            if (shared.users == 0) {
                table.open.remove(shared.key);
                try {
                    shared.channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot close " + shared.key, e);
                }
            }
        }
    }
}
