package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.store.durable.JournalEntry;
import dev.backplane.store.durable.JournalTailer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A reader of a [DurableQueue] with a name, whose position is in the queue: who opens the name again goes on
/// there, after a crash of the process or of the machine too.
///
/// **At least once.** The position moves when [#advance] is called, or when the consumer or queue that is given
/// an element has returned: a process killed in between sees that one element again. What [JournalTailer] says
/// about owner death, interruption, fairness, memory consistency and cost holds here.
///
/// For one thread at a time.
///
/// @param <E> the type of the elements
public final class DurableTailer<E> implements AutoCloseable {
    private final JournalTailer tailer;
    private final Codec<E> codec;

    DurableTailer(JournalTailer tailer, Codec<E> codec) {
        this.tailer = tailer;
        this.codec = codec;
    }

    /// The name.
    ///
    /// @return as it was opened
    public String name() {
        return tailer.name();
    }

    /// The index of the element that comes next, or where it will be.
    ///
    /// @return 0 before the first of all
    public long position() {
        return tailer.position();
    }

    /// Goes to another element.
    ///
    /// @param index of the element that comes next, or where it will be; 0 for the first of all
    public void moveTo(long index) {
        tailer.moveTo(index);
    }

    /// The next element. The position stays.
    ///
    /// @return the element, the same until [#advance], or null if there is none yet
    /// @throws dev.backplane.codec.CodecException if the codec cannot read it; [#advance] passes over it
    /// @throws dev.backplane.store.durable.JournalException if it is damaged; [#moveTo] the next index passes
    ///     over it
    public @Nullable DurableElement<E> peek() {
        return element(tailer.peek());
    }

    /// The next element, waited for. The position stays.
    ///
    /// @param longest how long to wait
    /// @return the element, the same until [#advance], or null if none came
    /// @throws InterruptedException if the thread is interrupted while it waits
    public @Nullable DurableElement<E> peek(Duration longest) throws InterruptedException {
        return element(tailer.peek(longest));
    }

    private @Nullable DurableElement<E> element(@Nullable JournalEntry entry) {
        return entry == null ? null : DurableElement.of(entry, codec);
    }

    /// Moves over the element that [#peek] showed.
    ///
    /// @throws IllegalStateException if it showed none since the last move
    public void advance() {
        tailer.advance();
    }

    /// Hands the next element to a consumer and, when that has returned, moves over it.
    ///
    /// @param consumer what it throws leaves the position where it was
    /// @return whether there was one
    public boolean next(Consumer<? super E> consumer) {
        return tailer.next(
                entry -> consumer.accept(DurableElement.of(entry, codec).value()));
    }

    /// Puts all elements there are into a queue, such as one that processes share, and moves over each when
    /// `put` has returned: killed in between, it puts that one again.
    ///
    /// @param queue where they go; while it is full, this waits
    /// @return how many they were
    /// @throws InterruptedException if the thread is interrupted while it waits for room
    public long transferTo(BlockingQueue<? super E> queue) throws InterruptedException {
        long count = 0;
        for (DurableElement<E> element = peek(); element != null; element = peek()) {
            queue.put(element.value());
            advance();
            count++;
        }
        return count;
    }

    /// Gives the name free; the position stays in the queue. Idempotent.
    @Override
    public void close() {
        tailer.close();
    }
}
