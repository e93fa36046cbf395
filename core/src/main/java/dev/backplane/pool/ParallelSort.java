package dev.backplane.pool;

import dev.backplane.SharedArray;
import dev.backplane.pool.PoolSlices.Range;
import dev.backplane.store.SegmentHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.LongStream;

/// Sorts shared arrays: workers sort runs, then merge them, then the caller copies the result back.
final class ParallelSort {
    /*
     *   1  each worker sorts runs                 array -> runs      reads what nobody writes
     *   2  each worker merges parts of all runs   runs  -> result    reads what nobody writes any more
     *   3  the caller copies the result           result -> array    one copy of memory
     *
     * A task reads one place and writes another, which no other task writes, so it can be done again from its
     * beginning whatever a kill left; and until 3 the array is as it was, so a call that fails has changed nothing.
     * Sorting in the array itself would lose elements: of a run that is half copied back, what is not yet written
     * again is nowhere.
     *
     * If the caller is killed in 3, the array has the first of the sorted elements, and after them what was there.
     */

    /// Fewer elements are sorted by the caller sooner than workers hear of them.
    private static final long LEAST_RUN = 1 << 14;
    /// Each worker has a run on its heap.
    private static final long LONGEST_RUN = 1 << 22;

    private static final int RETRIES = 2;

    private final PoolSlices pool;

    ParallelSort(PoolSlices pool) {
        this.pool = pool.withRetries(RETRIES);
    }

    void sort(SharedArray array, SortKind kind) throws IOException, InterruptedException {
        final long length = array.length();
        final long runs = Math.clamp(length / LEAST_RUN, 1, pool.tasksByDefault());
        sort(array, kind, (int) Math.max(runs, Math.ceilDiv(length, LONGEST_RUN)));
    }

    void sort(SharedArray array, SortKind kind, int runs) throws IOException, InterruptedException {
        if (runs == 1) {
            kind.sort(array.asSegment(), array.asWritableSegment());
            return;
        }
        final long bytes = array.byteLength();
        try (SortScratch scratch = SortScratch.create(bytes)) {
            final SegmentHandle handle = scratch.handle();
            final List<Range> ranges = PoolSlices.ranges(array.length(), runs);
            final long[] bounds = LongStream.concat(
                            LongStream.of(0), ranges.stream().mapToLong(Range::to))
                    .toArray();
            pool.forEach(ranges, range -> run(array, handle, kind, range), done -> {});
            pool.forEach(ranges, range -> merge(handle, bytes, kind, bounds, range), done -> {});
            array.asWritableSegment().copyFrom(scratch.result());
        }
    }

    private static void run(SharedArray array, SegmentHandle handle, SortKind kind, Range range) {
        try (SortScratch scratch = SortScratch.attach(handle, array.byteLength())) {
            final MemorySegment from = kind.slice(array.asSegment(), range.from(), range.to());
            kind.sort(from, kind.slice(scratch.runs(), range.from(), range.to()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void merge(SegmentHandle handle, long bytes, SortKind kind, long[] bounds, Range range) {
        try (SortScratch scratch = SortScratch.attach(handle, bytes)) {
            new SortedRuns(kind, scratch.runs(), bounds).merge(range.from(), range.to(), scratch.result());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
