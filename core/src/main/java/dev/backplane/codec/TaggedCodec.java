package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// Any value, with a byte before it that says what it is; see [Tag] for the format.
final class TaggedCodec implements Codec<@Nullable Object> {
    private final SerializationPolicy policy;
    private final ClassLoader loader;

    TaggedCodec(SerializationPolicy policy, ClassLoader loader) {
        this.policy = policy;
        this.loader = loader;
    }

    @Override
    public void encode(@Nullable Object value, CodecOutput out) {
        new TaggedWriter(out, policy.maxDepth()).write(value);
    }

    @Override
    public @Nullable Object decode(CodecInput in) {
        return new TaggedReader(in, policy, loader).read();
    }

    @Override
    public String name() {
        return "tagged 1";
    }
}
