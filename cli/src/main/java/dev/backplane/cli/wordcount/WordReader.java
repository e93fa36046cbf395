package dev.backplane.cli.wordcount;

import dev.backplane.cli.wordcount.LongWord.Digest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Reads one word of any length from a text, in lower case, without holding it.
///
/// Not for several threads.
final class WordReader implements WordBytes {
    private static final VarHandle PIECE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final int BLOCK_BYTES = 64 * 1024;

    private final Text text;
    private final LowerCase lowerCase;
    private long at;

    /// A reader at the start of a word.
    ///
    /// @param start position of the word's first character
    WordReader(Text text, LowerCase lowerCase, long start) {
        this.text = text;
        this.lowerCase = lowerCase;
        this.at = start;
    }

    /// Where the next byte is read, and in the end where the word ended.
    long position() {
        return at;
    }

    @Override
    public int next(byte[] block) {
        int filled = 0;
        while (filled <= block.length - Long.BYTES) {
            final long piece = text.piece(at);
            final long letters = Ascii.letters(piece);
            if ((letters | Ascii.digits(piece)) == Ascii.FLAGS) {
                PIECE.set(block, filled, Ascii.lower(piece, letters));
                filled += Long.BYTES;
                at += Long.BYTES;
                continue;
            }
            final int codePoint = Utf8.decode(piece);
            final long lower = lowerCase.bytes(text, at, codePoint);
            if (lower == LowerCase.NONE) {
                return filled;
            }
            PIECE.set(block, filled, lower); // Bytes above its length are overwritten by what follows.
            filled += LowerCase.length(lower);
            at += Utf8.length(codePoint);
        }
        return filled;
    }

    /// Reads the whole word for what [LongWord] keeps of it.
    ///
    /// @param file number of the file that the text is
    LongWord longWord(int file) {
        final long start = at;
        final MessageDigest sha256 = sha256();
        final byte[] block = new byte[BLOCK_BYTES];
        long length = 0;
        for (int count = next(block); count > 0; count = next(block)) {
            sha256.update(block, 0, count);
            length += count;
        }
        final ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new LongWord(
                file,
                start,
                length,
                new Digest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
        }
    }
}
