package dev.backplane.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strings as bytes and back, without loss: UTF-8, or UTF-16 for the rare string that has no UTF-8 form.
final class Utf {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf() {}

    /// Whether every surrogate of a string has its partner, so that UTF-8 can express it.
    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            final char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                final boolean pair = Character.isHighSurrogate(unit)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    static byte[] encode(String text, boolean wellFormed) {
        return wellFormed ? text.getBytes(StandardCharsets.UTF_8) : encodeUtf16(text);
    }

    // UTF-16 unit by unit, since the JDK's coders replace exactly the units that make this form necessary.

    private static byte[] encodeUtf16(String text) {
        final byte[] bytes = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            bytes[2 * i] = (byte) text.charAt(i);
            bytes[2 * i + 1] = (byte) (text.charAt(i) >> 8);
        }
        return bytes;
    }

    static String decodeUtf16(byte[] bytes) {
        if (bytes.length % 2 != 0) {
            throw new CodecException("a UTF-16 string has an odd number of bytes: " + bytes.length);
        }
        final char[] units = new char[bytes.length / 2];
        for (int i = 0; i < units.length; i++) {
            units[i] = (char) (bytes[2 * i] & 0xFF | bytes[2 * i + 1] << 8);
        }
        return new String(units);
    }

    /// Decodes strictly. The JDK's fast decoder replaces what is malformed, which a strict one then has to tell
    /// from a replacement character that was really there.
    static String decodeUtf8(byte[] bytes) {
        final String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw new CodecException("a string is not UTF-8: " + e.getMessage(), e);
            }
        }
        return text;
    }
}
