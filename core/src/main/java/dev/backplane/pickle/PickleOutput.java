package dev.backplane.pickle;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes of a pickle that is being written.
final class PickleOutput {
    private static final VarHandle LITTLE_INT = MethodHandles.byteArrayViewVarHandle(
                    int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();
    private static final int FIRST_LENGTH = 128;
    private static final int BYTE_MAX = 0xFF;
    private static final int SHORT_MAX = 0xFFFF;

    private final int most;
    private byte[] bytes = new byte[FIRST_LENGTH];
    private int size;

    PickleOutput(int most) {
        this.most = most;
    }

    void clear() {
        size = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    MemorySegment view() {
        return MemorySegment.ofArray(bytes).asSlice(0, size);
    }

    private int take(int length) {
        final int at = size;
        if (length > bytes.length - at) {
            grow(length);
        }
        size = at + length;
        return at;
    }

    private void grow(int length) {
        final long needed = (long) size + length;
        if (needed > most) {
            throw new PickleException("a value takes more than " + most + " bytes as a pickle, the limit");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, most)));
    }

    void put(int value) {
        final int at = take(1);
        bytes[at] = (byte) value;
    }

    void put(int opcode, int operand) {
        final int at = take(2);
        bytes[at] = (byte) opcode;
        bytes[at + 1] = (byte) operand;
    }

    void putWithInt(int opcode, int operand) {
        final int at = take(1 + Integer.BYTES);
        bytes[at] = (byte) opcode;
        LITTLE_INT.set(bytes, at + 1, operand);
    }

    void bytes(byte[] source) {
        final int at = take(source.length);
        System.arraycopy(source, 0, bytes, at, source.length);
    }

    void number(double value) {
        final int at = take(1 + Long.BYTES);
        bytes[at] = (byte) Opcode.BINFLOAT;
        BIG_LONG.set(bytes, at + 1, Double.doubleToRawLongBits(value));
    }

    /// The shortest form that there is for an integer.
    void integer(long value) {
        if (value >= 0 && value <= BYTE_MAX) {
            put(Opcode.BININT1, (int) value);
        } else if (value >= 0 && value <= SHORT_MAX) {
            put(Opcode.BININT2, (int) value);
            put((int) value >> Byte.SIZE);
        } else if (value == (int) value) {
            putWithInt(Opcode.BININT, (int) value);
        } else {
            final int length = 1 + (Long.SIZE - Long.numberOfLeadingZeros(value < 0 ? ~value : value)) / Byte.SIZE;
            put(Opcode.LONG1, length);
            for (int i = 0; i < length; i++) {
                put((int) (value >> Byte.SIZE * i));
            }
        }
    }

    void integer(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            integer(value.longValue());
            return;
        }
        final byte[] turned = value.toByteArray();
        if (turned.length <= BYTE_MAX) {
            put(Opcode.LONG1, turned.length);
        } else {
            putWithInt(Opcode.LONG4, turned.length);
        }
        final int at = take(turned.length);
        for (int i = 0; i < turned.length; i++) {
            bytes[at + i] = turned[turned.length - 1 - i];
        }
    }

    /// A string; the length, which comes first, is known for sure only afterwards.
    ///
    /// @param shortForm whether the protocol has the instruction for short strings
    void text(String text, boolean shortForm) {
        if (shortForm && text.length() <= BYTE_MAX / 3) {
            put(Opcode.SHORT_BINUNICODE, 0);
            final int at = size;
            PickleText.encode(text, this);
            bytes[at - 1] = (byte) (size - at);
            return;
        }
        putWithInt(Opcode.BINUNICODE, 0);
        final int at = size;
        PickleText.encode(text, this);
        LITTLE_INT.set(bytes, at - Integer.BYTES, size - at);
    }

    void binary(byte[] source) {
        if (source.length <= BYTE_MAX) {
            put(Opcode.SHORT_BINBYTES, source.length);
        } else {
            putWithInt(Opcode.BINBYTES, source.length);
        }
        bytes(source);
    }
}
