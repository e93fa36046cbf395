package dev.backplane.store.durable;

import dev.backplane.store.FilePages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.threads.BusyTimedPauser;
import net.openhft.chronicle.wire.Wires;
import org.jspecify.annotations.Nullable;

/// The queue beneath a journal: opened, checked, asked.
///
/// An index of Chronicle Queue is a cycle number, which says in which roll file, and a sequence number in it.
/// Loaded only after [JournalRequirements#check].
final class ChronicleLog implements AutoCloseable {
    /// How long Chronicle Queue waits for what another process is doing, before it asks whether that lives.
    private static final long PATIENCE_MILLIS = 200;
    /// What opening a queue and beginning a roll file take at most: the table of the queue, a header, two pages
    /// of the index.
    static final long OVERHEAD_BYTES = 512 << 10;

    private static final String METADATA = "metadata.cq4t";
    /// The number of the newest roll file, which every process keeps up to date.
    private static final String NEWEST_CYCLE = "listing.highestCycle";
    private static final String POSITION_PREFIX = "index.";

    /// What a roll file holds.
    ///
    /// @param cycle its number
    /// @param path the file
    /// @param usedBytes up to its last entry; the file may be longer
    record RollFile(int cycle, Path path, long usedBytes) {}

    private final Path directory;
    private final RollCycle roll;
    private final InstantSource clock;
    private final SingleChronicleQueue queue;
    /// Held for reading by who uses the queue, but for the appender, which is closed before it.
    private final ReadWriteLock uses = new ReentrantReadWriteLock();
    private int damagedCycle = -1;
    private volatile boolean closed;

    private ChronicleLog(Path directory, RollCycle roll, InstantSource clock, SingleChronicleQueue queue) {
        this.directory = directory;
        this.roll = roll;
        this.clock = clock;
        this.queue = queue;
    }

    static ChronicleLog open(Path directory, RollPeriod period, InstantSource clock) throws IOException {
        final RollCycle roll = switch (period) {
            case MINUTE -> LegacyRollCycles.MINUTELY;
            case HOUR -> RollCycles.FAST_HOURLY;
            case DAY -> RollCycles.FAST_DAILY;
        };
        final boolean isNew = Files.notExists(directory.resolve(METADATA));
        if (isNew) {
            FilePages.requireFree(directory, OVERHEAD_BYTES);
        }
        final ForwardTime time = new ForwardTime(roll, clock);
        final SingleChronicleQueue queue;
        try {
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(roll)
                    .timeProvider(time)
                    .timeoutMS(PATIENCE_MILLIS)
                    .build();
        } catch (RuntimeException | AssertionError | InternalError e) {
            throw damaged(directory, "cannot be opened", e);
        }
        boolean opened = false;
        try {
            time.newestCycle = queue.metaStore().doWithExclusiveLock(table -> table.acquireValueFor(NEWEST_CYCLE));
            final ChronicleLog log = new ChronicleLog(directory, roll, clock, queue);
            log.restrictFiles();
            if (isNew) {
                force(directory.resolve(METADATA));
                force(directory.resolve(JournalMarker.NAME));
                force(directory);
            }
            log.leaveDamagedFile(time);
            opened = true;
            return log;
        } finally {
            if (!opened) {
                queue.close();
            }
        }
    }

    /// The clock of the queue, which never goes back behind the newest roll file: entries go where readers still
    /// look, even when this clock is behind that of another appender, or was set back.
    private static final class ForwardTime implements TimeProvider {
        private final RollCycle roll;
        private final InstantSource clock;
        private volatile @Nullable LongValue newestCycle;
        private volatile int leastCycle;

        ForwardTime(RollCycle roll, InstantSource clock) {
            this.roll = roll;
            this.clock = clock;
        }

        @Override
        public long currentTimeMillis() {
            // Not queue.lastCycle(), which asks for the time.
            final LongValue newest = newestCycle;
            final long cycle = newest == null ? 0 : Math.max(leastCycle, newest.getVolatileValue());
            return Math.max(clock.millis(), cycle * roll.lengthInMillis());
        }
    }

    /// Does something with the queue. Who closes it meanwhile waits, since that unmaps what is read here.
    <T extends @Nullable Object> T use(Supplier<T> action) {
        final Lock use = uses.readLock();
        use.lock();
        try {
            ensureOpen();
            return action.get();
        } finally {
            use.unlock();
        }
    }

    /// Closes a part of the queue, not at the moment at which another thread closes the whole.
    void closePart(Runnable action) {
        final Lock use = uses.readLock();
        use.lock();
        try {
            action.run();
        } finally {
            use.unlock();
        }
    }

    /// Refuses what comes too late.
    void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("journal " + directory + " is closed");
        }
    }

    /// What a failure in the queue means here.
    static JournalException damaged(Path directory, String what, Throwable cause) {
        return new JournalException(
                "journal " + directory + " " + what + ": " + cause + "; a file of it is damaged, or its disk is full",
                cause);
    }

    /// Chronicle Queue makes files as the umask says.
    void restrictFiles() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.cq4*")) {
            for (Path file : files) {
                OwnerOnly.file(file);
            }
        }
    }

    static void force(Path path) throws IOException {
        final boolean isDirectory = Files.isDirectory(path);
        try (FileChannel channel =
                FileChannel.open(path, isDirectory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// Looks whether the newest file's last entry is where its header says. If not, the file was cut off, or the
    /// machine died when some of its pages were on the disk and others were not. What would be written after
    /// such a hole no reader would reach, so entries go on in the next file, at the price of its beginning early.
    private void leaveDamagedFile(ForwardTime time) {
        final int newest = queue.lastCycle();
        if (newest >= 0 && !isWhole(newest)) {
            time.leastCycle = newest + 1;
            damagedCycle = newest;
        }
    }

    private boolean isWhole(int cycle) {
        final SingleChronicleQueueStore store = store(cycle);
        if (store == null) {
            return true;
        }
        try {
            return store.writePosition() == 0 || lastHeader(store) != 0;
        } finally {
            queue.closeStore(store);
        }
    }

    /// The word before a roll file's last entry: its length, or 0 in a hole.
    private static int lastHeader(SingleChronicleQueueStore store) {
        final MappedBytes bytes = store.bytes();
        try {
            return bytes.readVolatileInt(store.writePosition());
        } finally {
            bytes.releaseLast();
        }
    }

    /// Where a roll file's last entry ends.
    private static long usedBytes(SingleChronicleQueueStore store) {
        final long last = store.writePosition();
        return last == 0 ? 0 : last + Integer.BYTES + Wires.lengthOf(lastHeader(store));
    }

    /// Whether a roll file was found to have a hole when the journal was opened.
    boolean isDamaged(int cycle) {
        return cycle == damagedCycle;
    }

    int newestCycle() {
        return queue.lastCycle();
    }

    private @Nullable SingleChronicleQueueStore store(int cycle) {
        try {
            return queue.storeForCycle(cycle, queue.epoch(), false, null);
        } catch (RuntimeException | AssertionError | InternalError e) {
            throw damaged(directory, "has an unreadable roll file", e);
        }
    }

    Path directory() {
        return directory;
    }

    SingleChronicleQueue queue() {
        return queue;
    }

    InstantSource clock() {
        return clock;
    }

    int cycleOf(long index) {
        return roll.toCycle(index);
    }

    /// The number of the roll file for a time.
    int cycleAt(long epochMillis) {
        return Math.clamp(Math.floorDiv(epochMillis, roll.lengthInMillis()), 0, Integer.MAX_VALUE);
    }

    /// When a roll file ends.
    long endMillis(int cycle) {
        return (cycle + 1L) * roll.lengthInMillis();
    }

    /// Where a roll file begins.
    long firstIndex(int cycle) {
        return roll.toIndex(cycle, 0);
    }

    /// The first entry's index, or -1 without any.
    long firstIndex() {
        final long first = queue.firstIndex();
        return first == Long.MAX_VALUE ? -1 : first;
    }

    /// The last entry's index, or -1 without any.
    long lastIndex() {
        try {
            return queue.lastIndex();
        } catch (RuntimeException | AssertionError | InternalError e) {
            throw damaged(directory, "cannot be read", e);
        }
    }

    /// Where the next entry goes at the earliest; 0 without any entry.
    long endIndex() {
        final int newest = queue.lastCycle();
        if (newest >= 0 && isDamaged(newest)) {
            return firstIndex(newest + 1);
        }
        return lastIndex() + 1;
    }

    /// The roll files, oldest first.
    List<RollFile> rollFiles() {
        queue.refreshDirectoryListing();
        final int first = queue.firstCycle();
        final int last = queue.lastCycle();
        final List<RollFile> files = new ArrayList<>();
        if (last < 0) {
            return files;
        }
        for (Long number : queue.listCyclesBetween(first, last)) {
            final int cycle = number.intValue();
            final SingleChronicleQueueStore store = store(cycle);
            if (store != null) {
                files.add(new RollFile(cycle, store.file().toPath(), usedBytes(store)));
                queue.closeStore(store);
            }
        }
        return files;
    }

    /// Where a named tailer's position is kept. The queue keeps positions of its own named tailers so too.
    LongValue position(String name) {
        return queue.indexForId(name);
    }

    /// The positions of all named tailers.
    SortedMap<String, Long> positions() {
        final SortedMap<String, Long> positions = new TreeMap<>();
        queue.metaStore().forEachKey(positions, (found, key, value) -> {
            final String text = key.toString();
            if (text.startsWith(POSITION_PREFIX)) {
                found.put(text.substring(POSITION_PREFIX.length()), value.int64());
            }
        });
        return positions;
    }

    /// The queue's write lock, to ask who holds it.
    TableStoreWriteLock writeLock() {
        return new TableStoreWriteLock(queue.metaStore(), BusyTimedPauser::new, PATIENCE_MILLIS);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        final Lock last = uses.writeLock();
        last.lock();
        try {
            closed = true;
            queue.close();
        } finally {
            last.unlock();
        }
    }
}
