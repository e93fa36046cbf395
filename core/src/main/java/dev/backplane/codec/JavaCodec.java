package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// Java serialization behind an allow-list, as a codec.
final class JavaCodec<T> implements Codec<T> {
    private static final Codec<byte[]> BYTES = Codecs.of(byte[].class);

    private final Class<T> type;
    private final SerializationPolicy policy;
    private final ClassLoader loader;
    private final @Nullable AllowedClasses written;

    JavaCodec(Class<T> type, SerializationPolicy policy, ClassLoader loader) {
        this(type, policy, loader, null);
    }

    private JavaCodec(Class<T> type, SerializationPolicy policy, ClassLoader loader, @Nullable AllowedClasses written) {
        this.type = type;
        this.policy = policy;
        this.loader = loader;
        this.written = written;
    }

    /// Writes what it reads, no more.
    JavaCodec<T> symmetric() {
        return written != null ? this : new JavaCodec<>(type, policy, loader, new AllowedClasses(policy));
    }

    @Override
    public void encode(T value, CodecOutput out) {
        BYTES.encode(JavaSerialization.serialize(Codecs.own(type, value), written), out);
    }

    @Override
    public T decode(CodecInput in) {
        return Codecs.checked(type, JavaSerialization.deserialize(BYTES.decode(in), loader, policy));
    }

    @Override
    public String name() {
        return "java " + type.getName();
    }
}
