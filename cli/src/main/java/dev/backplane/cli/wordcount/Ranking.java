package dev.backplane.cli.wordcount;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Words in the order of their rank: by count, largest first, then by word in the order of code points.
///
/// The words stay where they were counted, this holds their order. Not for several threads.
public final class Ranking {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final RankedWords words;
    private final long[] order;
    private final int size;
    private final byte[] block = new byte[BLOCK_BYTES];

    private Ranking(RankedWords words, long[] order, int size) {
        this.words = words;
        this.order = order;
        this.size = size;
    }

    static Ranking of(WordCounts counts, long limit, List<Text> files) {
        if (limit < 0) {
            throw new IllegalArgumentException("the " + limit + " most frequent words, must be 0 or more");
        }
        final RankedWords words = new RankedWords(counts, files);
        final int size = (int) Math.min(limit, counts.distinct());
        return new Ranking(words, new RankOrder(words).first(size), size);
    }

    /// Words in the ranking.
    ///
    /// @return 0 or more
    public int size() {
        return size;
    }

    /// How often a word occurred.
    ///
    /// @param rank 0 to `size() - 1`
    /// @return 1 or more
    public long count(int rank) {
        return words.count(number(rank));
    }

    /// How long a word is in UTF-8.
    ///
    /// @param rank 0 to `size() - 1`
    /// @return 1 or more
    public long lengthBytes(int rank) {
        return words.lengthBytes(number(rank));
    }

    /// Writes a word in UTF-8, however long it is.
    ///
    /// @param rank 0 to `size() - 1`
    /// @param out takes the bytes
    /// @throws IOException if it does not
    public void write(int rank, OutputStream out) throws IOException {
        final WordBytes word = words.bytes(number(rank));
        for (int count = word.next(block); count > 0; count = word.next(block)) {
            out.write(block, 0, count);
        }
    }

    /// The first 64 KiB of a word, which for nearly every word is all of it.
    ///
    /// @param rank 0 to `size() - 1`
    /// @return the word as far as it is whole characters
    public String word(int rank) {
        final int count = words.bytes(number(rank)).next(block);
        return new String(block, 0, count, java.nio.charset.StandardCharsets.UTF_8);
    }

    private int number(int rank) {
        return words.number(order[rank]);
    }
}
