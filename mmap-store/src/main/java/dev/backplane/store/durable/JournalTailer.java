package dev.backplane.store.durable;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import net.openhft.chronicle.core.values.LongValue;
import org.jspecify.annotations.Nullable;

/// A reader with a name, whose position is in the journal: who opens the name again goes on there.
///
/// **At least once.** [#peek] shows the next entry and [#advance] moves over it; [#next] and [#transferTo] move
/// after the consumer has returned. A process killed in between sees that one entry again, and no other. After
/// the death of the machine the position may be older than it was, so more entries may be seen again; none is
/// left out.
///
/// **Owner death.** The name is free at once. **Interruption.** Waits end with `InterruptedException`.
/// **Fairness.** One reader at a time has a name. **Memory consistency.** As [Journal] says. **Cost.** No system
/// call for an entry; a wait looks again after pauses that grow to 10 ms, since the files have no bell.
///
/// For one thread at a time.
public final class JournalTailer implements AutoCloseable {
    /// The position of a name that nobody uses any more.
    static final long FORGOTTEN = -1;

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final ChronicleLog log;
    private final UserLocks locks;
    private final String name;
    private final LongValue position;
    private final LogCursor cursor;
    private @Nullable JournalEntry peeked;
    private boolean closed;

    JournalTailer(ChronicleLog log, UserLocks locks, String name) {
        this.log = log;
        this.locks = locks;
        this.name = name;
        this.position = log.position(name);
        final long start = withinTheJournal(position.getVolatileValue());
        position.setOrderedValue(start);
        this.cursor = new LogCursor(log, start);
    }

    /// A machine that dies may keep a position and lose the entries before it. New entries would then get
    /// indices that the position has passed, so it goes back to the end of what there is.
    private long withinTheJournal(long stored) {
        return stored == FORGOTTEN || stored == 0 ? 0 : Math.min(stored, log.endIndex());
    }

    static void forget(ChronicleLog log, String name) {
        if (log.positions().containsKey(name)) {
            try (LongValue position = log.position(name)) {
                position.setVolatileValue(FORGOTTEN);
            }
        }
    }

    /// The name.
    ///
    /// @return as it was opened
    public String name() {
        return name;
    }

    /// The index of the entry that comes next, or where it will be.
    ///
    /// @return 0 before the first of all
    public long position() {
        ensureOpen();
        return log.use(position::getVolatileValue);
    }

    /// Goes to another entry.
    ///
    /// @param index of the entry that comes next, or where it will be; 0 for the first of all
    public void moveTo(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index is " + index + ", must not be negative");
        }
        ensureOpen();
        cursor.moveTo(index);
        peeked = null;
        store(index);
    }

    /// The next entry. The position stays.
    ///
    /// @return the entry, the same until [#advance], or null if there is none yet
    /// @throws JournalException if it is damaged; [#moveTo] the next index passes over it
    public @Nullable JournalEntry peek() {
        ensureOpen();
        if (peeked == null) {
            peeked = cursor.next();
        }
        return peeked;
    }

    /// The next entry, waited for. The position stays.
    ///
    /// @param longest how long to wait; not at all if it is negative
    /// @return the entry, the same until [#advance], or null if none came
    /// @throws InterruptedException if the thread is interrupted while it waits
    /// @throws JournalException if it is damaged
    public @Nullable JournalEntry peek(Duration longest) throws InterruptedException {
        final long start = System.nanoTime();
        final long timeoutNanos = Math.max(0, TimeUnit.NANOSECONDS.convert(longest));
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            final JournalEntry entry = peek();
            final long left = timeoutNanos - (System.nanoTime() - start);
            if (entry != null || left <= 0) {
                return entry;
            }
            LockSupport.parkNanos(this, Math.min(pause, left));
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /// Moves over the entry that [#peek] showed.
    ///
    /// @throws IllegalStateException if it showed none since the last move
    public void advance() {
        ensureOpen();
        final JournalEntry over = peeked;
        if (over == null) {
            throw new IllegalStateException("tailer " + name + " has no entry to advance over: peek first");
        }
        peeked = null;
        // Release: what the consumer did with the entry comes before.
        store(over.index() + 1);
    }

    private void store(long index) {
        log.use(() -> {
            position.setOrderedValue(index);
            return index;
        });
    }

    /// Hands the next entry to a consumer and, when that has returned, moves over it.
    ///
    /// @param consumer what it throws leaves the position where it was
    /// @return whether there was one
    public boolean next(Consumer<? super JournalEntry> consumer) {
        final JournalEntry entry = peek();
        if (entry == null) {
            return false;
        }
        consumer.accept(entry);
        advance();
        return true;
    }

    /// Puts all entries there are into a queue, such as one that processes share, and moves over each when `put`
    /// has returned.
    ///
    /// @param queue where they go; while it is full, this waits
    /// @return how many they were
    /// @throws InterruptedException if the thread is interrupted while it waits for room
    public long transferTo(BlockingQueue<? super JournalEntry> queue) throws InterruptedException {
        long count = 0;
        for (JournalEntry entry = peek(); entry != null; entry = peek()) {
            queue.put(entry);
            advance();
            count++;
        }
        return count;
    }

    private void ensureOpen() {
        if (closed || log.isClosed()) {
            throw new IllegalStateException(
                    "tailer " + name + " of journal " + log.directory() + " is closed, or its journal is");
        }
    }

    /// Gives the name free; the position stays in the journal. Idempotent.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            cursor.close();
            log.closePart(position::close);
            locks.giveName(name);
        }
    }
}
