package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Where a [Codec] writes: little-endian, at a position that moves on.
///
/// An output may start in memory that others share, so that a value is written where it will be read, without a
/// copy. A value that is too long for the place moves to the heap and grows there; whoever asked then finds it
/// [#spilled].
///
/// Not thread-safe.
public final class CodecOutput {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private MemorySegment target;
    private long position;
    private boolean spilled;

    private CodecOutput(MemorySegment target, boolean spilled) {
        this.target = target;
        this.spilled = spilled;
    }

    /// An output on the heap.
    ///
    /// @param initialBytes how many bytes it takes before it first grows
    /// @return an empty output
    public static CodecOutput growing(int initialBytes) {
        return new CodecOutput(MemorySegment.ofArray(new byte[Math.max(16, initialBytes)]), true);
    }

    /// An output in existing memory.
    ///
    /// @param place where to write first
    /// @return an empty output
    public static CodecOutput in(MemorySegment place) {
        return new CodecOutput(place, false);
    }

    /// How many bytes were written.
    ///
    /// @return the position
    public long position() {
        return position;
    }

    /// Whether the bytes are on the heap rather than in the place given.
    ///
    /// @return true for a growing output, and for one that outgrew its place
    public boolean spilled() {
        return spilled;
    }

    /// What was written.
    ///
    /// @return a view, valid until the next write
    public MemorySegment written() {
        return target.asSlice(0, position);
    }

    /// A copy of what was written.
    ///
    /// @return the bytes
    public byte[] toByteArray() {
        return written().toArray(ValueLayout.JAVA_BYTE);
    }

    /// Forgets what was written; the memory is used again.
    public void clear() {
        position = 0;
    }

    /// Makes room for `length` bytes and steps over them.
    private long take(long length) {
        final long at = position;
        if (length > target.byteSize() - at) {
            grow(length);
        }
        position = at + length;
        return at;
    }

    private void grow(long length) {
        final long needed = position + length;
        if (needed > LARGEST) {
            throw new CodecException("a value takes more than " + LARGEST + " bytes");
        }
        final long size = Math.clamp(Math.max(2 * target.byteSize(), needed), 64, LARGEST);
        final MemorySegment larger = MemorySegment.ofArray(new byte[(int) size]);
        MemorySegment.copy(target, 0, larger, 0, position);
        target = larger;
        spilled = true;
    }

    /// Appends one byte.
    ///
    /// @param value its low 8 bits
    public void putByte(int value) {
        final long at = take(1);
        target.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    /// Appends two bytes.
    ///
    /// @param value its low 16 bits
    public void putShort(int value) {
        final long at = take(2);
        target.set(SHORT, at, (short) value);
    }

    /// Appends four bytes.
    ///
    /// @param value the value
    public void putInt(int value) {
        final long at = take(4);
        target.set(INT, at, value);
    }

    /// Appends eight bytes.
    ///
    /// @param value the value
    public void putLong(long value) {
        final long at = take(8);
        target.set(LONG, at, value);
    }

    /// Appends four bytes, NaN payloads included.
    ///
    /// @param value the value
    public void putFloat(float value) {
        putInt(Float.floatToRawIntBits(value));
    }

    /// Appends eight bytes, NaN payloads included.
    ///
    /// @param value the value
    public void putDouble(double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    /// Appends 1 to 10 bytes, 7 bits in each, least significant first: small values take few.
    ///
    /// @param value taken as unsigned
    public void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            putByte((int) rest | 0x80);
            rest >>>= 7;
        }
        putByte((int) rest);
    }

    /// Appends a signed value as a varint in which small magnitudes of either sign take few bytes.
    ///
    /// @param value the value
    public void putZigzag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    /// Appends bytes, without their number.
    ///
    /// @param bytes all of them
    public void putBytes(byte[] bytes) {
        putBytes(MemorySegment.ofArray(bytes));
    }

    /// Appends bytes, without their number.
    ///
    /// @param bytes all of them
    public void putBytes(MemorySegment bytes) {
        final long at = take(bytes.byteSize());
        MemorySegment.copy(bytes, 0, target, at, bytes.byteSize());
    }

    /// Appends a string: a varint of twice its length in bytes, plus one if they are UTF-16 rather than UTF-8,
    /// then the bytes.
    ///
    /// @param text any string, unpaired surrogates included
    public void putString(String text) {
        final boolean wellFormed = Utf.isWellFormed(text);
        final byte[] bytes = Utf.encode(text, wellFormed);
        putVarint(2L * bytes.length + (wellFormed ? 0 : 1));
        putBytes(bytes);
    }
}
