package dev.backplane.cli;

import dev.backplane.pool.PoolStatus;
import dev.backplane.store.Platform;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `backplane top`: what the pools of this host are at.
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the worker pools of this host, once a second: what their workers are at, how busy they are, what",
            "they have done, how long they took to start, how large their heaps are. Nothing in a pool is touched."
        })
final class TopCommand implements Callable<Integer> {
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String HOME = "\033[H";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    @Parameters(
            arity = "0..1",
            paramLabel = "PID|SEGMENT",
            description = "The pools of this process, or that of this worker, or in this segment; all by default.")
    private @Nullable String which;

    @Option(names = "--once", description = "Print once and end.")
    private boolean once;

    @Override
    public Integer call() throws IOException {
        final PoolsView view = new PoolsView();
        final PrintStream out = Output.standard();
        if (once) {
            final List<PoolStatus> pools = pools();
            print(view.lines(pools, System.nanoTime()), out);
            Output.finish(out);
            return pools.isEmpty() && which != null ? 1 : 0;
        }
        while (!Thread.currentThread().isInterrupted()) {
            final List<String> lines = view.lines(pools(), System.nanoTime());
            final OptionalInt columns = Platform.current().terminalColumns(1);
            if (columns.isPresent()) {
                redraw(lines, columns.getAsInt(), out);
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

    private List<PoolStatus> pools() throws IOException {
        final String wanted = which;
        if (wanted == null) {
            return PoolStatus.onThisHost();
        }
        if (wanted.matches("\\d{1,18}")) {
            final long pid = Long.parseLong(wanted);
            return PoolStatus.onThisHost().stream()
                    .filter(pool -> concerns(pool, pid))
                    .toList();
        }
        try (SegmentView view = SegmentView.open(Path.of(wanted))) {
            return PoolStatus.in(view).stream().toList();
        }
    }

    private static boolean concerns(PoolStatus pool, long pid) {
        return pool.pid() == pid || pool.workers().stream().anyMatch(worker -> worker.pid() == pid);
    }

    private static void print(List<String> lines, PrintStream out) {
        lines.forEach(out::println);
    }

    /// Over what was there before, so that nothing flickers, in one write.
    private static void redraw(List<String> lines, int columns, PrintStream out) {
        final StringBuilder screen = new StringBuilder(HOME);
        for (String line : lines) {
            screen.append(line, 0, Math.min(line.length(), columns)).append(CLEAR_LINE + "\n");
        }
        out.print(screen.append(CLEAR_BELOW));
    }
}
