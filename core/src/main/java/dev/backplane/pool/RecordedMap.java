package dev.backplane.pool;

import dev.backplane.SerializableFunction;
import dev.backplane.codec.CodecException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One call of a map with a journal. All but the function runs in the thread that calls: it reads what is
/// recorded, hands out the rest, and records chunks as they come back, so the pool's own thread never waits
/// for a disk.
final class RecordedMap {
    /// A chunk on its way to a worker or back.
    ///
    /// @param index counts the chunks of the call
    /// @param bytes its elements or results, as [Elements] writes them
    private record Chunk(int index, byte[] bytes) implements Serializable {}

    /// What workers do with a chunk: its results come back as the bytes that the journal keeps.
    ///
    /// @param function of the caller
    private record OfChunks(SerializableFunction<@Nullable Object, ? extends @Nullable Object> function)
            implements SerializableFunction<Chunk, Chunk> {
        @Override
        public Chunk apply(Chunk chunk) {
            final @Nullable Object[] values = Elements.read(chunk.bytes);
            final @Nullable Object[] results = new Object[values.length];
            for (int i = 0; i < values.length; i++) {
                results[i] = function.apply(values[i]);
            }
            return new Chunk(chunk.index, Elements.write(results));
        }
    }

    private final PoolJournals pool;
    private final @Nullable Object[] elements;
    private final SerializableFunction<@Nullable Object, ? extends @Nullable Object> function;

    @SuppressWarnings("unchecked") // The elements are of the type that the function takes.
    RecordedMap(
            PoolJournals pool, Collection<? extends @Nullable Object> elements, SerializableFunction<?, ?> function) {
        this.pool = pool;
        this.elements = elements.toArray();
        this.function = (SerializableFunction<@Nullable Object, ? extends @Nullable Object>) function;
    }

    /// Does what is not recorded.
    ///
    /// @param chunkSize 0 for what the journal says, or the default rule if it is new
    /// @return all results
    @Nullable
    Object[] run(int chunkSize, MapJournal where) throws IOException, InterruptedException {
        try (RecordedChunks journal = RecordedChunks.open(where)) {
            final MapCall recorded = journal.call();
            final int size =
                    chunkSize > 0 ? chunkSize : recorded != null ? recorded.chunkSize() : pool.chunkOf(elements.length);
            final List<byte[]> chunks = cut(size);
            journal.begin(MapCall.of(elements.length, size, chunks, function));
            final @Nullable Object[] results = new Object[elements.length];
            final BitSet done = new BitSet(chunks.size());
            journal.forEach((index, bytes) -> recall(index, bytes, size, results, done));
            if (done.cardinality() < chunks.size()) {
                perform(chunks, size, results, done, journal);
            }
            return results;
        }
    }

    private int lengthOf(int chunk, int size) {
        return Math.min(size, elements.length - chunk * size);
    }

    private List<byte[]> cut(int size) {
        final List<byte[]> chunks = new ArrayList<>();
        for (int index = 0; index < Math.ceilDiv(elements.length, size); index++) {
            final int from = index * size;
            chunks.add(Elements.write(Arrays.copyOfRange(elements, from, from + lengthOf(index, size))));
        }
        return chunks;
    }

    /// Takes a chunk from the journal; what does not fit, or is of a class that has changed, is done again.
    private void recall(int index, byte[] bytes, int size, @Nullable Object[] results, BitSet done) {
        if (index < 0 || (long) index * size >= elements.length || done.get(index)) {
            return;
        }
        try {
            final @Nullable Object[] part = Elements.read(bytes);
            if (part.length == lengthOf(index, size)) {
                System.arraycopy(part, 0, results, index * size, part.length);
                done.set(index);
            }
        } catch (CodecException _) {
            // As if it had not been recorded.
        }
    }

    private void perform(List<byte[]> chunks, int size, @Nullable Object[] results, BitSet done, RecordedChunks journal)
            throws InterruptedException {
        final Iterable<Chunk> missing = () -> IntStream.range(0, chunks.size())
                .filter(index -> !done.get(index))
                .mapToObj(index -> new Chunk(index, chunks.get(index)))
                .iterator();
        try (Stream<Chunk> stream = pool.imapUnordered(missing, new OfChunks(function), 1)) {
            stream.forEachOrdered(chunk -> {
                journal.append(chunk.index, chunk.bytes);
                final @Nullable Object[] part = Elements.read(chunk.bytes);
                System.arraycopy(part, 0, results, chunk.index * size, part.length);
            });
        } catch (CancellationException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException("interrupted while mapping").initCause(e);
            }
            throw e;
        }
    }
}
