package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a [Codec] reads: the inverse of [CodecOutput], and suspicious of every byte.
///
/// A read beyond the end throws [CodecException]. No read allocates more than the input still holds, so a
/// length that lies costs nothing. Not thread-safe.
public final class CodecInput {
    private static final int LONGEST_VARINT = 10;

    private final MemorySegment source;
    private long position;

    private CodecInput(MemorySegment source) {
        this.source = source;
    }

    /// Reads an array.
    ///
    /// @param bytes all of them
    /// @return an input at the first byte
    public static CodecInput of(byte[] bytes) {
        return new CodecInput(MemorySegment.ofArray(bytes));
    }

    /// Reads memory in place.
    ///
    /// @param bytes all of them; they must not change while they are read
    /// @return an input at the first byte
    public static CodecInput of(MemorySegment bytes) {
        return new CodecInput(bytes);
    }

    /// How many bytes were read.
    ///
    /// @return the position
    public long position() {
        return position;
    }

    /// How many bytes are left.
    ///
    /// @return what follows the position
    public long remaining() {
        return source.byteSize() - position;
    }

    private long take(long length) {
        final long at = position;
        if (length < 0 || length > source.byteSize() - at) {
            throw new CodecException("needs " + length + " bytes at position " + at + ", only "
                    + (source.byteSize() - at) + " of " + source.byteSize() + " are left");
        }
        position = at + length;
        return at;
    }

    /// Reads a byte.
    ///
    /// @return its value, signed
    public byte getByte() {
        return source.get(ValueLayout.JAVA_BYTE, take(1));
    }

    /// Reads two bytes.
    ///
    /// @return the value
    public short getShort() {
        return source.get(CodecOutput.SHORT, take(2));
    }

    /// Reads four bytes.
    ///
    /// @return the value
    public int getInt() {
        return source.get(CodecOutput.INT, take(4));
    }

    /// Reads eight bytes.
    ///
    /// @return the value
    public long getLong() {
        return source.get(CodecOutput.LONG, take(8));
    }

    /// Reads four bytes.
    ///
    /// @return the value
    public float getFloat() {
        return Float.intBitsToFloat(getInt());
    }

    /// Reads eight bytes.
    ///
    /// @return the value
    public double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /// Reads what [CodecOutput#putVarint] wrote.
    ///
    /// @return the value, unsigned
    public long getVarint() {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            final byte next = getByte();
            value |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new CodecException("a varint is longer than " + LONGEST_VARINT + " bytes at position " + position);
    }

    /// Reads what [CodecOutput#putZigzag] wrote.
    ///
    /// @return the value
    public long getZigzag() {
        final long value = getVarint();
        return value >>> 1 ^ -(value & 1);
    }

    /// Reads a varint that counts things of which each takes at least `unitBytes` of what is left.
    ///
    /// @param unitBytes the least that one thing takes
    /// @return the number of things
    public int getCount(int unitBytes) {
        final long count = getVarint();
        if (count < 0 || count > Integer.MAX_VALUE || count * unitBytes > remaining()) {
            throw new CodecException("claims " + Long.toUnsignedString(count) + " things of at least " + unitBytes
                    + " bytes at position " + position + ", only " + remaining() + " bytes are left");
        }
        return (int) count;
    }

    /// Reads bytes.
    ///
    /// @param length how many
    /// @return a copy
    public byte[] getBytes(long length) {
        final long at = take(length);
        return source.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// Steps over bytes and gives a look at them.
    ///
    /// @param length how many
    /// @return the bytes in place
    public MemorySegment getSlice(long length) {
        final long at = take(length);
        return source.asSlice(at, length);
    }

    /// A look at all that is left, without stepping over it; for formats that tell their own end.
    ///
    /// @return the bytes in place
    public MemorySegment rest() {
        return source.asSlice(position);
    }

    /// Reads what [CodecOutput#putString] wrote.
    ///
    /// @return the string
    public String getString() {
        final long header = getVarint();
        final byte[] bytes = getBytes(header >>> 1);
        return (header & 1) == 0 ? Utf.decodeUtf8(bytes) : Utf.decodeUtf16(bytes);
    }
}
