package dev.backplane.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.agrona.DirectBuffer.STR_HEADER_LEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// The string half of [SegmentBuffer]: ASCII and UTF-8, bare or behind a length prefix of 4 bytes.
///
/// What Agrona's buffers write, this writes. A char beyond ASCII is written as `?`, and a null string as length
/// 0 (ASCII) or as the four letters `null` (UTF-8). A byte beyond ASCII reads as U+FFFD into a string and as
/// `?` into an [Appendable]. A length read from memory is checked against the capacity before anything is
/// allocated for it.
final class BufferStrings {
    private static final byte[] NULL_BYTES = "null".getBytes(UTF_8);
    private static final byte UNMAPPABLE = '?';

    private BufferStrings() {}

    /// The index behind the length prefix at `index`, which must lie within the buffer itself.
    static int afterPrefix(SegmentBuffer buffer, int index) {
        buffer.boundsCheck(index, STR_HEADER_LEN);
        return index + STR_HEADER_LEN;
    }

    static String ascii(SegmentBuffer buffer, int index, int length) {
        return decode(buffer, index, length, US_ASCII);
    }

    static String utf8(SegmentBuffer buffer, int index, int length) {
        return decode(buffer, index, length, UTF_8);
    }

    private static String decode(SegmentBuffer buffer, int index, int length, Charset charset) {
        buffer.boundsCheck(index, length);
        final byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        return new String(bytes, charset);
    }

    static int appendAscii(SegmentBuffer buffer, int index, int length, Appendable appendable) {
        buffer.boundsCheck(index, length);
        try {
            for (int i = index; i < index + length; i++) {
                final byte character = buffer.getByte(i);
                appendable.append((char) (character < 0 ? UNMAPPABLE : character));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append " + length + " characters of the buffer's", e);
        }
        return length;
    }

    /// Writes length and characters; returns the bytes taken.
    static int putPrefixedAscii(SegmentBuffer buffer, int index, @Nullable CharSequence value, ByteOrder order) {
        final int length = value == null ? 0 : value.length();
        checkPrefixed(buffer, index, length);
        buffer.putInt(index, length, order);
        return STR_HEADER_LEN + putAscii(buffer, index + STR_HEADER_LEN, value, 0, length);
    }

    /// Writes at most `maxLength` characters of `value` from `offset` on; returns how many.
    static int putAscii(SegmentBuffer buffer, int index, @Nullable CharSequence value, int offset, int maxLength) {
        if (value == null) {
            return 0;
        }
        final int length = Math.min(value.length() - offset, maxLength);
        buffer.boundsCheck(index, length);
        for (int i = 0; i < length; i++) {
            final char character = value.charAt(offset + i);
            buffer.putByte(index + i, character > 127 ? UNMAPPABLE : (byte) character);
        }
        return length;
    }

    /// Writes length and bytes; returns the bytes taken.
    ///
    /// @throws IllegalArgumentException if the bytes are more than `maxEncodedLength`
    static int putPrefixedUtf8(
            SegmentBuffer buffer, int index, @Nullable String value, ByteOrder order, int maxEncodedLength) {
        final byte[] bytes = encode(value);
        if (bytes.length > maxEncodedLength) {
            throw new IllegalArgumentException(
                    "Encoded string larger than maximum size: " + bytes.length + " bytes, maximum " + maxEncodedLength);
        }
        checkPrefixed(buffer, index, bytes.length);
        buffer.putInt(index, bytes.length, order);
        buffer.putBytes(index + STR_HEADER_LEN, bytes);
        return STR_HEADER_LEN + bytes.length;
    }

    static int putUtf8(SegmentBuffer buffer, int index, @Nullable String value) {
        final byte[] bytes = encode(value);
        buffer.putBytes(index, bytes);
        return bytes.length;
    }

    // Two checks instead of one of the sum, which could overflow for a string of nearly 2^31 characters.
    private static void checkPrefixed(SegmentBuffer buffer, int index, int length) {
        buffer.boundsCheck(index, STR_HEADER_LEN);
        buffer.boundsCheck(index + STR_HEADER_LEN, length);
    }

    private static byte[] encode(@Nullable String value) {
        return value == null ? NULL_BYTES : value.getBytes(UTF_8);
    }
}
