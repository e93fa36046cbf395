package dev.backplane.cli.wordcount;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The definition of a word count, written down as simply as it can be: what the fast one is compared with.
public final class NaiveCount {
    private static final int LONGEST_CHARACTER = 4;

    private NaiveCount() {}

    /// Counts words.
    ///
    /// @param bytes the text
    /// @return how often each word occurs
    public static Map<String, Long> of(byte[] bytes) {
        final Map<String, Long> counts = new HashMap<>();
        final StringBuilder word = new StringBuilder();
        final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        int at = 0;
        while (at < bytes.length) {
            int length = 1;
            int codePoint = -1;
            for (; length <= LONGEST_CHARACTER && at + length <= bytes.length; length++) {
                codePoint = decode(strict, bytes, at, length);
                if (codePoint >= 0) {
                    break;
                }
            }
            if (codePoint >= 0 && Character.isLetterOrDigit(codePoint)) {
                word.appendCodePoint(codePoint);
            } else {
                end(word, counts);
            }
            at += codePoint >= 0 ? length : 1;
        }
        end(word, counts);
        return counts;
    }

    private static void end(StringBuilder word, Map<String, Long> counts) {
        if (!word.isEmpty()) {
            counts.merge(word.toString().toLowerCase(Locale.ROOT), 1L, Long::sum);
            word.setLength(0);
        }
    }

    /// The one character that these bytes are, or -1.
    private static int decode(CharsetDecoder strict, byte[] bytes, int at, int length) {
        try {
            final CharBuffer text = strict.decode(ByteBuffer.wrap(bytes, at, length));
            final int codePoint = Character.codePointAt(text, 0);
            return Character.charCount(codePoint) == text.length() ? codePoint : -1;
        } catch (CharacterCodingException _) {
            return -1;
        }
    }

    /// The counts as the program prints them: `count<TAB>word`, by count descending, then by code points.
    ///
    /// @param counts from [#of]
    /// @return the lines
    public static List<String> lines(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry::getKey, NaiveCount::compareCodePoints))
                .map(entry -> entry.getValue() + "\t" + entry.getKey())
                .toList();
    }

    private static int compareCodePoints(String one, String other) {
        return java.util.Arrays.compare(
                one.codePoints().toArray(), other.codePoints().toArray());
    }
}
