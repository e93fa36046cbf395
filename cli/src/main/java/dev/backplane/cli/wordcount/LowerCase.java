package dev.backplane.cli.wordcount;

import org.jspecify.annotations.Nullable;

/// What each letter or digit becomes in lower case, exactly as `String.toLowerCase(Locale.ROOT)` of its word
/// has it.
///
/// Outside Lithuanian and Turkish that method looks at one character at a time, with two exceptions: İ becomes
/// two characters, i and a combining dot, and Σ becomes σ or ς by what is around it, which [FinalSigma]
/// decides. A test holds both statements for every code point. So a word is lowered while it is read, whatever
/// its length, and never made into a String.
///
/// Answers for the first 65,536 characters are kept as the UTF-8 bytes of the lower-case form, in blocks of 256
/// that are made when first asked for. Not for several threads.
final class LowerCase {
    /// Not a letter or digit.
    static final long NONE = 0;

    private static final int BLOCK = 256;
    private static final int DOTTED_CAPITAL_I = 0x130;
    private static final int SMALL_I_AND_COMBINING_DOT = 0x87CC69;
    private static final long SIGMA = 0x83CF;
    private static final long FINAL_SIGMA = 0x82CF;

    private final int[] @Nullable [] blocks = new int[Character.MIN_SUPPLEMENTARY_CODE_POINT / BLOCK][];

    /// The UTF-8 bytes of a character in lower case, the first one lowest, or [#NONE].
    ///
    /// @param text where the character stands
    /// @param at its position
    /// @param codePoint the character, or [Utf8#MALFORMED]
    long bytes(Text text, long at, int codePoint) {
        if (codePoint == FinalSigma.CAPITAL) {
            return FinalSigma.isFinal(text, at) ? FINAL_SIGMA : SIGMA;
        }
        if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            return codePoint < 0 ? NONE : block(codePoint / BLOCK)[codePoint % BLOCK];
        }
        return Integer.toUnsignedLong(lower(codePoint));
    }

    /// How many bytes an answer of [#bytes] has: none of them is zero.
    static int length(long bytes) {
        return Long.BYTES - (Long.numberOfLeadingZeros(bytes) >>> 3);
    }

    private int[] block(int number) {
        final int[] made = blocks[number];
        return made != null ? made : makeBlock(number);
    }

    private int[] makeBlock(int number) {
        final int[] block = new int[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            block[i] = lower(number * BLOCK + i);
        }
        blocks[number] = block;
        return block;
    }

    private static int lower(int codePoint) {
        if (!Character.isLetterOrDigit(codePoint)) {
            return 0;
        }
        return codePoint == DOTTED_CAPITAL_I
                ? SMALL_I_AND_COMBINING_DOT
                : Utf8.encode(Character.toLowerCase(codePoint));
    }
}
