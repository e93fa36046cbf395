package dev.backplane.pool;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import org.jspecify.annotations.Nullable;

/// The elements or results of one task as bytes.
final class Elements {
    private Elements() {}

    static byte[] write(@Nullable Object[] elements) {
        return JavaSerialization.serialize(elements);
    }

    static @Nullable Object[] read(byte[] bytes) {
        final Object read =
                JavaSerialization.deserialize(bytes, Elements.class.getClassLoader(), SerializationPolicy.sameUser());
        if (!(read instanceof Object[] elements)) {
            throw new CodecException("expected the elements of a task, got " + read);
        }
        return elements;
    }
}
