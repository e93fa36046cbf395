package dev.backplane.cli;

import dev.backplane.pool.PoolStatus;
import dev.backplane.store.Platform;
import dev.backplane.store.Platform.TerminalSize;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `backplane top`: what the pools of this host are at, and what happens in segments.
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Shows, once a second, the worker pools and segments of this host.",
            "Of pools: what their workers are at, how busy they are, what they have done,",
            "how large their heaps are. Of segments: who is attached, how deep queues are",
            "and how fast they flow, who holds which lock and who waits, and for how long",
            "at least, as far as it was seen.",
            "Nothing in a pool or a segment is touched; dead ones are shown as well."
        })
final class TopCommand implements Callable<Integer> {
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    @Parameters(
            arity = "0..1",
            paramLabel = "PID|SEGMENT",
            description = {
                "What this process, or worker, has to do with, or this segment; by default",
                "all pools, and the segments of the default directory."
            })
    private @Nullable String which;

    @Option(names = "--once", description = "Print once, after two looks 200 ms apart, and end.")
    private boolean once;

    private final PoolsView pools = new PoolsView();
    private final SegmentsView segments = new SegmentsView();

    /// What was seen, and whether there was anything.
    private record Seen(List<String> lines, boolean any) {}

    @Override
    public Integer call() throws IOException {
        final PrintStream out = Output.standard();
        if (once) {
            final Seen seen = lookTwice();
            print(seen.lines, out);
            Output.finish(out);
            return !seen.any && which != null ? 1 : 0;
        }
        while (!Thread.currentThread().isInterrupted()) {
            final List<String> lines = look(true).lines;
            final Optional<TerminalSize> terminal = Platform.current().terminalSize(1);
            if (terminal.isPresent()) {
                out.print(Screen.redraw(lines, terminal.get()));
            } else {
                print(lines, out);
                out.println();
            }
            if (out.checkError()) {
                return 0; // Who read it has had enough.
            }
            LockSupport.parkNanos(REFRESH_NANOS);
        }
        return 0;
    }

    /// Segments tell how fast things flow, and how long they are held at least, to those who look again. Pools tell
    /// how busy their workers are to those who look for the first time.
    private Seen lookTwice() throws IOException {
        final long start = System.nanoTime();
        if (look(false).any) {
            long left = ONCE_NANOS;
            while (left > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(left);
                left = ONCE_NANOS - (System.nanoTime() - start);
            }
        }
        return look(true);
    }

    private Seen look(boolean atPools) throws IOException {
        final List<PoolStatus> foundPools = new ArrayList<>();
        final List<SegmentView> views = new ArrayList<>();
        try {
            find(foundPools, views);
            final long now = System.nanoTime();
            final List<String> lines = new ArrayList<>();
            if (atPools && (!foundPools.isEmpty() || views.isEmpty())) {
                lines.addAll(pools.lines(foundPools, now));
            }
            final List<String> more = segments.lines(views, now);
            if (!lines.isEmpty() && !more.isEmpty()) {
                lines.add("");
            }
            lines.addAll(more);
            return new Seen(lines, !foundPools.isEmpty() || !views.isEmpty());
        } finally {
            views.forEach(SegmentView::close);
        }
    }

    private void find(List<PoolStatus> foundPools, List<SegmentView> views) throws IOException {
        final String wanted = which;
        if (wanted == null) {
            foundPools.addAll(PoolStatus.onThisHost());
            views.addAll(open(_ -> true));
        } else if (wanted.matches("\\d{1,18}")) {
            final long pid = Long.parseLong(wanted);
            PoolStatus.onThisHost().stream().filter(pool -> concerns(pool, pid)).forEach(foundPools::add);
            views.addAll(open(view -> view.participants().stream().anyMatch(one -> one.pid() == pid)));
        } else {
            final SegmentView view = SegmentView.open(Segments.path(wanted));
            views.add(view);
            PoolStatus.in(view).ifPresent(foundPools::add);
        }
    }

    /// The segments of the default directory that please. Those that end meanwhile, or are damaged, do not.
    private static List<SegmentView> open(Predicate<SegmentView> pleases) throws IOException {
        final List<SegmentView> views = new ArrayList<>();
        for (Path path : Segments.all()) {
            try {
                final SegmentView view = SegmentView.open(path);
                if (isReadable(view) && pleases.test(view)) {
                    views.add(view);
                } else {
                    view.close();
                }
            } catch (IOException | SegmentException _) {
                // The doctor tells of it.
            }
        }
        return views;
    }

    private static boolean isReadable(SegmentView view) {
        try {
            return view.entryCapacity() >= view.entries().size();
        } catch (SegmentException _) {
            return false; // The doctor tells of it.
        }
    }

    private static boolean concerns(PoolStatus pool, long pid) {
        return pool.pid() == pid || pool.workers().stream().anyMatch(worker -> worker.pid() == pid);
    }

    private static void print(List<String> lines, PrintStream out) {
        lines.forEach(out::println);
    }
}
