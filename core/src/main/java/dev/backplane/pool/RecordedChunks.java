package dev.backplane.pool;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecOutput;
import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalEntry;
import dev.backplane.store.durable.JournalException;
import dev.backplane.store.durable.JournalOptions;
import dev.backplane.store.durable.JournalTailer;
import dev.backplane.store.durable.RollPeriod;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The journal of one map, held by one call at a time. For one thread.
final class RecordedChunks implements AutoCloseable {
    /*
     * A journal is a call, then chunks in the order in which they were done, each in one part or several.
     *
     *   killed before the call     the next one records its own
     *   between parts of a chunk   parts that do not follow one another up to the last are no chunk: it is done again
     *   after a chunk              it is there; what was done and not recorded is done again
     *
     * The tailer's name is the lock: the kernel frees it when its holder dies. Chunks that are there twice are taken
     * once. Entries that are damaged, or not of a map, are passed over, since all that they can cost is that a chunk is
     * done again; a call that cannot be read is a refusal.
     */

    private static final String CONTENT = "pool-map 1";
    private static final String HOLDER = "map";
    private static final int PART_BYTES = Journal.LARGEST_ENTRY / 2;

    private final Journal journal;
    private final JournalTailer tailer;
    private final @Nullable MapCall recorded;

    private RecordedChunks(Journal journal, JournalTailer tailer) {
        this.journal = journal;
        this.tailer = tailer;
        tailer.moveTo(0);
        this.recorded = readCall();
    }

    static RecordedChunks open(MapJournal where) throws IOException {
        final JournalOptions options =
                JournalOptions.of(CONTENT).withRoll(RollPeriod.DAY).withSync(where.sync());
        final Journal journal = Journal.openOrCreate(where.directory(), options);
        boolean opened = false;
        try {
            final RecordedChunks chunks = new RecordedChunks(journal, hold(journal));
            opened = true;
            return chunks;
        } finally {
            if (!opened) {
                journal.close();
            }
        }
    }

    private static JournalTailer hold(Journal journal) {
        try {
            return journal.tailer(HOLDER);
        } catch (JournalException e) {
            throw new JournalException(
                    "a map with journal " + journal.directory() + " is under way, in this or another process: wait for"
                            + " its end, or name another directory",
                    e);
        }
    }

    private @Nullable MapCall readCall() {
        final JournalEntry first = tailer.peek();
        if (first == null) {
            return null;
        }
        try {
            if (MapRecord.of(first.bytes()) instanceof MapRecord.Call(MapCall call) && call.chunkSize() >= 1) {
                tailer.advance();
                return call;
            }
        } catch (CodecException e) {
            throw notOfAMap(e);
        }
        throw notOfAMap(null);
    }

    private JournalException notOfAMap(@Nullable CodecException cause) {
        final String message = "journal " + directory()
                + " does not begin with the call of a map: name another directory, or delete this one";
        return cause == null ? new JournalException(message) : new JournalException(message, cause);
    }

    private Path directory() {
        return journal.directory();
    }

    /// The call that this is the journal of, or null if it is new.
    @Nullable
    MapCall call() {
        return recorded;
    }

    /// Records a call, or refuses one that is not the recorded one.
    void begin(MapCall call) {
        if (recorded == null) {
            journal.append(new MapRecord.Call(call).toBytes());
            return;
        }
        final List<String> differences = call.differencesFrom(recorded);
        if (!differences.isEmpty()) {
            throw new JournalException("journal " + directory() + " is of another call; this one differs: "
                    + String.join("; ", differences) + ". Repeat the call as it was, name another directory, or delete"
                    + " this one and what it holds");
        }
    }

    /// Reads the chunks there are.
    ///
    /// @param chunks gets the number of each and its results; of some more than once
    void forEach(BiConsumer<Integer, byte[]> chunks) {
        final CodecOutput whole = CodecOutput.growing(1 << 10);
        MapRecord.@Nullable Part last = null;
        while (true) {
            final MapRecord.Part part;
            try {
                final JournalEntry entry = tailer.peek();
                if (entry == null) {
                    return;
                }
                tailer.advance();
                part = MapRecord.of(entry.bytes()) instanceof MapRecord.Part found ? found : null;
            } catch (CodecException e) {
                last = null;
                continue;
            } catch (JournalException e) {
                passOver(e);
                last = null;
                continue;
            }
            last = follows(last, part) ? part : null;
            if (last == null) {
                continue;
            }
            if (last.index() == 0) {
                whole.clear();
            }
            whole.putBytes(last.results());
            if (last.index() == last.count() - 1) {
                chunks.accept(last.chunk(), whole.toByteArray());
                last = null;
            }
        }
    }

    private void passOver(JournalException damage) {
        if (damage.nextIndex() < 0) {
            throw damage;
        }
        tailer.moveTo(damage.nextIndex());
    }

    private static boolean follows(MapRecord.@Nullable Part last, MapRecord.@Nullable Part part) {
        if (part == null || part.index() >= part.count()) {
            return false;
        }
        return part.index() == 0
                || last != null
                        && last.chunk() == part.chunk()
                        && last.count() == part.count()
                        && last.index() == part.index() - 1;
    }

    /// Records the results of a chunk.
    void append(int chunk, byte[] results) {
        final MemorySegment bytes = MemorySegment.ofArray(results);
        final int count = Math.max(1, Math.ceilDiv(results.length, PART_BYTES));
        for (int index = 0; index < count; index++) {
            final long from = (long) index * PART_BYTES;
            final MemorySegment part = bytes.asSlice(from, Math.min(PART_BYTES, bytes.byteSize() - from));
            journal.append(new MapRecord.Part(chunk, index, count, part).toBytes());
        }
    }

    @Override
    public void close() {
        try (journal) {
            tailer.close();
        }
    }
}
