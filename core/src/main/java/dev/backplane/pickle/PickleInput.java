package dev.backplane.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes of a pickle, read from front to back and never beyond their end.
final class PickleInput {
    private static final VarHandle LITTLE_INT = MethodHandles.byteArrayViewVarHandle(
                    int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LITTLE_LONG = MethodHandles.byteArrayViewVarHandle(
                    long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int next;

    PickleInput(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.next = start;
        this.end = start + length;
    }

    int position() {
        return next - start;
    }

    int remaining() {
        return end - next;
    }

    int length() {
        return end - start;
    }

    /// Steps over bytes that must be there.
    private int take(int length) {
        final int at = next;
        if (length > end - at) {
            throw tooShort(length);
        }
        next = at + length;
        return at;
    }

    private PickleException tooShort(long length) {
        return new PickleException("a pickle ends too early: needs " + Long.toUnsignedString(length)
                + " bytes at position " + position() + ", only " + remaining() + " are left");
    }

    /// Checks a length that the pickle gives before anything is done with it.
    int checkLength(long length) {
        if (length < 0 || length > end - next) {
            throw tooShort(length);
        }
        return (int) length;
    }

    int unsigned1() {
        if (next == end) {
            throw tooShort(1);
        }
        return bytes[next++] & 0xFF;
    }

    int unsigned2() {
        final int at = take(2);
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }

    int signed4() {
        final int at = take(4);
        return (int) LITTLE_INT.get(bytes, at);
    }

    long unsigned4() {
        return signed4() & 0xFFFF_FFFFL;
    }

    /// Eight bytes; a negative value stands for one that is too large for anything.
    long signed8() {
        final int at = take(8);
        return (long) LITTLE_LONG.get(bytes, at);
    }

    double bigEndianDouble() {
        final int at = take(8);
        return Double.longBitsToDouble((long) BIG_LONG.get(bytes, at));
    }

    byte[] bytes(long length) {
        final int at = take(checkLength(length));
        return Arrays.copyOfRange(bytes, at, next);
    }

    String text(long length) {
        final int at = take(checkLength(length));
        return PickleText.decode(bytes, at, (int) length);
    }

    /// An integer in two's complement, least significant byte first.
    Object integer(long length) {
        final int count = checkLength(length);
        final int at = take(count);
        if (count > Long.BYTES) {
            final byte[] turned = new byte[count];
            for (int i = 0; i < count; i++) {
                turned[i] = bytes[next - 1 - i];
            }
            return PythonNumbers.shorten(new BigInteger(turned));
        }
        if (count == 0) {
            return 0L;
        }
        long value = bytes[next - 1]; // The sign is in the last byte.
        for (int i = next - 2; i >= at; i--) {
            value = value << Byte.SIZE | bytes[i] & 0xFF;
        }
        return value;
    }

    /// The bytes up to the end of the line, which is stepped over.
    private int takeLine() {
        final int at = next;
        for (int i = at; i < end; i++) {
            if (bytes[i] == '\n') {
                next = i + 1;
                return at;
            }
        }
        throw new PickleException("a pickle ends too early: no end of the line that begins at position " + position());
    }

    String line() {
        final int at = takeLine();
        return PickleText.decode(bytes, at, next - 1 - at);
    }

    String escapedLine() {
        final int at = takeLine();
        return PickleText.unescape(bytes, at, next - 1);
    }
}
