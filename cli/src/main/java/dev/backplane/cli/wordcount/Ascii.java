package dev.backplane.cli.wordcount;

/// The eight bytes of a piece looked at together, as far as they are ASCII.
///
/// Sets are returned as flags: the highest bit of each byte. Adding to a byte below 0x80 never carries into the
/// next when the sum stays below 0x100, which each constant here sees to; bytes of 0x80 and above are masked
/// out.
final class Ascii {
    /// One flag for each byte.
    static final long FLAGS = 0x8080808080808080L;

    private static final long ONES = 0x0101010101010101L;
    private static final long CASE_BIT = 0x20 * ONES;

    private Ascii() {}

    /// Flags the bytes that are not ASCII.
    static long foreign(long piece) {
        return piece & FLAGS;
    }

    /// Flags the ASCII letters.
    static long letters(long piece) {
        final long folded = (piece | CASE_BIT) & ~FLAGS;
        return folded + (0x80 - 'a') * ONES & ~(folded + (0x7F - 'z') * ONES) & ~piece & FLAGS;
    }

    /// Flags the ASCII digits.
    static long digits(long piece) {
        final long ascii = piece & ~FLAGS;
        return ascii + (0x80 - '0') * ONES & ~(ascii + (0x7F - '9') * ONES) & ~piece & FLAGS;
    }

    /// The piece with its ASCII letters in lower case.
    ///
    /// @param letters what [#letters] said of the piece
    static long lower(long piece, long letters) {
        return piece | letters >>> 2;
    }

    /// The first bytes of a piece, the others zero.
    ///
    /// @param bytes 1 to 8
    static long first(long piece, int bytes) {
        return piece & -1L >>> (Long.SIZE - Byte.SIZE * bytes);
    }
}
