package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalOptions;
import dev.backplane.store.durable.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// A queue on disk that survives the machine: elements are appended in one order for all processes, stay, and
/// are read by named tailers, each at its own pace, and by replays.
///
/// It is a [Journal] of values: what that says about durability, owner death, fairness, interruption, memory
/// consistency and cost holds here. It needs `net.openhft:chronicle-queue` on the class path and the JVM flags
/// of [Journal#jvmFlags], which a child JVM inherits; without them the factory methods say what is missing.
///
/// A segment's queue is for speed and forgets; this one is for what must not be lost. They meet in
/// [DurableTailer#transferTo], which moves elements into any [java.util.concurrent.BlockingQueue].
///
/// Thread-safe; a tailer or a stream of elements is for one thread at a time.
///
/// @param <E> the type of the elements
public final class DurableQueue<E> implements AutoCloseable {
    private final Journal journal;
    private final Codec<E> codec;

    private DurableQueue(Journal journal, Codec<E> codec) {
        this.journal = journal;
        this.codec = Codecs.symmetric(codec);
    }

    /// Opens a queue, or makes one: a file an hour, no waiting for the disk, everything kept.
    ///
    /// @param directory of the queue; its parent must exist
    /// @param codec of the elements; its name is recorded, and one of another name is refused later
    /// @param <E> the type of the elements
    /// @return the queue
    /// @throws IOException if the directory cannot be used
    /// @throws dev.backplane.store.durable.JournalException if something is missing, the directory holds other
    ///     files or other elements, or a file is damaged
    public static <E> DurableQueue<E> open(Path directory, Codec<E> codec) throws IOException {
        return open(directory, codec, JournalOptions.of(DurableContent.of(codec)));
    }

    /// Opens a queue, or makes one.
    ///
    /// @param directory of the queue; its parent must exist
    /// @param codec of the elements; its name is recorded, and one of another name is refused later
    /// @param options how to make and use it; their content is not used, since the codec is the content
    /// @param <E> the type of the elements
    /// @return the queue
    /// @throws IOException if the directory cannot be used
    /// @throws dev.backplane.store.durable.JournalException if something is missing, the directory holds other
    ///     files or other elements, or a file is damaged
    public static <E> DurableQueue<E> open(Path directory, Codec<E> codec, JournalOptions options) throws IOException {
        return new DurableQueue<>(
                Journal.openOrCreate(directory, options.withContent(DurableContent.of(codec))), codec);
    }

    /// The journal beneath: its directory, its tailers' positions, its bytes.
    ///
    /// @return the journal, closed with this queue
    public Journal journal() {
        return journal;
    }

    /// Appends an element.
    ///
    /// @param element what the codec can write, in at most [Journal#LARGEST_ENTRY] bytes
    /// @return its index
    /// @throws CodecException if the codec refuses the element, as one with a policy does if nobody could read it;
    ///     the queue is as it was
    /// @throws dev.backplane.store.durable.JournalException if the disk is full or the queue damaged
    public long append(E element) {
        return journal.append(codec.toBytes(element));
    }

    /// Waits until the disk has what this object has appended.
    public void sync() {
        journal.sync();
    }

    /// Opens a named tailer, where it was left, or before the first element if it is new.
    ///
    /// @param name 1 to 64 letters, digits, dots, underscores and hyphens
    /// @return the tailer, which nobody else has open
    /// @throws dev.backplane.store.durable.JournalException if it is in use
    public DurableTailer<E> tailer(String name) {
        return new DurableTailer<>(journal.tailer(name), codec);
    }

    /// The elements there are, from an index on.
    ///
    /// @param index of the first, or where it would be; 0 for all
    /// @return a stream to be closed, for one thread; it throws at a damaged or unreadable element
    public Stream<DurableElement<E>> replay(long index) {
        return journal.replay(index).map(entry -> DurableElement.of(entry, codec));
    }

    /// The elements there are, from the first on whose time is not before `time`.
    ///
    /// @param time by the clock of each element's appender
    /// @return a stream to be closed, for one thread; it throws at a damaged or unreadable element
    public Stream<DurableElement<E>> replay(Instant time) {
        return journal.replay(time).map(entry -> DurableElement.of(entry, codec));
    }

    /// Deletes files that need not be kept.
    ///
    /// @param retention what to keep
    /// @return the files that were deleted, oldest first
    public List<Path> expire(Retention retention) {
        return journal.expire(retention);
    }

    /// Closes the files. Tailers and streams of this queue are of no use afterwards. Idempotent.
    @Override
    public void close() {
        journal.close();
    }
}
