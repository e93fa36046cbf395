package dev.backplane.store.durable;

import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;

/// The entries of a cursor, up to the end that it meets, for a stream.
final class Replay extends AbstractSpliterator<JournalEntry> {
    private final LogCursor cursor;

    Replay(LogCursor cursor) {
        super(Long.MAX_VALUE, ORDERED | NONNULL | DISTINCT);
        this.cursor = cursor;
    }

    @Override
    public boolean tryAdvance(Consumer<? super JournalEntry> action) {
        final JournalEntry entry = cursor.next();
        if (entry != null) {
            action.accept(entry);
        }
        return entry != null;
    }

    void close() {
        cursor.close();
    }
}
