package dev.backplane.store.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A directory of files to which any number of processes append entries of bytes, in one order that all see,
/// and from which named tailers and replays read them.
///
/// It needs `net.openhft:chronicle-queue` on the class path and the JVM flags of [#jvmFlags]; without them each
/// `open` says what is missing. Nothing of it is loaded before the first `open`.
///
/// **Durability.** An entry survives the death of its appender from the return of [#append] on. It survives the
/// death of the machine from then on with [JournalOptions#sync], else from when the kernel has written it. A
/// full disk is a [JournalException] of `append`, which leaves the journal as it was.
///
/// **Owner death.** An appender killed at any step leaves a journal that others read and append to; they wait
/// half a second at most for its lock. A tailer killed at any step resumes at the entry that it had not advanced
/// over.
///
/// **Fairness.** Appenders of several processes take turns by a lock without order. **Interruption.** `append`
/// is not interruptible; the interrupt status is kept. **Memory consistency.** Actions before `append`
/// happen-before actions after a tailer of any process on this host returns the entry. **Cost.** An append is a
/// copy into a mapped file under a lock; with `sync`, a wait for the disk as well.
///
/// Thread-safe; a tailer or a stream of entries is for one thread at a time.
public final class Journal implements AutoCloseable {
    /// The most bytes of an entry.
    public static final int LARGEST_ENTRY = 8 << 20;

    static final String LOCKS = "journal.locks";
    private static final String NAME_PATTERN = "[A-Za-z0-9._-]{1,64}";

    private final ChronicleLog log;
    private final UserLocks locks;
    private final JournalOptions options;
    private @Nullable LogAppender appender;

    private Journal(ChronicleLog log, UserLocks locks, JournalOptions options) {
        this.log = log;
        this.locks = locks;
        this.options = options;
    }

    /// The flags that a JVM with a journal needs, for its command line, or for a child's.
    ///
    /// @return each as one argument of `java`
    public static List<String> jvmFlags() {
        return JournalRequirements.flags();
    }

    /// Opens a journal that must exist.
    ///
    /// @param directory of the journal, no symbolic link
    /// @param options how to use it
    /// @return the journal
    /// @throws NoSuchFileException if there is no journal
    /// @throws IOException if the directory cannot be used
    /// @throws JournalException if something is missing, the content is another, or a file is damaged
    public static Journal open(Path directory, JournalOptions options) throws IOException {
        JournalRequirements.check();
        requireDirectory(directory);
        return opened(directory, options);
    }

    /// Opens a journal, or makes one in an empty or new directory, which only this user may enter.
    ///
    /// @param directory of the journal, no symbolic link; its parent must exist
    /// @param options how to make and use it
    /// @return the journal
    /// @throws IOException if the directory cannot be used
    /// @throws JournalException if something is missing, the directory holds other files, the content is
    ///     another, or a file is damaged
    public static Journal openOrCreate(Path directory, JournalOptions options) throws IOException {
        JournalRequirements.check();
        OwnerOnly.makeDirectory(directory);
        requireDirectory(directory);
        new JournalMarker(options.content(), options.roll()).write(directory);
        return opened(directory, options);
    }

    private static void requireDirectory(Path directory) throws IOException {
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (Files.isSymbolicLink(directory)) {
            throw new JournalException(directory + " is a symbolic link: name the directory that it leads to");
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
    }

    private static Journal opened(Path directory, JournalOptions options) throws IOException {
        final JournalMarker marker;
        try {
            marker = JournalMarker.read(directory);
        } catch (NoSuchFileException e) {
            throw new JournalException(
                    directory + " is not a journal: it has no " + JournalMarker.NAME + "; append to it first", e);
        }
        marker.requireContent(options.content(), directory);
        final UserLocks locks = UserLocks.open(directory.resolve(LOCKS));
        ChronicleLog log = null;
        try {
            log = ChronicleLog.open(directory, marker.roll(), options.clock());
            return new Journal(log, locks, options);
        } finally {
            if (log == null) {
                locks.close();
            }
        }
    }

    /// The directory.
    ///
    /// @return as it was named
    public Path directory() {
        return log.directory();
    }

    /// Appends an entry.
    ///
    /// @param bytes of it, copied
    /// @return its index
    /// @throws JournalException if the disk is full, the journal damaged, or a stopped process holds its lock;
    ///     or if the disk fails to take entries that it is waited for, which are in the journal even so
    public long append(byte[] bytes) {
        if (bytes.length > LARGEST_ENTRY) {
            throw new IllegalArgumentException("an entry has " + bytes.length + " bytes, journal " + directory()
                    + " takes at most " + LARGEST_ENTRY);
        }
        return appender().append(EntryLayout.encode(bytes, options.clock().instant()));
    }

    /// Waits until the disk has what this object has appended, in whatever roll files.
    ///
    /// @throws JournalException if the disk cannot take it
    public void sync() {
        appender().sync();
    }

    private synchronized LogAppender appender() {
        log.ensureOpen();
        LogAppender made = appender;
        if (made == null) {
            made = new LogAppender(log, locks, options.sync(), () -> deleteOld(options.retention()));
            appender = made;
        }
        return made;
    }

    /// The index of the last entry.
    ///
    /// @return the index, or -1 if there is none
    public long lastIndex() {
        return log.use(log::lastIndex);
    }

    /// Opens a named tailer, where it was left, or before the first entry if it is new.
    ///
    /// @param name 1 to 64 letters, digits, dots, underscores and hyphens
    /// @return the tailer, which nobody else has open
    /// @throws JournalException if it is in use
    public JournalTailer tailer(String name) {
        checkName(name);
        return log.use(() -> opened(name));
    }

    private JournalTailer opened(String name) {
        locks.takeName(name);
        boolean opened = false;
        try {
            final JournalTailer tailer = new JournalTailer(log, locks, name);
            opened = true;
            return tailer;
        } finally {
            if (!opened) {
                locks.giveName(name);
            }
        }
    }

    /// Forgets a named tailer: retention waits for it no longer, and one of this name begins anew.
    ///
    /// @param name of a tailer that is not open
    /// @throws JournalException if it is in use
    public void forgetTailer(String name) {
        checkName(name);
        log.use(() -> forgotten(name));
    }

    private String forgotten(String name) {
        locks.takeName(name);
        try {
            JournalTailer.forget(log, name);
            return name;
        } finally {
            locks.giveName(name);
        }
    }

    /// The named tailers and where they are.
    ///
    /// @return for each name the index of the entry that comes next, 0 before the first of all
    public SortedMap<String, Long> tailers() {
        return log.use(this::positions);
    }

    private SortedMap<String, Long> positions() {
        final SortedMap<String, Long> known = new TreeMap<>(log.positions());
        known.values().removeIf(position -> position == JournalTailer.FORGOTTEN);
        return known;
    }

    private static void checkName(String name) {
        if (!name.matches(NAME_PATTERN)) {
            throw new IllegalArgumentException(
                    "tailer name \"" + name + "\": must be 1 to 64 letters, digits, dots, underscores and hyphens");
        }
    }

    /// The entries there are, from an index on: those that are appended meanwhile may be among them.
    ///
    /// @param index of the first, or where it would be; 0 for all
    /// @return a stream to be closed, for one thread; it throws [JournalException] at a damaged entry
    public Stream<JournalEntry> replay(long index) {
        final Replay replay = new Replay(new LogCursor(log, index));
        return StreamSupport.stream(replay, false).onClose(replay::close);
    }

    /// The entries there are, from the first on whose time is not before `time`.
    ///
    /// **Cost.** Entries of the roll file in which that time lies are read and left out one by one.
    ///
    /// @param time by the clock of each entry's appender
    /// @return a stream to be closed, for one thread; it throws [JournalException] at a damaged entry
    public Stream<JournalEntry> replay(Instant time) {
        final long millis = time.isBefore(Instant.EPOCH)
                ? 0
                : time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE)) ? Long.MAX_VALUE : time.toEpochMilli();
        return replay(log.firstIndex(log.cycleAt(millis)))
                .dropWhile(entry -> entry.time().isBefore(time));
    }

    /// Deletes roll files that need not be kept. Replays that are reading one go on with what is left.
    ///
    /// @param retention what to keep
    /// @return the files that were deleted, oldest first
    /// @throws JournalException if one cannot be deleted
    public List<Path> expire(Retention retention) {
        return log.use(() -> deleteOld(retention));
    }

    /// The appender does it too, and must not wait for who closes the journal: that one waits for the appender.
    private List<Path> deleteOld(Retention retention) {
        if (retention.isEverything()) {
            return List.of();
        }
        final List<ChronicleLog.RollFile> files = log.rollFiles();
        final int firstUnread = retention.evenIfUnread() ? Integer.MAX_VALUE : firstUnreadCycle();
        long after = files.stream().mapToLong(ChronicleLog.RollFile::usedBytes).sum();
        final List<Path> deleted = new ArrayList<>();
        for (ChronicleLog.RollFile file : files.subList(0, Math.max(0, files.size() - 1))) {
            after -= file.usedBytes();
            final Instant end = Instant.ofEpochMilli(log.endMillis(file.cycle()));
            final boolean tooOld =
                    Duration.between(end, options.clock().instant()).compareTo(retention.age()) >= 0;
            if (file.cycle() >= firstUnread || !tooOld && after < retention.bytes()) {
                break;
            }
            delete(file.path());
            deleted.add(file.path());
        }
        if (!deleted.isEmpty()) {
            log.queue().refreshDirectoryListing();
        }
        return List.copyOf(deleted);
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new JournalException("cannot delete " + file + " of journal " + directory() + ": " + e, e);
        }
    }

    private int firstUnreadCycle() {
        return positions().values().stream().mapToInt(log::cycleOf).min().orElse(Integer.MAX_VALUE);
    }

    /// Closes the files, as soon as no other thread is reading or appending. Tailers and streams of this journal are of
    /// no use afterwards. Idempotent.
    @Override
    public synchronized void close() {
        if (log.isClosed()) {
            return;
        }
        try (locks;
                log) {
            if (appender != null) {
                appender.close();
            }
        } catch (IOException e) {
            throw new JournalException("cannot close journal " + directory() + ": " + e, e);
        }
    }
}
