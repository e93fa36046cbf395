package dev.backplane.store.durable;

import dev.backplane.store.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Who uses a journal: the lock file in its directory, in which each user holds the byte of its process id, and
/// each tailer that is open the byte of its name.
///
/// Process ids take the bytes below 2^36: one process may have a journal open several times, each in a lane of
/// its own. Names take the bytes from 2^62 on, by a sum of 61 bits.
final class UserLocks implements AutoCloseable {
    private static final int LANES = 16;
    private static final int LANE_SHIFT = 32;
    private static final long NAMES = 1L << 62;
    private static final long NAME_MASK = (1L << 61) - 1;

    private final Path path;
    private final LockFile file;

    private UserLocks(Path path, LockFile file) {
        this.path = path;
        this.file = file;
    }

    /// Opens the lock file and holds this process's byte.
    static UserLocks open(Path path) throws IOException {
        final UserLocks locks = new UserLocks(path, LockFile.open(path));
        final long pid = ProcessHandle.current().pid();
        for (long lane = 0; lane < LANES; lane++) {
            if (locks.file.tryHold(pid | lane << LANE_SHIFT)) {
                return locks;
            }
        }
        locks.close();
        throw new JournalException("process " + pid + " has the journal of " + path + " open " + LANES
                + " times: close some, or share one, which is thread-safe");
    }

    /// Whether a process has the journal open.
    boolean isUser(long pid) {
        for (long lane = 0; lane < LANES; lane++) {
            if (file.isHeld(pid | lane << LANE_SHIFT)) {
                return true;
            }
        }
        return false;
    }

    /// Takes a tailer's name, which one at a time may have.
    void takeName(String name) {
        if (!file.tryHold(position(name))) {
            throw new JournalException("tailer " + name + " is in use, by this or another process (see " + path
                    + "): a name has one reader at a time, take another name or wait until it is closed");
        }
    }

    void giveName(String name) {
        file.letGo(position(name));
    }

    /// Two sums of 32 bits, of the name and of the name backwards.
    private static long position(String name) {
        final long high = sum(name);
        final long low = sum(new StringBuilder(name).reverse().toString());
        return NAMES | (high << 32 | low) & NAME_MASK;
    }

    private static long sum(String text) {
        final CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    @Override
    public void close() {
        file.close();
    }
}
