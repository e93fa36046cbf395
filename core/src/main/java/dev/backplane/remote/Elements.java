package dev.backplane.remote;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Converts what clients put into shared objects to what the objects' codecs write.
///
/// @param type what the codec writes; null if it writes values of several types
/// @param <E> the same
record Elements<E>(@Nullable Class<?> type) {
    private static final List<Class<?>> BUILT_IN = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            byte[].class);
    private static final List<String> NAMED = List.of("fixed record ", "record ", "enum ");

    /// The elements of a codec.
    ///
    /// @param codec of a shared object
    /// @param <E> what it writes
    /// @return how values become such
    static <E> Elements<E> of(Codec<E> codec) {
        for (Class<?> type : BUILT_IN) {
            if (Codecs.of(type).name().equals(codec.name())) {
                return new Elements<>(type);
            }
        }
        return new Elements<>(named(codec.name()).orElse(null));
    }

    /// The class in a codec's name, of which this JVM has the codec and so the class.
    private static Optional<Class<?>> named(String codec) {
        for (String prefix : NAMED) {
            if (codec.startsWith(prefix)) {
                final String name = codec.substring(prefix.length()).split("[ (\\[]", 2)[0];
                final ClassLoader context = Thread.currentThread().getContextClassLoader();
                try {
                    return Optional.of(
                            Class.forName(name, false, context != null ? context : Elements.class.getClassLoader()));
                } catch (ClassNotFoundException e) {
                    return Optional.empty(); // The codec will say what it cannot write.
                }
            }
        }
        return Optional.empty();
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
