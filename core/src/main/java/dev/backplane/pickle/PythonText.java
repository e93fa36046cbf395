package dev.backplane.pickle;

import java.math.BigDecimal;
import java.math.MathContext;

/// Python's text of strings, bytes and floats.
final class PythonText {
    private static final int LEAST_PLAIN_EXPONENT = -4;
    private static final int MOST_PLAIN_EXPONENT = 16;
    private static final String HEX = "0123456789abcdef";

    private PythonText() {}

    /// The shortest digits that make the same float, in Python's form of exponents.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        final String sign = value < 0 || 1 / value < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        final BigDecimal shortest = shortest(Math.abs(value));
        final String digits = shortest.unscaledValue().toString();
        final int exponent = digits.length() - 1 - shortest.scale();
        if (exponent < LEAST_PLAIN_EXPONENT || exponent >= MOST_PLAIN_EXPONENT) {
            final String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            final String power = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
            return sign + digits.charAt(0) + fraction + 'e' + (exponent < 0 ? '-' : '+') + power;
        }
        if (exponent < 0) {
            return sign + "0." + "0".repeat(-exponent - 1) + digits;
        }
        if (exponent >= digits.length() - 1) {
            return sign + digits + "0".repeat(exponent - digits.length() + 1) + ".0";
        }
        return sign + digits.substring(0, exponent + 1) + '.' + digits.substring(exponent + 1);
    }

    /// Java's digits, which are the shortest but for one thing: it gives at least two where one may do.
    private static BigDecimal shortest(double value) {
        final BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (digits.precision() != 2) {
            return digits;
        }
        final BigDecimal one = digits.round(new MathContext(1)).stripTrailingZeros();
        return one.doubleValue() == value ? one : digits;
    }

    static void quote(String text, StringBuilder out, int most) {
        final char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length() && out.length() <= most; ) {
            final int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (point == quote || point == '\\') {
                out.append('\\').append((char) point);
            } else if (isPrintable(point)) {
                out.appendCodePoint(point);
            } else {
                escape(point, out);
            }
        }
        out.append(quote);
    }

    static void quote(byte[] bytes, StringBuilder out, int most) {
        boolean single = false;
        boolean twofold = false;
        for (byte next : bytes) {
            single |= next == '\'';
            twofold |= next == '"';
        }
        final char quote = single && !twofold ? '"' : '\'';
        out.append('b').append(quote);
        for (int i = 0; i < bytes.length && out.length() <= most; i++) {
            final int next = bytes[i] & 0xFF;
            if (next == quote || next == '\\') {
                out.append('\\').append((char) next);
            } else if (next >= ' ' && next < 0x7F) {
                out.append((char) next);
            } else {
                escape(next, out);
            }
        }
        out.append(quote);
    }

    private static void escape(int point, StringBuilder out) {
        switch (point) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                final char kind = point > 0xFFFF ? 'U' : point > 0xFF ? 'u' : 'x';
                out.append('\\').append(kind);
                for (int shift = kind == 'U' ? 28 : kind == 'u' ? 12 : 4; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt(point >> shift & 0xF));
                }
            }
        }
    }

    private static boolean isPrintable(int point) {
        if (point < 0x7F) {
            return point >= ' ';
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
