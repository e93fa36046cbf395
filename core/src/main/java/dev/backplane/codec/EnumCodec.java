package dev.backplane.codec;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Constants of one enum by ordinal, in as few bytes as their number needs. The format's name lists the
/// constants, so that two versions of an enum that differ do not take each other's ordinals for their own.
@SuppressWarnings("EnumOrdinal") // The name, which is compared first, fixes which constant has which ordinal.
final class EnumCodec<E extends Enum<E>> implements Codec<E> {
    private final Class<E> type;
    private final E[] constants;
    private final int bytes;

    EnumCodec(Class<E> type) {
        this.type = type;
        this.constants = type.getEnumConstants();
        this.bytes = constants.length <= 1 << Byte.SIZE ? 1 : Short.BYTES;
    }

    @Override
    public void encode(E value, CodecOutput out) {
        final int ordinal = type.cast(value).ordinal(); // A raw caller's value may be of another enum.
        if (bytes == 1) {
            out.putByte(ordinal);
        } else {
            out.putShort(ordinal);
        }
    }

    @Override
    public E decode(CodecInput in) {
        final int ordinal = bytes == 1 ? Byte.toUnsignedInt(in.getByte()) : Short.toUnsignedInt(in.getShort());
        if (ordinal >= constants.length) {
            throw new CodecException(
                    type.getName() + " has " + constants.length + " constants, the bytes name number " + ordinal);
        }
        return constants[ordinal];
    }

    @Override
    public String name() {
        return "enum " + type.getName()
                + Arrays.stream(constants).map(Enum::name).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public int fixedLength() {
        return bytes;
    }
}
