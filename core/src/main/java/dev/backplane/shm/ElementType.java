package dev.backplane.shm;

import dev.backplane.SharedHandle;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import org.jspecify.annotations.Nullable;

/// What an object's elements are, as this process was told: by their class, whose codec every process can
/// find, or by a codec of the application's own.
///
/// @param codec writes and reads them
/// @param type their class, null if only the codec was given
record ElementType<E>(Codec<E> codec, @Nullable Class<E> type) {
    ElementType {
        codec = Codecs.symmetric(codec);
    }

    static <E> ElementType<E> of(Class<E> type) {
        return new ElementType<>(Codecs.of(type), type);
    }

    static <E> ElementType<E> of(Codec<E> codec) {
        return new ElementType<>(codec, null);
    }

    /// The elements' class.
    ///
    /// @throws IllegalStateException if only the codec was given
    Class<E> requiredClass() {
        if (type == null) {
            throw new IllegalStateException("only the codec " + codec.name() + " is known of the elements, no class");
        }
        return type;
    }

    /// What stands for the object in a stream.
    ///
    /// @throws IllegalStateException if the reader could not know the codec
    Object serialForm(SharedHandle handle) {
        if (type == null) {
            throw new IllegalStateException("cannot serialize " + handle + ": its codec " + codec.name()
                    + " would not be known where it is read; obtain it by the class of its elements, or send its name");
        }
        return new AttachOnRead(handle, type.getName());
    }
}
