package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import org.jspecify.annotations.Nullable;

/// What kind of queue is created; every process must give the same.
///
/// @param capacity the most elements that it holds, at least 1
/// @param slotBytes how many bytes of an element are kept in the segment, 16 or more; longer elements go into
///     files of their own
/// @param joinable whether elements that were taken are counted until they are done
/// @param codec how elements become bytes
/// @param <E> the type of the elements
public record QueueOptions<E>(int capacity, int slotBytes, boolean joinable, Codec<E> codec) {
    /// What slots take where nothing is said and the codec's elements have no fixed length.
    public static final int DEFAULT_SLOT_BYTES = 240;

    private static final int LEAST_SLOT_BYTES = 16;
    private static final int MOST_SLOT_BYTES = 1 << 30;

    /// Checks the numbers.
    public QueueOptions {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + ", must be at least 1");
        }
        if (slotBytes < LEAST_SLOT_BYTES || slotBytes > MOST_SLOT_BYTES) {
            throw new IllegalArgumentException(
                    "slotBytes is " + slotBytes + ", must be " + LEAST_SLOT_BYTES + " to " + MOST_SLOT_BYTES);
        }
    }

    /// A queue of whatever the tagged form can write of classes that the standard policy allows: see
    /// [Codecs#tagged()]. For records and enums of the application, take [#of] and the codec of their class.
    ///
    /// @param capacity the most elements that it holds, at least 1
    /// @param <E> the type of the elements
    /// @return the options
    @SuppressWarnings("unchecked") // As with a file of serialized objects: who reads says what he expects.
    public static <E> QueueOptions<E> capacity(int capacity) {
        final Codec<@Nullable Object> tagged = Codecs.tagged();
        return new QueueOptions<>(capacity, DEFAULT_SLOT_BYTES, false, (Codec<E>) (Codec<?>) tagged);
    }

    /// A queue of what a codec writes, in slots as long as its elements, if they have a fixed length.
    ///
    /// @param capacity the most elements that it holds, at least 1
    /// @param codec how elements become bytes
    /// @param <E> the type of the elements
    /// @return the options
    public static <E> QueueOptions<E> of(int capacity, Codec<E> codec) {
        final int length = codec.fixedLength();
        return new QueueOptions<>(
                capacity,
                length == Codec.VARIABLE ? DEFAULT_SLOT_BYTES : Math.max(LEAST_SLOT_BYTES, length),
                false,
                codec);
    }

    /// These options with slots of another length.
    ///
    /// @param bytes 16 or more; a slot takes 16 more, rounded up to 64, and 16 for its claims
    /// @return a copy
    public QueueOptions<E> withSlotBytes(int bytes) {
        return new QueueOptions<>(capacity, bytes, joinable, codec);
    }

    /// These options for a queue whose consumers say when an element is done, as Python's JoinableQueue.
    ///
    /// @return a copy
    public QueueOptions<E> asJoinable() {
        return new QueueOptions<>(capacity, slotBytes, true, codec);
    }
}
