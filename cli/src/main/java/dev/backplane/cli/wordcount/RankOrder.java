package dev.backplane.cli.wordcount;

import java.util.Arrays;
import java.util.Comparator;

/// Sorts words by rank as numbers, as far as numbers tell: first by count, then, among those of one count, by
/// the beginning of the word, and by whole words only where beginnings are the same.
final class RankOrder {
    private final RankedWords words;

    RankOrder(RankedWords words) {
        this.words = words;
    }

    /// Keys of the first `size` words; [RankedWords#number] gives their words.
    long[] first(int size) {
        final long[] keys = new long[words.size()];
        int next = 0;
        for (int number = 0; number < words.end(); number++) {
            if (words.count(number) > 0) {
                keys[next++] = words.countKey(number);
            }
        }
        Arrays.sort(keys);
        for (int from = 0; from < size; ) {
            final int to = endOfTie(keys, from, keys.length);
            sortOneCount(keys, from, to);
            from = to;
        }
        return Arrays.copyOf(keys, size);
    }

    private int endOfTie(long[] keys, int from, int end) {
        int to = from + 1;
        while (to < end && words.isTie(keys[from], keys[to])) {
            to++;
        }
        return to;
    }

    private void sortOneCount(long[] keys, int from, int to) {
        if (to - from == 1) {
            return;
        }
        if (!isOneCount(keys, from, to)) {
            sortWhole(keys, from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            keys[i] = words.prefixKey(words.number(keys[i]));
        }
        Arrays.sort(keys, from, to);
        for (int start = from; start < to; ) {
            final int end = endOfTie(keys, start, to);
            sortWhole(keys, start, end);
            start = end;
        }
    }

    /// Counts too large for a key share the largest one.
    private boolean isOneCount(long[] keys, int from, int to) {
        final long count = words.count(words.number(keys[from]));
        for (int i = from + 1; i < to; i++) {
            if (words.count(words.number(keys[i])) != count) {
                return false;
            }
        }
        return true;
    }

    private void sortWhole(long[] keys, int from, int to) {
        if (to - from == 1) {
            return;
        }
        final Comparator<Integer> byRank = Comparator.<Integer>comparingLong(number -> -words.count(number))
                .thenComparing(words::compare);
        final Integer[] numbers = new Integer[to - from];
        Arrays.setAll(numbers, i -> words.number(keys[from + i]));
        Arrays.sort(numbers, byRank);
        for (int i = from; i < to; i++) {
            keys[i] = numbers[i - from];
        }
    }
}
