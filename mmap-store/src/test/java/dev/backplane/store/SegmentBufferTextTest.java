package dev.backplane.store;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.List;
import org.agrona.AsciiNumberFormatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Strings and decimal numbers.
class SegmentBufferTextTest {
    private static final int CAPACITY = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(CAPACITY, 64);
    private final SegmentBuffer buffer = new SegmentBuffer(segment);

    @AfterEach
    void close() {
        arena.close();
    }

    // ASCII.

    @Test
    void asciiStringsCarryTheirLengthInTheOrderAskedFor() {
        for (final CharSequence value : List.<CharSequence>of("hello", CharBuffer.wrap("hello"))) {
            assertEquals(9, buffer.putStringAscii(3, value));
            assertHello(3, LITTLE_ENDIAN);
            assertEquals(9, buffer.putStringAscii(3, value.toString()));
            assertHello(3, LITTLE_ENDIAN);
            for (final ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
                assertEquals(9, buffer.putStringAscii(20, value, order));
                assertHello(20, order);
                assertEquals(9, buffer.putStringAscii(20, value.toString(), order));
                assertHello(20, order);
            }
        }
    }

    private void assertHello(int index, ByteOrder order) {
        assertEquals(5, buffer.getInt(index, order));
        assertEquals("hello", buffer.getStringAscii(index, order));
        assertEquals("hel", buffer.getStringAscii(index, 3));
        assertEquals("llo", buffer.getStringWithoutLengthAscii(index + 6, 3));
        final StringBuilder appended = new StringBuilder();
        assertEquals(5, buffer.getStringAscii(index, appended, order));
        assertEquals(2, buffer.getStringAscii(index, 2, appended));
        assertEquals(1, buffer.getStringWithoutLengthAscii(index + 8, 1, appended));
        assertEquals("hellohe" + "o", appended.toString());
        if (order == LITTLE_ENDIAN) {
            assertEquals("hello", buffer.getStringAscii(index));
            assertEquals(5, buffer.getStringAscii(index, appended));
        }
        buffer.setMemory(0, CAPACITY, (byte) 0);
    }

    @Test
    void bareAsciiStringsCanBeParts() {
        for (final CharSequence value : List.<CharSequence>of("hello", CharBuffer.wrap("hello"))) {
            assertEquals(5, buffer.putStringWithoutLengthAscii(1, value));
            assertEquals("hello", buffer.getStringWithoutLengthAscii(1, 5));
            assertEquals(5, buffer.putStringWithoutLengthAscii(10, value.toString()));
            assertEquals("hello", buffer.getStringWithoutLengthAscii(10, 5));
            assertEquals(2, buffer.putStringWithoutLengthAscii(20, value, 1, 2));
            assertEquals("el\0", buffer.getStringWithoutLengthAscii(20, 3));
            assertEquals(3, buffer.putStringWithoutLengthAscii(30, value.toString(), 2, 100));
            assertEquals("llo\0", buffer.getStringWithoutLengthAscii(30, 4));
            buffer.setMemory(0, CAPACITY, (byte) 0);
        }
    }

    @Test
    void whatIsNotAsciiIsAQuestionMark() {
        assertEquals(9, buffer.putStringAscii(0, "\u007f\u0080é€\uffff"));
        assertEquals("\u007f????", buffer.getStringAscii(0));
        buffer.putByte(5, (byte) 0x80);
        final StringBuilder appended = new StringBuilder();
        buffer.getStringAscii(0, appended);
        assertEquals("\u007f????", appended.toString());
        assertEquals("\u007f\ufffd???", buffer.getStringAscii(0));
    }

    @Test
    void aNullAsciiStringIsAnEmptyOne() {
        buffer.setMemory(0, CAPACITY, (byte) -1);
        assertEquals(4, buffer.putStringAscii(0, (String) null));
        assertEquals("", buffer.getStringAscii(0));
        assertEquals(4, buffer.putStringAscii(8, (CharSequence) null));
        assertEquals(0, buffer.getInt(8));
        assertEquals(4, buffer.putStringAscii(16, (String) null, BIG_ENDIAN));
        assertEquals("", buffer.getStringAscii(16, BIG_ENDIAN));
        assertEquals(4, buffer.putStringAscii(24, (CharSequence) null, BIG_ENDIAN));
        assertEquals(0, buffer.getStringAscii(24, new StringBuilder(), BIG_ENDIAN));
        assertEquals(0, buffer.putStringWithoutLengthAscii(32, (String) null));
        assertEquals(0, buffer.putStringWithoutLengthAscii(32, (CharSequence) null));
        assertEquals(0, buffer.putStringWithoutLengthAscii(32, (String) null, 1, 2));
        assertEquals(0, buffer.putStringWithoutLengthAscii(32, (CharSequence) null, 1, 2));
        assertEquals(-1, buffer.getInt(32));
    }

    @Test
    void anAppendableThatFailsIsReported() {
        final IOException broken = new IOException("broken");
        final Writer writer = new Writer() {
            @Override
            public void write(char[] chars, int offset, int length) throws IOException {
                throw broken;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        buffer.putStringAscii(0, "hello");
        final var thrown = assertThrows(UncheckedIOException.class, () -> buffer.getStringAscii(0, writer));
        assertSame(broken, thrown.getCause());
    }

    // UTF-8.

    @Test
    void utf8StringsCarryTheirEncodedLengthInTheOrderAskedFor() {
        final String value = "aé€😀";
        final byte[] bytes = value.getBytes(UTF_8);
        assertEquals(10, bytes.length);
        assertEquals(14, buffer.putStringUtf8(1, value));
        assertEquals(value, buffer.getStringUtf8(1));
        assertEquals(10, buffer.getInt(1));
        assertEquals("aé", buffer.getStringUtf8(1, 3));
        assertEquals(14, buffer.putStringUtf8(17, value, BIG_ENDIAN));
        assertEquals(value, buffer.getStringUtf8(17, BIG_ENDIAN));
        assertEquals(10, buffer.getInt(17, BIG_ENDIAN));
        assertEquals(14, buffer.putStringUtf8(33, value, 10));
        assertEquals(value, buffer.getStringUtf8(33, LITTLE_ENDIAN));
        assertEquals(14, buffer.putStringUtf8(48, value, BIG_ENDIAN, 10));
        assertEquals(value, buffer.getStringUtf8(48, BIG_ENDIAN));
        assertEquals(10, buffer.putStringWithoutLengthUtf8(2, value));
        assertEquals(value, buffer.getStringWithoutLengthUtf8(2, 10));
        assertEquals("", buffer.getStringWithoutLengthUtf8(2, 0));
        assertEquals(4, buffer.putStringUtf8(0, ""));
        assertEquals("", buffer.getStringUtf8(0));
    }

    @Test
    void aNullUtf8StringIsTheWordNull() {
        assertEquals(8, buffer.putStringUtf8(0, null));
        assertEquals("null", buffer.getStringUtf8(0));
        assertEquals(8, buffer.putStringUtf8(8, null, BIG_ENDIAN));
        assertEquals("null", buffer.getStringUtf8(8, BIG_ENDIAN));
        assertEquals(4, buffer.putStringWithoutLengthUtf8(16, null));
        assertEquals("null", buffer.getStringWithoutLengthUtf8(16, 4));
    }

    @Test
    void utf8LongerThanItsMaximumIsRefusedUnwritten() {
        for (final Executable put : List.<Executable>of(
                () -> buffer.putStringUtf8(0, "€€", 5), () -> buffer.putStringUtf8(0, "€€", BIG_ENDIAN, 5))) {
            final var thrown = assertThrows(IllegalArgumentException.class, put);
            assertEquals("Encoded string larger than maximum size: 6 bytes, maximum 5", thrown.getMessage());
        }
        assertUntouched();
    }

    // Lengths that do not fit.

    @Test
    void aStringThatDoesNotFitIsRefusedUnwritten() {
        final String tooLong = "x".repeat(CAPACITY - 3);
        for (final Executable put : List.<Executable>of(
                () -> buffer.putStringAscii(0, tooLong),
                () -> buffer.putStringAscii(0, CharBuffer.wrap(tooLong), BIG_ENDIAN),
                () -> buffer.putStringUtf8(0, tooLong),
                () -> buffer.putStringWithoutLengthAscii(4, tooLong),
                () -> buffer.putStringWithoutLengthUtf8(4, tooLong),
                () -> buffer.putStringWithoutLengthAscii(0, "abc", 4, 2),
                () -> buffer.putStringAscii(-1, "a"),
                () -> buffer.putStringAscii(CAPACITY - 3, ""),
                () -> buffer.putStringUtf8(Integer.MAX_VALUE, "a"))) {
            assertThrows(IndexOutOfBoundsException.class, put);
        }
        assertUntouched();
        assertEquals(CAPACITY, buffer.putStringAscii(0, tooLong.substring(1)));
        assertEquals(tooLong.substring(1), buffer.getStringAscii(0));
    }

    @Test
    void aLengthInMemoryThatDoesNotFitIsRefused() {
        for (final int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, CAPACITY - 3}) {
            buffer.putInt(0, length);
            final String named = "index=4 length=" + length + " is out of bounds for capacity=" + CAPACITY;
            for (final Executable get : List.<Executable>of(
                    () -> buffer.getStringAscii(0),
                    () -> buffer.getStringAscii(0, new StringBuilder()),
                    () -> buffer.getStringAscii(0, LITTLE_ENDIAN),
                    () -> buffer.getStringUtf8(0),
                    () -> buffer.getStringUtf8(0, LITTLE_ENDIAN))) {
                assertEquals(
                        named,
                        assertThrows(IndexOutOfBoundsException.class, get).getMessage());
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringAscii(-4, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringUtf8(Integer.MAX_VALUE, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringWithoutLengthAscii(CAPACITY - 1, 2));
    }

    // Numbers.

    @Test
    void writtenNumbersAreTheirDecimalDigitsAndParseBack() {
        for (final long value : interestingLongs()) {
            final String text = Long.toString(value);
            assertEquals(text.length(), buffer.putLongAscii(5, value));
            assertEquals(text, written(5, text.length()));
            assertEquals(value, buffer.parseLongAscii(5, text.length()));
            if (value >= 0) {
                assertEquals(text.length(), buffer.putNaturalLongAscii(6, value));
                assertEquals(text, written(6, text.length()));
                assertEquals(value, buffer.parseNaturalLongAscii(6, text.length()));
            }
            if (value == (int) value) {
                assertIntWritten((int) value, text);
            }
        }
    }

    private void assertIntWritten(int value, String text) {
        assertEquals(text.length(), buffer.putIntAscii(5, value));
        assertEquals(text, written(5, text.length()));
        assertEquals(value, buffer.parseIntAscii(5, text.length()));
        if (value >= 0) {
            assertEquals(text.length(), buffer.putNaturalIntAscii(6, value));
            assertEquals(text, written(6, text.length()));
            assertEquals(value, buffer.parseNaturalIntAscii(6, text.length()));
            assertEquals(30 - text.length(), buffer.putNaturalIntAsciiFromEnd(value, 30));
            assertEquals(text, written(30 - text.length(), text.length()));
            buffer.putNaturalPaddedIntAscii(40, 12, value);
            assertEquals("0".repeat(12 - text.length()) + text, written(40, 12));
            buffer.putNaturalPaddedIntAscii(40, text.length(), value);
            assertEquals(text, written(40, text.length()));
        }
    }

    private static long[] interestingLongs() {
        final long[] values = new long[8 * 19 + 8];
        int count = 0;
        long power = 1;
        for (int digits = 1; digits <= 19; digits++) {
            for (final long value : new long[] {power - 1, power, power + 1, power * 7}) {
                values[count++] = value;
                values[count++] = -value;
            }
            power *= 10;
        }
        for (final long edge : new long[] {Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}) {
            values[count++] = edge;
            values[count++] = edge + Long.signum(edge);
        }
        return Arrays.copyOf(values, count);
    }

    @Test
    void numbersThatOverflowAreRefused() {
        for (final String text : List.of("2147483648", "9999999999", "00000000001", "99999999999999999999999999999")) {
            assertOverflow("int overflow parsing: ", text, () -> buffer.parseIntAscii(0, text.length()));
            assertOverflow("int overflow parsing: ", text, () -> buffer.parseNaturalIntAscii(0, text.length()));
        }
        assertOverflow("int overflow parsing: ", "-2147483649", () -> buffer.parseIntAscii(0, 11));
        for (final String text :
                List.of("9223372036854775808", "9999999999999999999", "18446744073709551616", "00000000000000000001")) {
            assertOverflow("long overflow parsing: ", text, () -> buffer.parseLongAscii(0, text.length()));
            assertOverflow("long overflow parsing: ", text, () -> buffer.parseNaturalLongAscii(0, text.length()));
        }
        assertOverflow("long overflow parsing: ", "-9223372036854775809", () -> buffer.parseLongAscii(0, 20));
    }

    private void assertOverflow(String prefix, String text, Executable parse) {
        buffer.putStringWithoutLengthAscii(0, text);
        final var thrown = assertThrows(AsciiNumberFormatException.class, parse, text);
        assertEquals(prefix + text, thrown.getMessage());
    }

    @Test
    void whatIsNotANumberIsRefused() {
        for (final String text : List.of("-", "+1", "1-", "1 ", " 1", "--1", "12a", "/", ":", "0x1", "1.0", "\u007f")) {
            buffer.putStringWithoutLengthAscii(0, text);
            final int length = text.length();
            assertMalformed("int: " + text, () -> buffer.parseIntAscii(0, length));
            assertMalformed("int: " + text, () -> buffer.parseNaturalIntAscii(0, length));
            assertMalformed("long: " + text, () -> buffer.parseLongAscii(0, length));
            assertMalformed("long: " + text, () -> buffer.parseNaturalLongAscii(0, length));
        }
        buffer.putStringWithoutLengthAscii(0, "-1");
        assertMalformed("int: -1", () -> buffer.parseNaturalIntAscii(0, 2));
        assertMalformed("long: -1", () -> buffer.parseNaturalLongAscii(0, 2));
        buffer.putByte(0, (byte) 0xb1);
        assertMalformed("int: \ufffd", () -> buffer.parseIntAscii(0, 1));
    }

    private static void assertMalformed(String what, Executable parse) {
        final var thrown = assertThrows(AsciiNumberFormatException.class, parse, what);
        assertEquals("error parsing " + what, thrown.getMessage());
    }

    @Test
    void noDigitsAtAllAndDigitsOutsideAreToldApart() {
        final var thrown = assertThrows(AsciiNumberFormatException.class, () -> buffer.parseIntAscii(7, 0));
        assertEquals("empty string: index=7 length=0", thrown.getMessage());
        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseNaturalIntAscii(7, 0));
        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseLongAscii(7, 0));
        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseNaturalLongAscii(CAPACITY, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.parseLongAscii(CAPACITY, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.parseLongAscii(0, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.parseNaturalIntAscii(-1, 1));
    }

    @Test
    void aLongBadNumberIsQuotedInPart() {
        buffer.setMemory(0, CAPACITY, (byte) '9');
        final var thrown = assertThrows(AsciiNumberFormatException.class, () -> buffer.parseLongAscii(0, CAPACITY));
        assertEquals("long overflow parsing: " + "9".repeat(40) + "… (64 bytes)", thrown.getMessage());
    }

    @Test
    void numbersThatDoNotFitAreRefusedUnwritten() {
        for (final Executable put : List.<Executable>of(
                () -> buffer.putIntAscii(CAPACITY - 3, 1234),
                () -> buffer.putIntAscii(CAPACITY - 3, -123),
                () -> buffer.putLongAscii(CAPACITY - 19, Long.MIN_VALUE),
                () -> buffer.putNaturalIntAscii(CAPACITY, 0),
                () -> buffer.putNaturalLongAscii(-1, 1),
                () -> buffer.putNaturalIntAsciiFromEnd(1234, 3),
                () -> buffer.putNaturalIntAsciiFromEnd(1, CAPACITY + 1),
                () -> buffer.putNaturalPaddedIntAscii(CAPACITY - 3, 4, 1))) {
            assertThrows(IndexOutOfBoundsException.class, put);
        }
        for (final Executable put : List.<Executable>of(
                () -> buffer.putNaturalIntAscii(0, -1),
                () -> buffer.putNaturalLongAscii(0, Long.MIN_VALUE),
                () -> buffer.putNaturalIntAsciiFromEnd(-1, 8),
                () -> buffer.putNaturalPaddedIntAscii(0, 8, -1),
                () -> buffer.putNaturalPaddedIntAscii(0, 3, 1000),
                () -> buffer.putNaturalPaddedIntAscii(0, 0, 1))) {
            assertThrows(NumberFormatException.class, put);
        }
        assertUntouched();
        final var thrown = assertThrows(NumberFormatException.class, () -> buffer.putNaturalPaddedIntAscii(0, 3, 1000));
        assertTrue(String.valueOf(thrown.getMessage()).contains("1000 in 3 bytes"), thrown::toString);
        buffer.putNaturalPaddedIntAscii(0, 0, 0);
        assertUntouched();
    }

    private String written(int index, int length) {
        return new String(segment.asSlice(index, length).toArray(ValueLayout.JAVA_BYTE), US_ASCII);
    }

    private void assertUntouched() {
        assertArrayEquals(new byte[CAPACITY], segment.toArray(ValueLayout.JAVA_BYTE));
    }
}
