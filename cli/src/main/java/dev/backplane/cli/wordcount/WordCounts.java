package dev.backplane.cli.wordcount;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// How often each word occurred in some slices.
///
/// Counts of other slices are merged in, in any order and grouping, with the same result. Between JVMs they
/// travel as bytes, see [#encode()].
///
/// Words of up to 64 KiB are held; longer ones refer to the files they were found in, so those who exchange
/// counts number their files alike. Not for several threads.
public final class WordCounts {
    /// What an entry of a hash map, its key and its value take.
    private static final long LONG_WORD_HEAP_BYTES = 200;

    private final WordTable words = new WordTable(ThreadLocalRandom.current().nextLong());
    private final LongWords longWords = new LongWords();

    /// No words.
    public WordCounts() {}

    WordTable words() {
        return words;
    }

    LongWords longWords() {
        return longWords;
    }

    /// Whether nothing was counted.
    ///
    /// @return whether there are no words
    public boolean isEmpty() {
        return distinct() == 0;
    }

    /// How many different words there are.
    ///
    /// @return 0 or more
    public long distinct() {
        return (long) words.size() + longWords.size();
    }

    /// About how many bytes of heap these counts take.
    ///
    /// @return grows with the different words, not with their occurrences
    public long heapBytes() {
        return words.heapBytes() + longWords.size() * LONG_WORD_HEAP_BYTES;
    }

    /// How many words there are. Walks over all of them.
    ///
    /// @return the sum of all counts
    /// @throws ArithmeticException if it would not fit in 63 bits
    public long total() {
        long total = 0;
        for (int slot = 0; slot < words.slotCount(); slot++) {
            if (words.length(slot) > 0) {
                total = Math.addExact(total, words.count(slot));
            }
        }
        for (LongWords.Counted counted : longWords.all()) {
            total = Math.addExact(total, counted.count());
        }
        return total;
    }

    /// Adds the counts of others to these.
    ///
    /// @param others stay as they are
    /// @throws ArithmeticException if a count would not fit in 63 bits; these counts are then of no use any
    ///     more
    public void merge(WordCounts others) {
        words.addAll(others.words);
        longWords.addAll(others.longWords);
    }

    /// Adds counts that were encoded, without making [WordCounts] of them first.
    ///
    /// @param encoded what [#encode()] returned, in any kind of memory, not to be trusted
    /// @throws IllegalArgumentException if it is not such an encoding; these counts are then of no use any more
    public void merge(MemorySegment encoded) {
        new WordCountsDecoder(encoded).addTo(this);
    }

    /// These counts as bytes, see [WordCountsEncoder] for the format.
    ///
    /// @return a new array
    /// @throws IllegalStateException if it would have more than 2 GiB
    public byte[] encode() {
        return new WordCountsEncoder(this).encode();
    }

    /// Counts from bytes.
    ///
    /// @param encoded what [#encode()] returned, in any kind of memory, not to be trusted
    /// @return new counts
    /// @throws IllegalArgumentException if it is not such an encoding
    public static WordCounts decode(MemorySegment encoded) {
        final WordCounts counts = new WordCounts();
        counts.merge(encoded);
        return counts;
    }

    /// The most frequent words: by count, largest first, then by word in the order of code points.
    ///
    /// @param limit at most how many, 0 or more
    /// @param files the contents of the files, by number, from which words longer than 64 KiB are read
    /// @return a ranking of these counts as they are now, of no use once more is merged in
    /// @throws IllegalArgumentException if the limit is negative
    public Ranking top(long limit, List<MemorySegment> files) {
        return Ranking.of(this, limit, files.stream().map(Text::new).toList());
    }
}
