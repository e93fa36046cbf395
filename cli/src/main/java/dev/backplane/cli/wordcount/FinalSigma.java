package dev.backplane.cli.wordcount;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether a capital Σ becomes ς, as at the end of a Greek word, or σ.
///
/// `String.toLowerCase` says ς when a cased letter precedes the Σ and none follows, each within the boundaries
/// that `BreakIterator` sees. It asks that iterator anew for every Σ, in time proportional to the word each
/// time. In a run of letters and digits those boundaries are simple: ideographs, Katakana and Hiragana stand
/// apart from everything else. So this class walks from the Σ to the nearest cased letter, boundary or end of
/// the word on either side. A Σ is cased itself, so no stretch of text is walked over for more than one Σ on
/// each side of it.
///
/// Beside characters beyond U+FFFF the iterator's boundaries follow no rule that could be written down, so
/// there the JDK itself is asked, about the word as far as [#WINDOW] characters to either side.
final class FinalSigma {
    /// Σ.
    static final int CAPITAL = 0x3A3;

    private static final int CAPITAL_LENGTH = 2;
    private static final int WINDOW = 64;
    private static final char SMALL = 'σ';
    private static final char SMALL_FINAL = 'ς';

    private enum Verdict {
        CASED,
        NOT_CASED,
        ASK_THE_JDK
    }

    private FinalSigma() {}

    /// Decides for one Σ.
    ///
    /// @param text where it stands
    /// @param at its position
    static boolean isFinal(Text text, long at) {
        final Verdict before = before(text, at);
        final Verdict after = after(text, at + CAPITAL_LENGTH);
        if (before == Verdict.ASK_THE_JDK || after == Verdict.ASK_THE_JDK) {
            return isFinalByTheJdk(text, at);
        }
        return before == Verdict.CASED && after == Verdict.NOT_CASED;
    }

    private static Verdict before(Text text, long end) {
        long at = end;
        while (at > 0) {
            final long start = text.startOfCharacterAt(at - 1);
            final int codePoint = start < 0 ? Utf8.MALFORMED : text.codePointAt(start);
            final Verdict verdict = verdict(codePoint);
            if (verdict != null) {
                return verdict;
            }
            at = start;
        }
        return Verdict.NOT_CASED;
    }

    private static Verdict after(Text text, long start) {
        long at = start;
        while (true) {
            final int codePoint = text.codePointAt(at);
            final Verdict verdict = verdict(codePoint);
            if (verdict != null) {
                return verdict;
            }
            at += Utf8.length(codePoint);
        }
    }

    /// What a character decides, or null if the walk goes on.
    private static @Nullable Verdict verdict(int codePoint) {
        if (codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            return Character.isLetterOrDigit(codePoint) ? Verdict.ASK_THE_JDK : Verdict.NOT_CASED;
        }
        if (isCased(codePoint)) {
            return Verdict.CASED;
        }
        return isJoined(codePoint) ? null : Verdict.NOT_CASED;
    }

    private static boolean isFinalByTheJdk(Text text, long at) {
        long start = at;
        for (int i = 0; i < WINDOW && start > 0; i++) {
            final long previous = text.startOfCharacterAt(start - 1);
            if (previous < 0 || !Character.isLetterOrDigit(text.codePointAt(previous))) {
                break;
            }
            start = previous;
        }
        final StringBuilder word = new StringBuilder();
        int sigmas = 0; // How many of any form precede, since lower case may change the length of what is between.
        long next = start;
        for (int i = 0; i < 2 * WINDOW; i++) {
            final int codePoint = text.codePointAt(next);
            if (codePoint < 0 || !Character.isLetterOrDigit(codePoint)) {
                break;
            }
            word.appendCodePoint(codePoint);
            if (next < at && (codePoint == CAPITAL || codePoint == SMALL || codePoint == SMALL_FINAL)) {
                sigmas++;
            }
            next += Utf8.length(codePoint);
        }
        final int nth = sigmas;
        return word.toString()
                        .toLowerCase(Locale.ROOT)
                        .chars()
                        .filter(unit -> unit == SMALL || unit == SMALL_FINAL)
                        .skip(nth)
                        .findFirst()
                        .orElse(SMALL)
                == SMALL_FINAL;
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
