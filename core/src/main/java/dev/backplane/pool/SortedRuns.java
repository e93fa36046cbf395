package dev.backplane.pool;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Sorted runs, one after the other in memory, and the merge of any part of their elements.
///
/// A part is given by ranks: the places that its elements will have. Whoever merges a part finds by itself
/// where in each run it begins and ends, and two who merge neighbouring parts find the same: the runs do not
/// change.
final class SortedRuns {
    private final SortKind kind;
    private final MemorySegment memory;
    private final long[] starts;
    private final long[] ends;

    /// @param bounds of the runs: run `i` has elements `bounds[i]` to `bounds[i + 1]`
    SortedRuns(SortKind kind, MemorySegment memory, long[] bounds) {
        this.kind = kind;
        this.memory = memory;
        this.starts = Arrays.copyOf(bounds, bounds.length - 1);
        this.ends = Arrays.copyOfRange(bounds, 1, bounds.length);
    }

    /// Writes the elements of ranks `from` to `to` where they belong.
    void merge(long from, long to, MemorySegment sorted) {
        new Merge(split(from), split(to)).into(sorted, from);
    }

    /// Where to cut each run so that the elements before the cuts are the `rank` least. Equal elements are
    /// taken from the first runs.
    long[] split(long rank) {
        long least = Long.MIN_VALUE;
        long most = Long.MAX_VALUE;
        while (least < most) {
            final long middle = (least & most) + ((least ^ most) >> 1); // The mean, without an overflow.
            if (count(middle) >= rank) {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        final long[] cuts = new long[starts.length];
        long left = rank;
        for (int run = 0; run < cuts.length; run++) {
            cuts[run] = firstNotBelow(run, least);
            left -= cuts[run] - starts[run];
        }
        for (int run = 0; run < cuts.length && left > 0; run++) {
            final long equal = Math.min(left, endOf(run, least) - cuts[run]);
            cuts[run] += equal;
            left -= equal;
        }
        return cuts;
    }

    /// How many elements have at most that key.
    private long count(long key) {
        long count = 0;
        for (int run = 0; run < starts.length; run++) {
            count += endOf(run, key) - starts[run];
        }
        return count;
    }

    /// The end of the elements of a run with at most that key.
    private long endOf(int run, long key) {
        return key == Long.MAX_VALUE ? ends[run] : firstNotBelow(run, key + 1);
    }

    private long firstNotBelow(int run, long key) {
        long from = starts[run];
        long to = ends[run];
        while (from < to) {
            final long middle = (from + to) >>> 1;
            if (kind.key(memory, middle) < key) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /// A heap of the runs that have elements left, by the key of their next.
    private final class Merge {
        private final long[] next;
        private final long[] end;
        private final long[] keys;
        private final int[] heap;
        private int size;

        Merge(long[] next, long[] end) {
            this.next = next;
            this.end = end;
            this.keys = new long[next.length];
            this.heap = new int[next.length];
            for (int run = 0; run < next.length; run++) {
                if (next[run] < end[run]) {
                    keys[run] = kind.key(memory, next[run]);
                    heap[size++] = run;
                }
            }
            for (int at = size / 2 - 1; at >= 0; at--) {
                siftDown(at);
            }
        }

        void into(MemorySegment sorted, long rank) {
            long to = rank;
            while (size > 1) {
                final int run = heap[0];
                kind.move(memory, next[run]++, sorted, to++);
                if (next[run] < end[run]) {
                    keys[run] = kind.key(memory, next[run]);
                } else {
                    heap[0] = heap[--size];
                }
                siftDown(0);
            }
            if (size == 1) {
                final int run = heap[0];
                final MemorySegment rest = kind.slice(memory, next[run], end[run]);
                kind.slice(sorted, to, to + end[run] - next[run]).copyFrom(rest);
            }
        }

        private void siftDown(int from) {
            final int run = heap[from];
            final long key = keys[run];
            int at = from;
            for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
                if (child + 1 < size && keys[heap[child + 1]] < keys[heap[child]]) {
                    child++;
                }
                if (key <= keys[heap[child]]) {
                    break;
                }
                heap[at] = heap[child];
                at = child;
            }
            heap[at] = run;
        }
    }
}
