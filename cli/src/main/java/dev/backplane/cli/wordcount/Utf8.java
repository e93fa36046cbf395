package dev.backplane.cli.wordcount;

/// UTF-8 as Java's strict decoder accepts it: no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Whether a character starts at a byte, and which, depends on that byte and the three after it and on nothing
/// before it: a character is a leading byte with its continuation bytes, a continuation byte never leads, so
/// two characters never overlap, and a decoder that skips malformed bytes never skips a leading byte of a sound
/// character. Hence every reader finds the same characters, whatever position it started from.
final class Utf8 {
    /// No character starts here.
    static final int MALFORMED = -1;

    /// Bytes of the longest character.
    static final int LONGEST = 4;

    private Utf8() {}

    /// The character in the lowest bytes of a piece, or [#MALFORMED].
    static int decode(long piece) {
        final int bytes = (int) piece;
        final int lead = bytes & 0xFF;
        if (lead < 0x80) {
            return lead;
        }
        if (lead < 0xC2) {
            return MALFORMED; // A continuation byte, or an overlong form of one byte.
        }
        if (lead < 0xE0) {
            return (bytes & 0xC000) == 0x8000 ? (lead & 0x1F) << 6 | bytes >>> 8 & 0x3F : MALFORMED;
        }
        if (lead < 0xF0) {
            return decodeThree(bytes);
        }
        return lead < 0xF5 ? decodeFour(bytes) : MALFORMED;
    }

    private static int decodeThree(int bytes) {
        if ((bytes & 0xC0C000) != 0x808000) {
            return MALFORMED;
        }
        final int codePoint = (bytes & 0x0F) << 12 | (bytes >>> 8 & 0x3F) << 6 | bytes >>> 16 & 0x3F;
        final boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return codePoint < 0x800 || surrogate ? MALFORMED : codePoint;
    }

    private static int decodeFour(int bytes) {
        if ((bytes & 0xC0C0C000) != 0x80808000) {
            return MALFORMED;
        }
        final int codePoint =
                (bytes & 0x07) << 18 | (bytes >>> 8 & 0x3F) << 12 | (bytes >>> 16 & 0x3F) << 6 | bytes >>> 24 & 0x3F;
        return Character.isSupplementaryCodePoint(codePoint) ? codePoint : MALFORMED;
    }

    /// Bytes that a character takes, 1 to 4.
    static int length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }

    /// The bytes of a character, the first one lowest.
    static int encode(int codePoint) {
        final int last = 0x80 | codePoint & 0x3F;
        final int beforeLast = 0x80 | codePoint >>> 6 & 0x3F;
        return switch (length(codePoint)) {
            case 1 -> codePoint;
            case 2 -> 0xC0 | codePoint >>> 6 | last << 8;
            case 3 -> 0xE0 | codePoint >>> 12 | beforeLast << 8 | last << 16;
            default -> 0xF0 | codePoint >>> 18 | (0x80 | codePoint >>> 12 & 0x3F) << 8 | beforeLast << 16 | last << 24;
        };
    }
}
