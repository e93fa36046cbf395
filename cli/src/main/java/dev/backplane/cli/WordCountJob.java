package dev.backplane.cli;

import dev.backplane.cli.wordcount.Slice;
import dev.backplane.cli.wordcount.SlicePlanner;
import dev.backplane.cli.wordcount.WordCounts;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.ProgressBar;
import dev.backplane.pool.WorkerStatus;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Cuts files into slices, has worker JVMs count them, and merges what they find.
final class WordCountJob {
    /// The heap of a worker: enough for the counts of a slice.
    private static final long WORKER_HEAP_BYTES = 120L << 20;

    private static final long LARGEST_SLICE = 64L << 20;
    private static final long SMALLEST_SLICE = 1L << 20;
    /// Slices for each worker, at least, and of one file as many for each, so that all end at about the same time.
    private static final int SLICES_PER_WORKER = 8;

    private final MappedFiles files;
    private final int workers;
    private final boolean killAWorker;
    private long counted;
    private boolean killed;

    WordCountJob(MappedFiles files, int workers, boolean killAWorker) {
        this.files = files;
        this.workers = workers;
        this.killAWorker = killAWorker;
    }

    WordCounts run() throws IOException, InterruptedException {
        final List<FileSlice> slices = slices();
        final WordCounts counts = new WordCounts();
        if (slices.isEmpty()) {
            return counts;
        }
        try (ProcessPool pool = ProcessPool.builder()
                        .retries(2)
                        .workers(Math.min(workers, slices.size()))
                        .name("wordcount")
                        .heap(WORKER_HEAP_BYTES)
                        .start();
                ProgressBar bar =
                        ProgressBar.of("wordcount").amounts(Bytes::format).total(files.totalBytes())) {
            final List<String> names =
                    files.paths().stream().map(Path::toString).toList();
            final SliceCounter counter = new SliceCounter(names);
            for (List<FileSlice> left = slices; !left.isEmpty(); ) {
                left = count(left, counter, counts, pool, bar);
            }
        }
        return counts;
    }

    private List<FileSlice> slices() {
        final long each = Math.ceilDiv(files.totalBytes(), workers);
        final long wanted = Math.ceilDiv(each, Math.max(SLICES_PER_WORKER, Math.ceilDiv(each, LARGEST_SLICE)));
        final SlicePlanner planner = new SlicePlanner(Math.max(wanted, SMALLEST_SLICE));
        final List<FileSlice> slices = new ArrayList<>();
        for (int file = 0; file < files.contents().size(); file++) {
            for (Slice slice : planner.plan(files.contents().get(file).byteSize())) {
                slices.add(new FileSlice(file, slice));
            }
        }
        return slices;
    }

    /// Has slices counted, and merges what is.
    ///
    /// @return what is left of some
    private List<FileSlice> count(
            List<FileSlice> slices, SliceCounter counter, WordCounts counts, ProcessPool pool, ProgressBar bar) {
        final List<FileSlice> left = new ArrayList<>();
        try (Stream<SliceCounts> slicesCounted = pool.imapUnordered(slices, counter, 1)) {
            slicesCounted.forEach(one -> {
                one.parts().forEach(part -> counts.merge(MemorySegment.ofArray(part)));
                if (one.rest() != null) {
                    left.add(one.rest());
                }
                advanced(one.bytes(), pool, bar);
            });
        }
        return left;
    }

    private void advanced(long bytes, ProcessPool pool, ProgressBar bar) {
        counted += bytes;
        bar.add(bytes);
        if (killAWorker && !killed && counted >= files.totalBytes() / 2) {
            killed = true;
            pool.workers().stream().filter(WorkerStatus::ready).findFirst().ifPresent(victim -> {
                ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
                bar.println("backplane: killed worker " + victim.number() + " (pid " + victim.pid() + ")");
            });
        }
    }
}
