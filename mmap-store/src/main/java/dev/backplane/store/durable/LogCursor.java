package dev.backplane.store.durable;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/// Reads entries in order. One thread at a time.
final class LogCursor implements AutoCloseable {
    private final ChronicleLog log;
    private ExcerptTailer tailer;

    /// A cursor at an index, or at the first entry after it; 0 is the first of all.
    LogCursor(ChronicleLog log, long index) {
        this.log = log;
        this.tailer = log.use(() -> tailerAt(index));
    }

    /// Goes on with another reader of the queue, since one that has met a hole does not leave its file.
    void moveTo(long index) {
        tailer = log.use(() -> {
            tailer.close();
            return tailerAt(index);
        });
    }

    private ExcerptTailer tailerAt(long index) {
        try {
            final ExcerptTailer made = log.queue().createTailer();
            made.singleThreadedCheckDisabled(true);
            if (index > log.firstIndex()) {
                made.moveToIndex(index); // Also to where nothing is yet.
            }
            return made;
        } catch (RuntimeException | AssertionError | InternalError e) {
            throw ChronicleLog.damaged(log.directory(), "cannot be read", e);
        }
    }

    /// The next entry, or null if there is none yet. A damaged one is an exception, again and again.
    @Nullable
    JournalEntry next() {
        return log.use(this::nextInUse);
    }

    private @Nullable JournalEntry nextInUse() {
        try {
            JournalEntry entry = read();
            if (entry == null && stopsBeforeTheEnd()) {
                entry = read(); // The file may have ended, and the next begun, between the two looks.
                if (entry == null && stopsBeforeTheEnd()) {
                    throw hole();
                }
            }
            return entry;
        } catch (RuntimeException | AssertionError | InternalError e) {
            if (e instanceof JournalException) {
                throw e;
            }
            throw ChronicleLog.damaged(log.directory(), "cannot be read after index " + tailer.index(), e);
        }
    }

    private @Nullable JournalEntry read() {
        long index = -1;
        try (DocumentContext document = tailer.readingDocument()) {
            final Wire wire = document.wire();
            if (!document.isPresent() || wire == null) {
                return null;
            }
            index = document.index();
            final Bytes<?> bytes = wire.bytes();
            final byte[] record = new byte[EntryLayout.lengthOf(index, bytes.readRemaining(), log.directory())];
            bytes.read(record);
            return EntryLayout.decode(index, record, log.directory());
        } catch (JournalException e) {
            tailer.moveToIndex(index);
            throw e;
        }
    }

    /// Whether there is no entry although the file was ended, which is always done before a newer one is
    /// begun: so there is a hole.
    private boolean stopsBeforeTheEnd() {
        final int cycle = log.cycleOf(tailer.index());
        return switch (tailer.state()) {
            case FOUND_IN_CYCLE, NOT_REACHED_IN_CYCLE -> log.isDamaged(cycle) || cycle < log.newestCycle();
            default -> false;
        };
    }

    private JournalException hole() {
        final int cycle = log.cycleOf(tailer.index());
        final long next = log.firstIndex(cycle + 1);
        return new JournalException(
                "journal " + log.directory() + " is damaged: entries are missing from index " + tailer.index()
                        + " on, to the end of their file; go on from index " + next
                        + ", or restore the file from a copy",
                next);
    }

    @Override
    public void close() {
        log.closePart(tailer::close);
    }
}
