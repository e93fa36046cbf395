package dev.backplane.benchmarks;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedQueue;
import dev.backplane.SharedSemaphore;
import dev.backplane.codec.Codecs;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/// Many processes at one counter, one lock and one queue: more than there are processors, which is when a lock's owner
/// is often not running.
///
/// All JVMs are started once. A semaphore lets as many of them go as there are to be; they count what they do in a
/// cache line of their own each, and what is measured is a span in the middle of their work.
final class Crowd {
    private static final int[] PROCESSES = {1, 2, 4, 8, 16, 32, 64};
    private static final int[] QUICK_PROCESSES = {1, 2, 8};
    private static final int BATCH = 64;
    private static final int WORDS_PER_LINE = 16;
    private static final int ELEMENTS = 1024;
    private static final long HEAP_BYTES = 64L << 20;
    private static final int SETTLE_MILLIS_PER_PROCESS = 60;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS = 8;

    private Crowd() {}

    /// What they do.
    private enum Work {
        COUNT("SharedLong getAndAdd", "One counter", "counter", "atomic add in C"),
        LOCK("SharedLock lock + unlock", "One lock", "lock", "robust pthread mutex in C"),
        PUT_AND_TAKE("SharedQueue put + take", "One queue", "", "");

        private final String what;
        private final String chart;
        private final String crowd;
        private final String rival;

        Work(String what, String chart, String crowd, String rival) {
            this.what = what;
            this.chart = chart;
            this.crowd = crowd;
            this.rival = rival;
        }
    }

    /// Their numbers are those of their places.
    private static final List<Work> ALL = List.of(Work.values());

    /// What the processes share.
    ///
    /// @param go lets one process begin for each permit
    /// @param done has a permit for each that ended what it did
    /// @param work the number of what is to be done, -1 for the end
    /// @param stop not 0 when it is to be ended
    /// @param places the next free number of a process
    /// @param counts what each process did
    /// @param counter what is counted with
    /// @param lock what is locked
    /// @param guarded what it guards
    /// @param queue what is put into and taken from
    private record Board(
            SharedSemaphore go,
            SharedSemaphore done,
            SharedLong work,
            SharedLong stop,
            SharedLong places,
            SharedLongArray counts,
            SharedLong counter,
            SharedLock lock,
            SharedLong guarded,
            SharedQueue<Long> queue)
            implements Serializable {
        static Board make(Manager manager, int processes) throws IOException {
            return new Board(
                    manager.semaphore("go", 0),
                    manager.semaphore("done", 0),
                    manager.longValue("work"),
                    manager.longValue("stop"),
                    manager.longValue("places"),
                    manager.longArray("counts", (long) WORDS_PER_LINE * (processes + 1)),
                    manager.longValue("counter"),
                    manager.lock("lock"),
                    manager.longValue("guarded"),
                    manager.queue("queue", QueueOptions.of(ELEMENTS, Codecs.of(Long.class))));
        }
    }

    static List<Row> rows(Rivals rivals, boolean quick) throws Exception {
        final int[] counts = quick ? QUICK_PROCESSES : PROCESSES;
        final int most = counts[counts.length - 1];
        final List<JvmProcess> all = new ArrayList<>();
        final List<Row> rows = new ArrayList<>();
        try (Manager manager = Manager.anonymous("crowd", SegmentOptions.defaults())) {
            final Board board = Board.make(manager, most);
            for (int i = 0; i < most; i++) {
                all.add(JvmProcess.builder().heap(HEAP_BYTES).start(() -> take(board)));
            }
            while (board.places.get() < most) {
                Thread.sleep(10);
            }
            for (Work work : ALL) {
                for (int processes : counts) {
                    rows.add(row(board, work, processes, rivals, quick));
                }
            }
            board.work.set(-1);
            board.go.release(most);
            for (JvmProcess process : all) {
                if (process.join() != 0) {
                    throw new IOException(process + " failed");
                }
            }
        } finally {
            all.forEach(JvmProcess::close);
        }
        return rows;
    }

    private static Row row(Board board, Work work, int processes, Rivals rivals, boolean quick) throws Exception {
        final String what = work.what + ", " + processes + (processes == 1 ? " process" : " processes");
        final Row.Point point = new Row.Point(work.chart + ", many processes", work.what, "processes", processes);
        final Repeated repeated =
                ScalingGroup.points(quick, SECONDS).one("ours", () -> millions(board, work, processes, quick));
        if (work.rival.isEmpty()) {
            return new Row(what, repeated.run().of("ours"), "M/s", null).at(point);
        }
        repeated.one("C", () -> rivals.crowdMillions(work.crowd, processes)).run();
        return new Row(what, repeated.of("ours"), "M/s", work.rival, repeated.of("C"), null).at(point);
    }

    private static double millions(Board board, Work work, int processes, boolean quick) throws InterruptedException {
        board.work.set(ALL.indexOf(work));
        board.stop.set(0);
        board.go.release(processes);
        // Each has its own compiler, which gets its share of the processors.
        Thread.sleep(quick ? 300 : 500 + (long) SETTLE_MILLIS_PER_PROCESS * processes);
        final long start = System.nanoTime();
        final long before = sum(board);
        Thread.sleep(quick ? 200 : 1_000);
        final long after = sum(board);
        final double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        board.stop.set(1);
        for (int i = 0; i < processes; i++) {
            board.done.acquire();
        }
        return (after - before) / seconds / 1e6;
    }

    private static long sum(Board board) {
        long sum = 0;
        for (long i = 0; i < board.counts.length(); i += WORDS_PER_LINE) {
            sum += board.counts.getAcquire(i);
        }
        return sum;
    }

    /// What a process does until the end.
    private static void take(Board board) {
        final long place = WORDS_PER_LINE * board.places.getAndAdd(1);
        try {
            while (true) {
                board.go.acquire();
                final int work = (int) board.work.get();
                if (work < 0) {
                    return;
                }
                long done = board.counts.get(place);
                while (board.stop.getAcquire() == 0) {
                    batch(board, ALL.get(work));
                    done += BATCH;
                    board.counts.setRelease(place, done);
                }
                board.done.release();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    private static void batch(Board board, Work work) throws InterruptedException {
        switch (work) {
            case COUNT -> {
                for (int i = 0; i < BATCH; i++) {
                    board.counter.getAndAdd(1);
                }
            }
            case LOCK -> {
                for (int i = 0; i < BATCH; i++) {
                    board.lock.lock();
                    try {
                        board.guarded.setRelease(board.guarded.getAcquire() + 1);
                    } finally {
                        board.lock.unlock();
                    }
                }
            }
            case PUT_AND_TAKE -> {
                for (int i = 0; i < BATCH; i++) {
                    board.queue.put(1L);
                    board.queue.take();
                }
            }
        }
    }
}
