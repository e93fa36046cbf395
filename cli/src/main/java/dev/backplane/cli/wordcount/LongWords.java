package dev.backplane.cli.wordcount;

import dev.backplane.cli.wordcount.LongWord.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The words that are kept by reference, and how often each occurred.
///
/// Each took at least [WordBuffer#LIMIT_BYTES] of text, so a slice has few of them. Not for several threads.
final class LongWords {
    private final Map<Digest, Counted> counted = new HashMap<>();

    /// A long word and its occurrences.
    record Counted(LongWord word, long count) {}

    int size() {
        return counted.size();
    }

    Collection<Counted> all() {
        return counted.values();
    }

    /// Counts a word.
    ///
    /// @throws ArithmeticException if its count would not fit in 63 bits
    void add(LongWord word, long occurrences) {
        counted.merge(
                word.digest(),
                new Counted(word, occurrences),
                (before, added) -> new Counted(
                        LongWord.earlier(before.word(), added.word()), Math.addExact(before.count(), added.count())));
    }

    void addAll(LongWords others) {
        others.all().forEach(other -> add(other.word(), other.count()));
    }
}
