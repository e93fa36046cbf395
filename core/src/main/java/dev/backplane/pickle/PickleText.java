package dev.backplane.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// Strings and numbers as pickles have them.
///
/// Strings are UTF-8 that may encode surrogates one by one, which the JDK's coders do not.
final class PickleText {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int SHORT = 48;
    /// How many decimal digits a byte is worth, rounded up.
    private static final int DIGITS_PER_BYTE = 3;

    private PickleText() {}

    static String decode(byte[] bytes, int at, int length) {
        final String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeSlowly(bytes, at, length);
    }

    /// The JDK's decoder replaces what it cannot decode, so this one has to tell that from a replacement
    /// character that was really there.
    private static String decodeSlowly(byte[] bytes, int at, int length) {
        final StringBuilder text = new StringBuilder(length);
        final int end = at + length;
        for (int i = at; i < end; ) {
            final int first = bytes[i];
            final int more = first >= 0 ? 0 : (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : 3;
            if (more == 3 && (first & 0xF8) != 0xF0 || i + more >= end) {
                throw malformed(i - at);
            }
            int point = more == 0 ? first : first & 0x3F >> more;
            for (int k = 1; k <= more; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    throw malformed(i - at);
                }
                point = point << 6 | bytes[i + k] & 0x3F;
            }
            final int least = more == 0 ? 0 : more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
            if (point < least || point > Character.MAX_CODE_POINT) {
                throw malformed(i - at);
            }
            text.appendCodePoint(point);
            i += more + 1;
        }
        return text.toString();
    }

    private static PickleException malformed(int offset) {
        return new PickleException("a string in a pickle is not UTF-8 at its byte " + offset);
    }

    /// Appends a string's bytes.
    static void encode(String text, PickleOutput out) {
        if (text.length() > SHORT && !hasSurrogates(text)) {
            out.bytes(text.getBytes(StandardCharsets.UTF_8));
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            final char unit = text.charAt(i);
            if (unit < 0x80) {
                out.put(unit);
            } else if (unit < 0x800) {
                out.put(0xC0 | unit >> 6);
                out.put(0x80 | unit & 0x3F);
            } else {
                final int point = text.codePointAt(i);
                if (point > 0xFFFF) {
                    i++;
                    out.put(0xF0 | point >> 18);
                    out.put(0x80 | point >> 12 & 0x3F);
                } else {
                    out.put(0xE0 | point >> 12);
                }
                out.put(0x80 | point >> 6 & 0x3F);
                out.put(0x80 | point & 0x3F);
            }
        }
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /// A string of protocol 0: Latin-1, and escapes of a backslash, `u` or `U` and hexadecimal digits.
    static String unescape(byte[] bytes, int at, int end) {
        final StringBuilder text = new StringBuilder(end - at);
        int i = at;
        while (i < end) {
            final int unit = bytes[i++] & 0xFF;
            final int digits = unit != '\\' || i == end ? 0 : bytes[i] == 'u' ? 4 : bytes[i] == 'U' ? 8 : 0;
            if (digits == 0) {
                text.append((char) unit);
                continue;
            }
            long point = i + digits < end ? 0 : -1;
            for (int k = 1; k <= digits && point >= 0; k++) {
                final int digit = Character.digit(bytes[i + k], 16);
                point = digit < 0 ? -1 : point << 4 | digit;
            }
            if (point < 0 || point > Character.MAX_CODE_POINT) {
                throw new PickleException("a string in a pickle has a wrong escape at its byte " + (i - 1 - at));
            }
            text.appendCodePoint((int) point);
            i += digits + 1;
        }
        return text.toString();
    }

    /// An integer in decimal, with an `L` behind it or without.
    static Object integer(String line, int maxIntegerBytes) {
        final String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (digits.length() > (long) maxIntegerBytes * DIGITS_PER_BYTE) {
            throw new PickleException(
                    "refused an integer of " + digits.length() + " digits, the limit is " + maxIntegerBytes + " bytes");
        }
        final int first = digits.startsWith("-") ? 1 : 0;
        boolean decimal = digits.length() > first;
        for (int i = first; i < digits.length(); i++) {
            decimal &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        if (!decimal) {
            throw new PickleException("not an integer in decimal: " + PythonRepr.brief(line));
        }
        return digits.length() < 19 ? (Object) Long.parseLong(digits) : PythonNumbers.shorten(new BigInteger(digits));
    }

    /// A float in decimal, or its name.
    static double floating(String line) {
        switch (line) {
            case "nan" -> {
                return Double.NaN;
            }
            case "inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                for (int i = 0; i < line.length(); i++) {
                    if ("0123456789.eE+-".indexOf(line.charAt(i)) < 0) {
                        throw notFloat(line);
                    }
                }
            }
        }
        try {
            return Double.parseDouble(line);
        } catch (NumberFormatException e) {
            throw notFloat(line);
        }
    }

    private static PickleException notFloat(String line) {
        return new PickleException("not a float: " + PythonRepr.brief(line));
    }
}
