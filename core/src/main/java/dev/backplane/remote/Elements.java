package dev.backplane.remote;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import org.jspecify.annotations.Nullable;

/// Converts what clients put into shared objects to what the objects' codecs write.
///
/// @param type what the codec writes; null if it writes values of several types
/// @param <E> the same
record Elements<E>(@Nullable Class<?> type) {
    /// The elements of a codec.
    ///
    /// @param codec of a shared object
    /// @param <E> what it writes
    /// @return how values become such
    static <E> Elements<E> of(Codec<E> codec) {
        return new Elements<>(Codecs.typeNamed(codec.name()).orElse(null));
    }

    /// Converts a value.
    ///
    /// @param value what a client gave
    /// @return an element
    @SuppressWarnings({"unchecked", "NullAway"
    }) // No value is null here; the codec's own cast refuses what is of another class.
    E from(@Nullable Object value) {
        if (value == null) {
            throw Errors.type("None cannot be stored in an object that JVMs share");
        }
        final Object converted = type == null ? JavaValues.plain(value) : JavaArguments.convert(value, type);
        return (E) converted;
    }
}
