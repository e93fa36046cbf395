package dev.backplane.cli.wordcount;

/// The lower-case UTF-8 bytes of one word, given out a block at a time.
interface WordBytes {
    /// Puts the next bytes into a block from its beginning.
    ///
    /// @param block at least 64 bytes
    /// @return how many, 0 when the word has ended
    int next(byte[] block);
}
