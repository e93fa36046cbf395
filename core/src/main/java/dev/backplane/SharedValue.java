package dev.backplane;

import dev.backplane.codec.Codec;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One value of any type that a codec can write, which processes read and replace as a whole.
///
/// **Absence.** A new value is absent, which [#get] tells by null; once set, it is never absent again.
///
/// **Reading.** Lock-free and without stores: a reader gets the value of one instant, never parts of two, and
/// waits for nobody. It begins again if the value was replaced three times while it read.
///
/// **Writing.** One at a time, whatever the process. There is no queue, and so no fairness; a wait for
/// another writer is short and uninterruptible.
///
/// **Process death.** A writer killed at any instant leaves the old value or the new one; the next writer
/// goes on within 200 ms, and readers notice nothing.
///
/// **Memory consistency.** Actions before a value was set happen-before actions after a read that saw it.
///
/// **Cost.** Reading copies the value's bytes once; setting takes two compare-and-sets and one copy. No
/// system call unless writers meet.
///
/// @param <E> the type of the value
public interface SharedValue<E> extends SharedObject {
    /// The value.
    ///
    /// @return the value at some instant of the call; null if none was ever set
    /// @throws dev.backplane.codec.CodecException if its bytes are not of this object's codec
    @Nullable
    E get();

    /// Replaces the value.
    ///
    /// @param value the new one, not null
    /// @throws dev.backplane.codec.CodecException if the codec refuses it; nothing is changed then
    /// @throws IllegalArgumentException if it takes more than [#maxBytes]; nothing is changed then
    void set(E value);

    /// Replaces the value if it equals another one.
    ///
    /// @param expected what it must equal, arrays by their elements; null for an absent one
    /// @param value the new one, not null
    /// @return whether it did
    /// @throws dev.backplane.codec.CodecException if the codec refuses it; nothing is changed then
    /// @throws IllegalArgumentException if it takes more than [#maxBytes]; nothing is changed then
    boolean compareAndSet(@Nullable E expected, E value);

    /// Replaces the value by a function of it.
    ///
    /// @param function of the value, null for an absent one; what it returns is not null. Without side effects,
    ///     since it is applied again if the value was replaced meanwhile
    /// @return the new value
    /// @throws dev.backplane.codec.CodecException if the codec refuses it; nothing is changed then
    /// @throws IllegalArgumentException if it takes more than [#maxBytes]; nothing is changed then
    E update(UnaryOperator<@Nullable E> function);

    /// How many times the value was replaced.
    ///
    /// @return 0 for an absent one
    long version();

    /// The longest value.
    ///
    /// @return bytes, as given when it was created
    int maxBytes();

    /// How the value is written.
    ///
    /// @return the codec that this object was obtained with, or found by its name
    Codec<E> codec();
}
