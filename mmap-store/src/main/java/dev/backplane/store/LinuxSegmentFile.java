package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// [SegmentFile] on Linux.
///
/// Two descriptors with open file descriptions of their own: `holder` carries the locks that say "I live",
/// `asker` asks about others. A description does not see its own locks, so asking through `asker` tells the
/// truth about every participant, this one too. Both are close-on-exec: a child process keeps nothing alive.
final class LinuxSegmentFile implements SegmentFile {
    /// Differs between the architectures that Linux runs on.
    static final int O_NOFOLLOW = System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;

    private static final long PAGE = 4096;

    private final NativeAccess system;
    private final int holder;
    private final int asker;
    private final Path path;
    private final Object key;
    private boolean closed;

    private LinuxSegmentFile(NativeAccess system, int holder, int asker, Path path, Object key) {
        this.system = system;
        this.holder = holder;
        this.asker = asker;
        this.path = path;
        this.key = key;
    }

    static LinuxSegmentFile of(NativeAccess system, int fd, @Nullable Path path) throws IOException {
        final int asker = system.open(self(fd).toString(), NativeAccess.O_RDWR, 0);
        if (asker < 0) {
            system.close(fd);
            throw NativeAccess.failure(asker, "reopen", path == null ? "an anonymous segment" : path.toString());
        }
        boolean opened = false;
        try {
            if (!Files.isRegularFile(self(asker))) { // A pipe's reader would wait.
                throw new IOException("cannot open " + path + ": it is not a regular file");
            }
            final Path found = path != null
                    ? path
                    : Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
            final Object key = LinuxDescriptors.key(self(asker));
            opened = true;
            return new LinuxSegmentFile(system, fd, asker, found, key);
        } finally {
            if (!opened) {
                system.close(asker);
                system.close(fd);
            }
        }
    }

    private static Path self(int fd) {
        return Path.of("/proc/self/fd/" + fd);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public long size() throws IOException {
        return Files.size(self(asker));
    }

    @Override
    public void setSize(long size) throws IOException {
        check(system.ftruncate(holder, size), "set the size to " + size + " bytes of");
    }

    @Override
    public long readStart(MemorySegment target) throws IOException {
        try (FileChannel channel = FileChannel.open(self(asker), StandardOpenOption.READ)) {
            return Zeros.readStart(channel, target);
        }
    }

    @Override
    public MemorySegment map(long size, Arena arena) throws IOException {
        // Through the asker: a mapping keeps its open file description, and with it the locks, beyond the
        // descriptor.
        return system.map(asker, size, arena, path.toString());
    }

    @Override
    public synchronized void allocate(MemorySegment memory, long offset, long length) throws IOException {
        ensureOpen();
        // Whole pages inside the range: punched, so that they hold no stale bytes, then reserved again as
        // zeros.
        final long firstPage = Math.ceilDiv(offset, PAGE) * PAGE;
        final long pagesEnd = (offset + length) / PAGE * PAGE;
        if (firstPage < pagesEnd) {
            release(firstPage, pagesEnd - firstPage);
        }
        final int reserved = system.allocate(holder, offset, length);
        if (reserved == -NativeAccess.EOPNOTSUPP || reserved == -NativeAccess.ENOSYS) {
            try (FileChannel channel = FileChannel.open(self(holder), StandardOpenOption.WRITE)) {
                Zeros.write(channel, offset, length);
            }
            return;
        }
        check(reserved, "reserve " + length + " bytes at " + offset + " of");
        // The ends share their pages with neighbours, so they are cleared byte by byte: they have pages by now.
        final long headEnd = Math.min(firstPage, offset + length);
        memory.asSlice(offset, headEnd - offset).fill((byte) 0);
        final long tail = Math.max(headEnd, pagesEnd);
        memory.asSlice(tail, offset + length - tail).fill((byte) 0);
    }

    @Override
    public synchronized void release(long offset, long length) throws IOException {
        ensureOpen();
        final long firstPage = Math.ceilDiv(offset, PAGE) * PAGE;
        final long pagesEnd = (offset + length) / PAGE * PAGE;
        if (firstPage >= pagesEnd) {
            return;
        }
        final int result = system.punchHole(holder, firstPage, pagesEnd - firstPage);
        if (result == -NativeAccess.EOPNOTSUPP || result == -NativeAccess.ENOSYS) {
            try (FileChannel channel = FileChannel.open(self(holder), StandardOpenOption.WRITE)) {
                Zeros.write(channel, firstPage, pagesEnd - firstPage);
            }
            return;
        }
        check(result, "give back " + length + " bytes at " + offset + " of");
    }

    @Override
    public synchronized boolean tryHold(long position) {
        ensureOpen();
        return system.lockByte(holder, position) == 0;
    }

    @Override
    public synchronized void letGo(long position) {
        if (!closed) {
            system.unlockByte(holder, position);
        }
    }

    @Override
    public synchronized boolean isHeld(long position, long pid, long startMillis) {
        ensureOpen();
        final int locked = system.isByteLocked(asker, position);
        if (locked < 0) {
            throw new SegmentException("cannot ask who is attached to " + path + ": errno " + -locked);
        }
        return locked == 1;
    }

    /// Of the asker: whoever has the holder's description keeps its locks, and this participant would outlive
    /// its process.
    @Override
    public synchronized OptionalInt openDescriptor() throws IOException {
        if (closed) {
            return OptionalInt.empty();
        }
        final int duplicate = new SocketCalls(system).duplicate(asker);
        check(duplicate, "open another descriptor of");
        return OptionalInt.of(duplicate);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            system.close(asker);
            system.close(holder);
        }
    }

    /// A closed descriptor's number may name some other file by now, so no call may reach it.
    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("segment " + path + " is closed");
        }
    }

    private void check(int result, String tried) throws IOException {
        if (result < 0) {
            throw NativeAccess.failure(result, tried, path.toString());
        }
    }
}
