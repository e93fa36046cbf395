package dev.backplane.pool;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The elements or results of one task as bytes: numbers of one kind packed, others in the tagged form where it can
/// express them, as serialized Java objects where they contain themselves.
final class Elements {
    private static final SerializationPolicy POLICY = SerializationPolicy.sameUser();
    private static final ClassLoader LOADER = Elements.class.getClassLoader();
    private static final Codec<@Nullable Object> TAGGED = Codecs.tagged(POLICY, LOADER);

    /// The first byte says which form follows; those of [PackedNumbers] have others.
    private static final int TAGGED_FORM = 0;

    private static final int SERIALIZED_FORM = 1;

    private Elements() {}

    static byte[] write(@Nullable Object[] elements) {
        final byte[] packed = PackedNumbers.write(elements);
        if (packed != null) {
            return packed;
        }
        final CodecOutput out = CodecOutput.growing(16 + 8 * elements.length);
        out.putByte(TAGGED_FORM);
        try {
            TAGGED.encode(elements, out);
        } catch (CodecException _) {
            out.clear();
            out.putByte(SERIALIZED_FORM);
            out.putBytes(JavaSerialization.serialize(elements));
        }
        return out.toByteArray();
    }

    /// [#read], with numbers that stay packed until somebody asks for them: of many, that saves whoever has the list
    /// an object for each, which a collector would have to copy.
    ///
    /// @param bytes which nobody changes any more
    static List<@Nullable Object> list(byte[] bytes) {
        return PackedNumbers.areIn(bytes) ? PackedNumbers.list(bytes) : Arrays.asList(read(bytes));
    }

    static @Nullable Object[] read(byte[] bytes) {
        if (PackedNumbers.areIn(bytes)) {
            return PackedNumbers.read(bytes);
        }
        final CodecInput in = CodecInput.of(bytes);
        final Object read = switch (in.getByte()) {
            case TAGGED_FORM -> TAGGED.decode(in);
            case SERIALIZED_FORM -> JavaSerialization.deserialize(in.getBytes(in.remaining()), LOADER, POLICY);
            default -> null;
        };
        if (!(read instanceof Object[] elements)) {
            throw new CodecException("expected the elements of a task, got " + bytes.length + " bytes of " + read);
        }
        return elements;
    }
}
