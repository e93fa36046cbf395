package dev.backplane.store.durable;

import dev.backplane.store.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/// Who uses a journal: the lock file in its directory, in which each user holds the byte of its process id, and
/// each tailer that is open the byte of its name.
///
/// Process ids take the bytes below 2^36: one process may have a journal open several times, each in a lane of
/// its own. Names take the bytes from 2^62 on, by a sum of 61 bits.
///
/// In containers, processes that use a journal, at one time or one after another, may have the same id. So this
/// JVM remembers which bytes of its id it holds itself: another one that is held is another process's.
final class UserLocks implements AutoCloseable {
    private static final int LANES = 16;
    private static final int LANE_SHIFT = 32;
    private static final long NAMES = 1L << 62;
    private static final long NAME_MASK = (1L << 61) - 1;

    private static final long PID = ProcessHandle.current().pid();
    /// By what tells files apart; guarded by itself.
    private static final Map<Object, ThisJvm> JVM = new HashMap<>();

    private final Path path;
    private final LockFile file;
    private final Object key;
    private final ThisJvm jvm;
    private int lane = -1;
    private boolean closed;

    /// How this JVM uses one lock file, under whatever name, and how many times at once.
    private static final class ThisJvm {
        /// Held by the thread that uses the queue's lock.
        private final ReentrantLock turn = new ReentrantLock();
        /// The lanes of its process id that it holds; like the count of users guarded by the map.
        private final BitSet lanes = new BitSet(LANES);
        private int users;
    }

    private UserLocks(Path path, LockFile file, Object key) {
        this.path = path;
        this.file = file;
        this.key = key;
        synchronized (JVM) {
            this.jvm = JVM.computeIfAbsent(key, _ -> new ThisJvm());
            jvm.users++;
        }
    }

    /// Opens the lock file and holds this process's byte.
    static UserLocks open(Path path) throws IOException {
        final UserLocks locks = opened(path);
        if (!locks.holdLane()) {
            locks.close();
            throw new JournalException("process " + PID + " has the journal of " + path + " open " + LANES
                    + " times: close some, or share one, which is thread-safe");
        }
        return locks;
    }

    private static UserLocks opened(Path path) throws IOException {
        final LockFile file = LockFile.open(path);
        UserLocks locks = null;
        try {
            final Object inode =
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            locks = new UserLocks(path, file, inode == null ? path.toRealPath() : inode);
            return locks;
        } finally {
            if (locks == null) {
                file.close();
            }
        }
    }

    private static long position(long pid, int lane) {
        return pid | (long) lane << LANE_SHIFT;
    }

    private boolean holdLane() {
        synchronized (JVM) {
            for (int i = 0; i < LANES && lane < 0; i++) {
                if (file.tryHold(position(PID, i))) {
                    lane = i;
                    jvm.lanes.set(i);
                }
            }
            return lane >= 0;
        }
    }

    /// The turn that a thread of this JVM must have to use the queue's lock. So who has it knows that no other
    /// thread of this JVM holds that lock.
    Lock turn() {
        return jvm.turn;
    }

    /// Whether a process that is not this one has the journal open.
    ///
    /// @param pid its id, which may be this one's too
    boolean isOtherUser(long pid) {
        synchronized (JVM) {
            for (int i = 0; i < LANES; i++) {
                final boolean own = pid == PID && jvm.lanes.get(i);
                if (!own && file.isHeld(position(pid, i))) {
                    return true;
                }
            }
            return false;
        }
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
        synchronized (JVM) {
            if (closed) {
                return;
            }
            closed = true;
            file.close();
            if (lane >= 0) {
                jvm.lanes.clear(lane);
            }
            jvm.users--;
            if (jvm.users == 0) {
                JVM.remove(key);
            }
        }
    }
}
