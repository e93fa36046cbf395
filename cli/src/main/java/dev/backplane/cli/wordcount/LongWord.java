package dev.backplane.cli.wordcount;

import java.util.Comparator;

/// A word longer than [WordBuffer#LIMIT_BYTES], known by where it stands and by the SHA-256 of its lower-case
/// bytes.
///
/// Two long words are the same when digest and length are. Of the places where a word occurs the first one is
/// kept; whoever prints the word reads it there again, so no process ever holds it.
///
/// @param file number of the file on the command line, from 0
/// @param startOffset where the word starts in that file
/// @param lengthBytes bytes of the word in lower case, which may differ from its bytes in the file
/// @param digest what its bytes add up to
record LongWord(int file, long startOffset, long lengthBytes, Digest digest) {
    private static final Comparator<LongWord> BY_PLACE =
            Comparator.comparingInt(LongWord::file).thenComparingLong(LongWord::startOffset);

    /// A SHA-256 digest in four parts.
    record Digest(long first, long second, long third, long fourth) {}

    /// Of two occurrences of one word, the one that comes first.
    static LongWord earlier(LongWord one, LongWord other) {
        return BY_PLACE.compare(one, other) <= 0 ? one : other;
    }
}
