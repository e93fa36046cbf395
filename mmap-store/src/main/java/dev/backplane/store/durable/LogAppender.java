package dev.backplane.store.durable;

import dev.backplane.store.FilePages;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.InvalidMarshallableException;
import net.openhft.chronicle.core.threads.InterruptedRuntimeException;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/// Appends entries, one at a time.
///
/// ```
///   1  take the queue's write lock            (a word with the process id, in the metadata file)
///   2  mark the place after the last entry    as an entry in the making
///   3  reserve pages for the entry and for what follows it
///   4  copy the entry
///   5  publish it                             (release store of its header)
///   6  move the file's write position, write the index
///   7  release the lock
/// ```
///
/// What a kill leaves: after 1, a lock whose holder is dead, which the next appender takes from it once its
/// patience (0.3 s) is over; after 2 to 4, an unfinished entry that no reader sees and that the next appender
/// overwrites; after 5 and 6, an entry that everybody sees, and a write position and an index that the next
/// appender puts right by scanning from where they are.
///
/// The queue asks whether the process id in its lock is some live process. An id is used again, after a reboot
/// above all; so the lock file of the journal is asked instead: who has the journal open holds the byte of its
/// process id there.
///
/// Pages come first because a store to a page that a full disk cannot provide is a fault, not an exception.
/// Each reservation reaches some way beyond the entry: over the header of the next one, and over the two pages
/// of index that the queue may put between them.
final class LogAppender implements AutoCloseable {
    /// The longest wait for another process that is alive and holds the lock.
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long RESERVED_AT_ONCE = 1 << 20;
    /// Two pages of the index, twice, and the next header.
    private static final long RESERVED_BEYOND = 256 << 10;

    private final ChronicleLog log;
    private final UserLocks locks;
    private final boolean sync;
    private final Runnable onRoll;
    private final ExcerptAppender appender;
    private @Nullable File file;
    private long reservedEnd;
    private @Nullable FileChannel forced;

    LogAppender(ChronicleLog log, UserLocks locks, boolean sync, Runnable onRoll) {
        this.log = log;
        this.locks = locks;
        this.sync = sync;
        this.onRoll = onRoll;
        this.appender = retrying(() -> log.queue().createAppender());
        appender.singleThreadedCheckDisabled(true);
    }

    /// Something that may find the queue's lock held.
    private interface Attempt<T> {
        T once() throws IOException;
    }

    synchronized long append(byte[] record) {
        return retrying(() -> appendOnce(record));
    }

    /// Interrupts would close files that other threads use, so they wait until the attempt is over.
    private <T> T retrying(Attempt<T> attempt) {
        final long start = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return attempt.once();
                } catch (InterruptedRuntimeException e) {
                    interrupted |= Thread.interrupted();
                } catch (UnrecoverableTimeoutException e) {
                    unlockIfHolderIsDead(e, System.nanoTime() - start);
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot append to journal " + log.directory() + ": " + e.getMessage(), e);
        } catch (AssertionError | InternalError | IllegalStateException | InvalidMarshallableException e) {
            throw ChronicleLog.damaged(log.directory(), "cannot be appended to", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void unlockIfHolderIsDead(UnrecoverableTimeoutException timeout, long waitedNanos) {
        try (var lock = log.writeLock()) {
            final long holder = (int) lock.lockedBy();
            if (lock.locked() && !locks.isUser(holder)) {
                lock.forceUnlock();
            } else if (waitedNanos > DEADLINE_NANOS) {
                throw new JournalException(
                        "cannot append to journal " + log.directory() + ": process " + holder
                                + " has held its write lock for "
                                + TimeUnit.NANOSECONDS.toSeconds(waitedNanos) + " s; is it stopped?",
                        timeout);
            }
        }
    }

    private long appendOnce(byte[] record) throws IOException {
        if (appender.cycle() != log.queue().cycle()) {
            FilePages.requireFree(log.directory(), ChronicleLog.OVERHEAD_BYTES);
        }
        final long index;
        try (DocumentContext entry = appender.writingDocument()) {
            try {
                write(entry, record);
                index = entry.index();
            } catch (IOException | RuntimeException | Error e) {
                entry.rollbackOnClose();
                throw e;
            }
        }
        final boolean rolled = enterFile();
        if (sync) {
            force();
        }
        if (rolled) {
            onRoll.run();
        }
        return index;
    }

    private void write(DocumentContext entry, byte[] record) throws IOException {
        final Wire wire = entry.wire();
        if (wire == null) {
            throw new IllegalStateException("the queue gives no room to write to");
        }
        final Bytes<?> bytes = wire.bytes();
        reserve(bytes.writePosition(), record.length);
        bytes.write(record);
    }

    private void reserve(long position, long length) throws IOException {
        final File current = appender.currentFile();
        if (current == null) {
            return;
        }
        final long end = position + length + RESERVED_BEYOND;
        if (current.equals(file) && end <= reservedEnd) {
            return;
        }
        FilePages.reserve(current.toPath(), position, end - position + RESERVED_AT_ONCE);
        reservedEnd = end + RESERVED_AT_ONCE;
    }

    /// Notices that the queue has begun another file.
    private boolean enterFile() throws IOException {
        final File current = appender.currentFile();
        if (current == null || current.equals(file)) {
            return false;
        }
        file = current;
        OwnerOnly.file(current.toPath());
        closeForced();
        if (sync) {
            ChronicleLog.force(log.directory());
        }
        return true;
    }

    /// Waits until the disk has what was appended so far.
    synchronized void sync() {
        retrying(() -> {
            force();
            return true;
        });
    }

    private void force() throws IOException {
        final File current = file;
        while (current != null) {
            FileChannel channel = forced;
            if (channel == null || !channel.isOpen()) {
                channel = FileChannel.open(Path.of(current.getPath()), StandardOpenOption.WRITE);
                forced = channel;
            }
            try {
                channel.force(false);
                return;
            } catch (ClosedByInterruptException _) {
                throw new InterruptedRuntimeException(); // Once more, with the interrupt put aside.
            }
        }
    }

    private void closeForced() throws IOException {
        final FileChannel channel = forced;
        forced = null;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        appender.close();
        closeForced();
    }
}
