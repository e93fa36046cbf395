package dev.backplane.cli.wordcount;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// Counts the words of slices of UTF-8 text, in bounded memory.
///
/// A word is a maximal run of characters for which `Character.isLetterOrDigit` holds, in lower case as
/// `String.toLowerCase(Locale.ROOT)` has it. Everything else separates words, each malformed byte and a byte
/// order mark included.
///
/// **Memory.** What was counted is kept in [WordCounts] of at most about the heap limit; when they reach it
/// they are handed to the drain and new ones begun. A word longer than 64 KiB is kept by reference, see
/// [LongWord]: text of one line, or of one word, takes no more memory than any other.
///
/// **Cost.** ASCII words: some 20 instructions for each eight bytes and one probe of the table, nothing
/// allocated. Other characters are decoded one by one.
///
/// Not for several threads.
public final class WordCounter {
    /*
     * Slices. The slice [from, to) of a text owns the words that start in it: it counts those, whole, however
     * far beyond `to` they reach, and no others.
     *
     * Each word is counted exactly once, wherever slices begin:
     *   1. Which characters a text has, and where, does not depend on where reading began (see Utf8). Whether a
     *      character is a letter or digit depends on the character alone. So every slice sees the same words at the
     *      same places, provided that it may read before `from` and beyond `to`, as it may: the whole file is mapped.
     *   2. A word starts at p when a letter or digit starts at p and none ends at p. For p > from the counter
     *      knows,
     *      as it read what ends there. For p = from it looks back: the character that holds byte from - 1, if any,
     *      starts at most three bytes before it. If it is a letter or digit, a word is running at `from` (that
     *      character may itself reach over it); the word belongs to an earlier slice, so its rest is skipped, as far as
     *      `to` at most. If it is not, or the byte is malformed, no word is running.
     *   3. Each position lies in exactly one slice, so each start of a word does. Even the lower case of Σ,
     *      which depends on its neighbours, is the same for all: it is taken from the text.
     *
     * Reading. A piece of eight bytes is loaded at the start of a word. If it ends the word, and all is ASCII,
     * its bytes up to there, lowered, are the key. The next word is looked for in the rest of the piece and
     * loaded anew from where it starts. Longer words are gathered piece by piece in a buffer. As soon as a byte
     * is not ASCII the word goes on character by character, from where it is.
     */

    /// Heap that a counter's own counts may take, by default.
    public static final int DEFAULT_HEAP_LIMIT_BYTES = 32 << 20;

    /// The smallest limit on heap.
    public static final int SMALLEST_HEAP_LIMIT_BYTES = 1 << 20;

    /// Text between two looks at the heap: it can hold so many new words that the table doubles once at most.
    private static final int BLOCK_BYTES = 64 * 1024;

    private final int heapLimitBytes;
    private final Consumer<WordCounts> drain;
    private final LowerCase lowerCase = new LowerCase();
    private final WordBuffer word = new WordBuffer();
    private WordCounts counts = new WordCounts();

    /// A counter that has counted nothing.
    ///
    /// @param heapLimitBytes when counts take about so much heap they are drained; at least
    ///     [#SMALLEST_HEAP_LIMIT_BYTES]
    /// @param drain takes counts over, during [#count] and [#drain]
    /// @throws IllegalArgumentException if the limit is too small
    public WordCounter(int heapLimitBytes, Consumer<WordCounts> drain) {
        if (heapLimitBytes < SMALLEST_HEAP_LIMIT_BYTES) {
            throw new IllegalArgumentException("heap limit of a word counter: " + heapLimitBytes
                    + " bytes, must be at least " + SMALLEST_HEAP_LIMIT_BYTES);
        }
        this.heapLimitBytes = heapLimitBytes;
        this.drain = drain;
    }

    /// Counts the words that start in a slice.
    ///
    /// @param file number of the file on the command line, from 0
    /// @param bytes the whole file, not just the slice
    /// @param slice what of it to count
    /// @throws IllegalArgumentException if the slice is not within the file
    public void count(int file, MemorySegment bytes, Slice slice) {
        final Text text = new Text(bytes);
        if (slice.endOffset() > text.size()) {
            throw new IllegalArgumentException(slice + " is not within the " + text.size() + " bytes of its file");
        }
        long at = firstOwned(text, slice);
        while (at < slice.endOffset()) {
            at = countBlock(file, text, at, Math.min(slice.endOffset(), at + BLOCK_BYTES));
            if (counts.heapBytes() > heapLimitBytes / 2) {
                drain();
            }
        }
    }

    /// Hands over what was counted since the last time, if anything.
    public void drain() {
        final WordCounts full = counts;
        if (!full.isEmpty()) {
            counts = new WordCounts();
            drain.accept(full);
        }
    }

    /// Where the first word of a slice can start.
    private long firstOwned(Text text, Slice slice) {
        final long from = slice.startOffset();
        final long before = from == 0 ? -1 : text.startOfCharacterAt(from - 1);
        if (before < 0) {
            return from;
        }
        final int codePoint = text.codePointAt(before);
        final long after = before + Utf8.length(codePoint);
        return Character.isLetterOrDigit(codePoint) ? skipWord(text, after, slice.endOffset()) : after;
    }

    private static long skipWord(Text text, long start, long limit) {
        long at = start;
        while (at < limit) {
            final long piece = text.piece(at);
            final int codePoint = Utf8.decode(piece);
            if ((Ascii.letters(piece) | Ascii.digits(piece)) == Ascii.FLAGS) {
                at += Long.BYTES;
            } else if (codePoint >= 0 && Character.isLetterOrDigit(codePoint)) {
                at += Utf8.length(codePoint);
            } else {
                break;
            }
        }
        return at;
    }

    /// Counts words that start in [start, end) and returns where to go on.
    private long countBlock(int file, Text text, long start, long end) {
        final WordTable table = counts.words();
        long at = start;
        while (at < end) {
            final long piece = text.piece(at);
            final long letters = Ascii.letters(piece);
            final long inWord = letters | Ascii.digits(piece);
            final long toRead = inWord | Ascii.foreign(piece);
            if ((toRead & 0x80) == 0) {
                at += firstFlag(toRead);
                continue;
            }
            final int length = firstFlag(~inWord & Ascii.FLAGS);
            if (length == 0 || length == Long.BYTES || (toRead >>> length * Byte.SIZE & 0x80) != 0) {
                at = countOther(file, text, at);
                continue;
            }
            table.add(Ascii.first(Ascii.lower(piece, letters), length), 0, length, 1);
            at += firstFlag(toRead & -1L << length * Byte.SIZE);
        }
        return at;
    }

    /// Number of the first byte that is flagged, 8 if none is.
    private static int firstFlag(long flags) {
        return Long.numberOfTrailingZeros(flags) >>> 3;
    }

    /// Counts a word that is long or not ASCII, or passes over one character or byte that is in no word.
    private long countOther(int file, Text text, long start) {
        word.clear();
        long at = start;
        while (true) {
            final long piece = text.piece(at);
            final long letters = Ascii.letters(piece);
            final int ascii = firstFlag(~(letters | Ascii.digits(piece)) & Ascii.FLAGS);
            if (ascii > 0) {
                if (!word.append(Ascii.first(Ascii.lower(piece, letters), ascii), ascii)) {
                    return countLong(file, text, start);
                }
                at += ascii;
                continue;
            }
            final int codePoint = Utf8.decode(piece);
            final long lower = lowerCase.bytes(text, at, codePoint);
            if (lower == LowerCase.NONE) {
                break;
            }
            if (!word.append(lower, LowerCase.length(lower))) {
                return countLong(file, text, start);
            }
            at += Utf8.length(codePoint);
        }
        if (word.length() > 0) {
            counts.words().add(word.pieces(), word.length(), 1);
            return at;
        }
        return at + 1;
    }

    private long countLong(int file, Text text, long start) {
        final WordReader reader = new WordReader(text, lowerCase, start);
        counts.longWords().add(reader.longWord(file), 1);
        return reader.position();
    }
}
