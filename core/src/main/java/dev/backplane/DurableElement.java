package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.store.durable.JournalEntry;
import java.time.Instant;

/// One element of a [DurableQueue], with where and when.
///
/// @param index its place in the order of the queue: greater than those of all elements before it, unchanged for
///     ever, and not contiguous
/// @param time when it was appended, by the appender's clock
/// @param value the element
/// @param <E> the type of the elements
public record DurableElement<E>(long index, Instant time, E value) {
    static <E> DurableElement<E> of(JournalEntry entry, Codec<E> codec) {
        try {
            return new DurableElement<>(entry.index(), entry.time(), codec.fromBytes(entry.bytes()));
        } catch (CodecException e) {
            throw new CodecException("element " + entry.index() + ": " + e.getMessage(), e);
        }
    }
}
