package dev.backplane.remote;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an element of Python's `array.array` is, by its type code. Sizes are those of 64-bit Linux.
///
/// @param code one letter
/// @param bytes of an element
/// @param kind of an element
record TypeCode(char code, int bytes, Kind kind) {
    /// What an element is.
    enum Kind {
        SIGNED,
        UNSIGNED,
        FLOATING,
        CHARACTER
    }

    /// The type of a code.
    ///
    /// @param code what a client gave
    /// @return the type
    static TypeCode of(@Nullable Object code) {
        if (!(code instanceof String text) || text.length() != 1) {
            throw Errors.type("array() argument 1 must be a unicode character, not " + PythonValues.typeName(code));
        }
        final char letter = text.charAt(0);
        return switch (letter) {
            case 'b' -> new TypeCode(letter, 1, Kind.SIGNED);
            case 'B' -> new TypeCode(letter, 1, Kind.UNSIGNED);
            case 'h' -> new TypeCode(letter, 2, Kind.SIGNED);
            case 'H' -> new TypeCode(letter, 2, Kind.UNSIGNED);
            case 'i' -> new TypeCode(letter, 4, Kind.SIGNED);
            case 'I' -> new TypeCode(letter, 4, Kind.UNSIGNED);
            case 'l', 'q' -> new TypeCode(letter, 8, Kind.SIGNED);
            case 'L', 'Q' -> new TypeCode(letter, 8, Kind.UNSIGNED);
            case 'f' -> new TypeCode(letter, 4, Kind.FLOATING);
            case 'd' -> new TypeCode(letter, 8, Kind.FLOATING);
            case 'u', 'w' -> new TypeCode(letter, 4, Kind.CHARACTER);
            default -> throw Errors.value("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
        };
    }

    /// Writes an element.
    ///
    /// @param into the bytes, in the order of the machine
    /// @param index of the element
    /// @param value of the element
    void put(ByteBuffer into, int index, @Nullable Object value) {
        final int at = index * bytes;
        switch (kind) {
            case FLOATING -> {
                final double number = PythonValues.number(value);
                if (bytes == Float.BYTES) {
                    into.putFloat(at, (float) number);
                } else {
                    into.putDouble(at, number);
                }
            }
            case CHARACTER -> {
                if (!(value instanceof String text) || text.codePointCount(0, text.length()) != 1) {
                    throw Errors.type("array item must be a unicode character, not " + PythonValues.typeName(value));
                }
                into.putInt(at, text.codePointAt(0));
            }
            default -> putWhole(into, at, value);
        }
    }

    private void putWhole(ByteBuffer into, int at, @Nullable Object value) {
        if (!PythonValues.isWhole(value)) {
            throw Errors.type("'" + PythonValues.typeName(value) + "' object cannot be interpreted as an integer");
        }
        final BigInteger number = PythonValues.whole(value);
        final int bits = bytes * Byte.SIZE;
        final boolean fits =
                kind == Kind.SIGNED ? number.bitLength() < bits : number.signum() >= 0 && number.bitLength() <= bits;
        if (!fits) {
            throw Errors.overflow(number + " does not fit an element of " + bits + " bits, typecode '" + code + "'");
        }
        switch (bytes) {
            case 1 -> into.put(at, number.byteValue());
            case 2 -> into.putShort(at, number.shortValue());
            case 4 -> into.putInt(at, number.intValue());
            default -> into.putLong(at, number.longValue());
        }
    }

    /// Reads an element.
    ///
    /// @param from the bytes, in the order of the machine
    /// @param index of the element
    /// @return its value
    Object get(ByteBuffer from, int index) {
        final int at = index * bytes;
        if (kind == Kind.FLOATING) {
            return bytes == Float.BYTES ? (double) from.getFloat(at) : from.getDouble(at);
        }
        if (kind == Kind.CHARACTER) {
            final int point = from.getInt(at);
            return Character.toString(Character.isValidCodePoint(point) ? point : 0xfffd);
        }
        final boolean signed = kind == Kind.SIGNED;
        return switch (bytes) {
            case 1 -> signed ? (long) from.get(at) : from.get(at) & 0xffL;
            case 2 -> signed ? (long) from.getShort(at) : from.getShort(at) & 0xffffL;
            case 4 -> signed ? (long) from.getInt(at) : from.getInt(at) & 0xffff_ffffL;
            default -> {
                final long bits = from.getLong(at);
                yield signed || bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
            }
        };
    }
}
