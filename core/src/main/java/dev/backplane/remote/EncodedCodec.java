package dev.backplane.remote;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;

/// Stands for a codec that only the clients have: of its name and length, and hands bytes through.
///
/// @param name of the clients' codec
/// @param fixedLength of its elements, or [Codec#VARIABLE]
record EncodedCodec(String name, int fixedLength) implements Codec<Encoded> {
    @Override
    public void encode(Encoded value, CodecOutput out) {
        if (fixedLength != VARIABLE && value.bytes().length != fixedLength) {
            throw Errors.value(
                    "an element of codec " + name + " has " + fixedLength + " bytes, not " + value.bytes().length);
        }
        out.putBytes(value.bytes());
    }

    @Override
    public Encoded decode(CodecInput in) {
        return new Encoded(in.getBytes(fixedLength == VARIABLE ? in.remaining() : fixedLength));
    }
}
