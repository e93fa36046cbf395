package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// Records of one class, component after component: primitives in their fixed lengths, references in the tagged
/// form, which has nulls.
///
/// The format's name holds the components' names and types, so two versions of a record that differ are told
/// apart where codecs are compared, not by what they misread.
final class RecordCodec<R> implements Codec<R> {
    private final Class<R> type;
    private final RecordShape shape;
    private final Codec<@Nullable Object> references;

    RecordCodec(Class<R> type, Codec<@Nullable Object> references) {
        this.type = type;
        this.shape = RecordShape.of(type);
        this.references = references;
    }

    @Override
    public void encode(R value, CodecOutput out) {
        shape.write(type.cast(value), out, reference -> references.encode(reference, out));
    }

    @Override
    public R decode(CodecInput in) {
        return type.cast(shape.read(in, () -> references.decode(in)));
    }

    @Override
    public String name() {
        return "record " + type.getName() + shape.signature();
    }

    @Override
    public int fixedLength() {
        return shape.fixedLength();
    }
}
