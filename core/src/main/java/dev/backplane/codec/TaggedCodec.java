package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// Any value, with a byte before it that says what it is; see [Tag] for the format.
final class TaggedCodec implements Codec<@Nullable Object> {
    private final SerializationPolicy policy;
    private final ClassLoader loader;
    private final @Nullable AllowedClasses written;

    /// Reads what a policy allows, and writes anything: the policy of who reads that is another's.
    TaggedCodec(SerializationPolicy policy, ClassLoader loader) {
        this(policy, loader, null);
    }

    private TaggedCodec(SerializationPolicy policy, ClassLoader loader, @Nullable AllowedClasses written) {
        this.policy = policy;
        this.loader = loader;
        this.written = written;
    }

    /// Writes what it reads, no more.
    TaggedCodec symmetric() {
        return written != null ? this : new TaggedCodec(policy, loader, new AllowedClasses(policy));
    }

    @Override
    public void encode(@Nullable Object value, CodecOutput out) {
        new TaggedWriter(out, policy.maxDepth(), written).write(value);
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
