package dev.backplane.cli.wordcount;

/// Whether a capital Σ becomes ς, as at the end of a Greek word, or σ.
///
/// `String.toLowerCase` says ς when a cased letter precedes the Σ and none follows, each within the boundaries
/// that `BreakIterator` sees. It asks that iterator anew for every Σ, in time proportional to the word each
/// time. In a run of letters and digits those boundaries are simple: ideographs, Katakana and Hiragana stand
/// apart from everything else. So this class walks from the Σ to the nearest cased letter, boundary or end of
/// the word on either side. A Σ is cased itself, so no stretch of text is walked over for more than one Σ on
/// each side of it.
final class FinalSigma {
    /// Σ.
    static final int CAPITAL = 0x3A3;

    private static final int CAPITAL_LENGTH = 2;

    private FinalSigma() {}

    /// Decides for one Σ.
    ///
    /// @param text where it stands
    /// @param at its position
    static boolean isFinal(Text text, long at) {
        return casedBefore(text, at) && !casedAfter(text, at + CAPITAL_LENGTH);
    }

    private static boolean casedBefore(Text text, long end) {
        long at = end;
        while (at > 0) {
            final long start = text.startOfCharacterAt(at - 1);
            final int codePoint = start < 0 ? Utf8.MALFORMED : text.codePointAt(start);
            if (isCased(codePoint)) {
                return true;
            }
            if (!isJoined(codePoint)) {
                return false;
            }
            at = start;
        }
        return false;
    }

    private static boolean casedAfter(Text text, long start) {
        long at = start;
        while (true) {
            final int codePoint = text.codePointAt(at);
            if (isCased(codePoint)) {
                return true;
            }
            if (!isJoined(codePoint)) {
                return false;
            }
            at += Utf8.length(codePoint);
        }
    }

    /// Whether `BreakIterator` sees no boundary between this character and a Σ.
    private static boolean isJoined(int codePoint) {
        return codePoint >= 0 && Character.isLetterOrDigit(codePoint) && !isIdeographOrKana(codePoint);
    }

    private static boolean isIdeographOrKana(int codePoint) {
        return codePoint == 0x3005
                || within(codePoint, 0x3041, 0x3094)
                || within(codePoint, 0x3099, 0x309E)
                || within(codePoint, 0x30A1, 0x30FE)
                || within(codePoint, 0x4E00, 0x9FA5)
                || within(codePoint, 0xF900, 0xFA2D);
    }

    private static boolean isCased(int codePoint) {
        return codePoint >= 0
                && switch (Character.getType(codePoint)) {
                    case Character.LOWERCASE_LETTER, Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> true;
                    default -> isCasedModifier(codePoint);
                };
    }

    /// The modifier letters that count as cased.
    private static boolean isCasedModifier(int codePoint) {
        return within(codePoint, 0x02B0, 0x02B8)
                || within(codePoint, 0x02C0, 0x02C1)
                || within(codePoint, 0x02E0, 0x02E4)
                || codePoint == 0x037A
                || within(codePoint, 0x1D2C, 0x1D61);
    }

    private static boolean within(int codePoint, int first, int last) {
        return codePoint >= first && codePoint <= last;
    }
}
