package dev.backplane.store;

import org.agrona.AsciiNumberFormatException;

/// The number half of [SegmentBuffer]: decimal ASCII digits, parsed and written in place.
///
/// A number is an optional `-` (never `+`) and 1 to 10 digits for an int, 1 to 19 for a long; more digits
/// overflow even if they are zeros, as in Agrona. Natural numbers have no sign. Numbers are written without
/// leading zeros unless padded, and only after it is known that they fit.
final class BufferNumbers {
    private static final int ERROR_TEXT_LIMIT = 40;

    private BufferNumbers() {}

    private enum Range {
        INT("int", 10, Integer.MAX_VALUE),
        LONG("long", 19, Long.MAX_VALUE);

        private final String type;
        private final int maxDigits;
        private final long maxValue;

        Range(String type, int maxDigits, long maxValue) {
            this.type = type;
            this.maxDigits = maxDigits;
            this.maxValue = maxValue;
        }
    }

    static int parseNaturalInt(SegmentBuffer buffer, int index, int length) {
        return (int) magnitude(buffer, index, length, 0, Range.INT);
    }

    static long parseNaturalLong(SegmentBuffer buffer, int index, int length) {
        return magnitude(buffer, index, length, 0, Range.LONG);
    }

    static int parseInt(SegmentBuffer buffer, int index, int length) {
        return (int) parse(buffer, index, length, Range.INT);
    }

    static long parseLong(SegmentBuffer buffer, int index, int length) {
        return parse(buffer, index, length, Range.LONG);
    }

    private static long parse(SegmentBuffer buffer, int index, int length, Range range) {
        buffer.boundsCheck(index, length);
        final boolean negative = length > 0 && buffer.getByte(index) == '-';
        final long magnitude = magnitude(buffer, index, length, negative ? 1 : 0, range);
        return negative ? -magnitude : magnitude;
    }

    /// The value of the digits behind a sign of `signLength` bytes; unsigned, because the magnitude of
    /// [Long#MIN_VALUE] is. Nineteen digits stay below 2^64, so the sum cannot wrap.
    private static long magnitude(SegmentBuffer buffer, int index, int length, int signLength, Range range) {
        buffer.boundsCheck(index, length);
        if (length == 0) {
            throw new AsciiNumberFormatException("empty string: index=" + index + " length=" + length);
        }
        final int digits = length - signLength;
        if (digits > range.maxDigits) {
            throw overflow(buffer, index, length, range);
        }
        long magnitude = 0;
        for (int i = index + signLength; i < index + length; i++) {
            final int digit = buffer.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(buffer, index, length, range);
            }
            magnitude = magnitude * 10 + digit;
        }
        if (digits == 0) {
            throw malformed(buffer, index, length, range);
        }
        if (Long.compareUnsigned(magnitude, range.maxValue + signLength) > 0) { // -(MAX + 1) is MIN.
            throw overflow(buffer, index, length, range);
        }
        return magnitude;
    }

    private static AsciiNumberFormatException malformed(SegmentBuffer buffer, int index, int length, Range range) {
        return new AsciiNumberFormatException("error parsing " + range.type + ": " + excerpt(buffer, index, length));
    }

    private static AsciiNumberFormatException overflow(SegmentBuffer buffer, int index, int length, Range range) {
        return new AsciiNumberFormatException(range.type + " overflow parsing: " + excerpt(buffer, index, length));
    }

    private static String excerpt(SegmentBuffer buffer, int index, int length) {
        final String text = BufferStrings.ascii(buffer, index, Math.min(length, ERROR_TEXT_LIMIT));
        return length <= ERROR_TEXT_LIMIT ? text : text + "… (" + length + " bytes)";
    }

    /// Writes `value`, with a `-` if it is negative; returns the bytes taken.
    static int put(SegmentBuffer buffer, int index, long value) {
        final boolean negative = value < 0;
        final int length = digitCount(value) + (negative ? 1 : 0);
        buffer.boundsCheck(index, length);
        if (negative) {
            buffer.putByte(index, (byte) '-');
        }
        putDigits(buffer, index + length, value);
        return length;
    }

    static int putNatural(SegmentBuffer buffer, int index, long value) {
        requireNatural(value);
        return put(buffer, index, value);
    }

    static void putNaturalPadded(SegmentBuffer buffer, int index, int length, int value) {
        buffer.boundsCheck(index, length);
        requireNatural(value);
        if (value != 0 && digitCount(value) > length) { // Zero fits even in no bytes at all, as in Agrona.
            throw new NumberFormatException("Cannot write " + value + " in " + length + " bytes");
        }
        int rest = value;
        for (int i = index + length - 1; i >= index; i--) {
            buffer.putByte(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /// Writes `value` so that it ends before `end`; returns the index of its first digit.
    static int putNaturalFromEnd(SegmentBuffer buffer, int value, int end) {
        requireNatural(value);
        final int start = end - digitCount(value);
        buffer.boundsCheck(start, end - start);
        putDigits(buffer, end, value);
        return start;
    }

    private static void requireNatural(long value) {
        if (value < 0) {
            throw new NumberFormatException("not a natural number: " + value);
        }
    }

    // Both work on the value as it is, because Long.MIN_VALUE has no positive counterpart; % takes the value's
    // sign.

    private static int digitCount(long value) {
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static void putDigits(SegmentBuffer buffer, int end, long value) {
        int index = end;
        long rest = value;
        do {
            buffer.putByte(--index, (byte) ('0' + Math.abs(rest % 10)));
            rest /= 10;
        } while (rest != 0);
    }
}
