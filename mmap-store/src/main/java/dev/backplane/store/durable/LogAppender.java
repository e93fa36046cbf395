package dev.backplane.store.durable;

import dev.backplane.store.FilePages;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
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
///   8  wait for the disk, if asked to
///   9  delete files that need not be kept     (after the first entry of a file)
/// ```
///
/// Steps 1 to 7 are repeated until the entry is in, and what comes later is repeated without them: an interrupt
/// while the disk is waited for appends nothing twice. That old files cannot be deleted is logged, and tried
/// again at the next roll; the entry is in.
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
/// The id may also be this JVM's own, as it is in containers, where each JVM may be number 1. Threads of this JVM take
/// steps 1 to 7 in turns. So who finds the lock held under this JVM's own id, in his turn, knows that no thread of this
/// JVM holds it; and if no other process of that id has the journal open, its holder is dead. One that is dead stays
/// unrecognised as long as another process of the same id has the journal open, in another container.
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
    private static final String FORCE = "make the disk take what was appended to";
    private static final System.Logger LOGGER = System.getLogger(LogAppender.class.getName());

    private final ChronicleLog log;
    private final UserLocks locks;
    private final boolean sync;
    private final Runnable onRoll;
    private final Unforced unforced;
    private final ExcerptAppender appender;
    private @Nullable File file;
    private long reservedEnd;
    private boolean rolled;
    private boolean closed;

    LogAppender(ChronicleLog log, UserLocks locks, boolean sync, Runnable onRoll) {
        this(log, locks, sync, onRoll, FileChannel::force);
    }

    LogAppender(ChronicleLog log, UserLocks locks, boolean sync, Runnable onRoll, Unforced.Disk disk) {
        this.log = log;
        this.locks = locks;
        this.sync = sync;
        this.onRoll = onRoll;
        this.unforced = new Unforced(log.directory(), disk);
        this.appender = inTurn(() -> log.queue().createAppender());
        appender.singleThreadedCheckDisabled(true);
    }

    /// Something that may find the queue's lock held.
    private interface Attempt<T> {
        T once() throws IOException;
    }

    synchronized long append(byte[] record) {
        ensureOpen();
        final long index = inTurn(() -> appendOnce(record));
        if (sync) {
            sync();
        } else if (unforced.isCrowded()) {
            retrying(FORCE, unforced::relieve);
        }
        if (rolled) {
            rolled = false;
            expire();
        }
        return index;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("journal " + log.directory() + " is closed");
        }
    }

    private void expire() {
        try {
            retrying("delete old files of", () -> {
                onRoll.run();
                return true;
            });
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "old files of journal " + log.directory() + " stay until the next roll", e);
        }
    }

    private <T> T inTurn(Attempt<T> attempt) {
        locks.turn().lock();
        try {
            return retrying("append to", attempt);
        } finally {
            locks.turn().unlock();
        }
    }

    /// Interrupts would close files that other threads use, so they wait until the attempt is over.
    private <T> T retrying(String what, Attempt<T> attempt) {
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
            throw new JournalException("cannot " + what + " journal " + log.directory() + ": " + e.getMessage(), e);
        } catch (AssertionError | InternalError | IllegalStateException | InvalidMarshallableException e) {
            throw ChronicleLog.damaged(log.directory(), "cannot be appended to", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void unlockIfHolderIsDead(UnrecoverableTimeoutException timeout, long waitedNanos) {
        locks.turn().lock();
        try (var lock = log.writeLock()) {
            final long holder = (int) lock.lockedBy();
            if (lock.locked() && !locks.isOtherUser(holder)) {
                lock.forceUnlock();
            } else if (waitedNanos > DEADLINE_NANOS) {
                throw new JournalException(
                        "cannot append to journal " + log.directory() + ": process " + holder
                                + " has held its write lock for "
                                + TimeUnit.NANOSECONDS.toSeconds(waitedNanos) + " s; is it stopped?",
                        timeout);
            }
        } finally {
            locks.turn().unlock();
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
        noteAppended(appender.currentFile());
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
        if (!current.equals(file)) {
            OwnerOnly.file(current.toPath());
        }
        FilePages.reserve(current.toPath(), position, end - position + RESERVED_AT_ONCE);
        reservedEnd = end + RESERVED_AT_ONCE;
    }

    /// Notices what the disk may not have, and that the queue has begun another file. Throws nothing.
    private void noteAppended(@Nullable File current) {
        if (current == null) {
            return;
        }
        if (!current.equals(file)) {
            file = current;
            rolled = true;
            unforced.addName();
        }
        unforced.add(current.toPath());
    }

    /// Waits until the disk has what was appended so far, in whatever files.
    synchronized void sync() {
        ensureOpen();
        retrying(FORCE, unforced::force);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        appender.close();
        unforced.close();
    }
}
