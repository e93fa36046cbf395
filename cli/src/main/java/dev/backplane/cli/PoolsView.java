package dev.backplane.cli;

import dev.backplane.pool.PoolStatus;
import dev.backplane.pool.WorkerState;
import dev.backplane.pool.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pools and their workers as lines of at most 80 columns.
///
/// How busy a worker is counts from the last look at it; at the first look, from when it was ready.
final class PoolsView {
    private static final int LONGEST_NAME = 24;
    private static final long BYTES_PER_MIB = 1 << 20;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double PERCENT = 100;

    /// One worker of one pool, whatever its place.
    private record Key(long poolPid, Instant poolStarted, int number) {}

    /// How long a worker had been busy when it was looked at.
    private record Look(long nanos, Duration busy) {}

    private final Map<Key, Look> last = new HashMap<>();

    /// The pools as they are now.
    ///
    /// @param nowNanos as [System#nanoTime]
    List<String> lines(List<PoolStatus> pools, long nowNanos) {
        final List<String> lines = new ArrayList<>();
        final Map<Key, Look> looks = new HashMap<>();
        for (PoolStatus pool : pools) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(headline(pool));
            final Table table = new Table("NO", "PID", "STATE", "TASKS", "FAILED", "BUSY", "IDLE", "START", "HEAP MIB");
            for (WorkerStatus worker : pool.workers()) {
                final Key key = new Key(pool.pid(), pool.started(), worker.number());
                looks.put(key, new Look(nowNanos, worker.busy()));
                table.row(
                        worker.number(),
                        worker.pid() == 0 ? "-" : worker.pid(),
                        state(worker),
                        worker.tasksDone(),
                        worker.tasksFailed(),
                        busy(worker, last.get(key), nowNanos),
                        brief(worker.idle()),
                        worker.startUp().isZero() ? "-" : brief(worker.startUp()),
                        worker.heapUsedBytes() / BYTES_PER_MIB + "/" + worker.heapCommittedBytes() / BYTES_PER_MIB);
            }
            lines.addAll(table.lines());
        }
        last.clear();
        last.putAll(looks);
        return lines.isEmpty() ? List.of("no pools") : lines;
    }

    private static String headline(PoolStatus pool) {
        final String name = Table.printable(pool.name());
        final long ready = pool.workers().stream().filter(WorkerStatus::ready).count();
        return String.format(
                Locale.ROOT,
                "%s  pid %d, %d of %d workers ready, %d tasks, %d failed, up %s",
                name.substring(0, Math.min(name.length(), LONGEST_NAME)),
                pool.pid(),
                ready,
                pool.places(),
                pool.tasksDone(),
                pool.tasksFailed(),
                brief(Duration.between(pool.started(), Instant.now())));
    }

    private static String state(WorkerStatus worker) {
        final String state = worker.state().name().toLowerCase(Locale.ROOT);
        return worker.state() == WorkerState.BUSY
                ? state + " " + brief(Duration.between(worker.since(), Instant.now()))
                : state;
    }

    private static String busy(WorkerStatus worker, @Nullable Look before, long nowNanos) {
        final double busy;
        final double whole;
        if (before == null) {
            busy = worker.busy().toNanos();
            whole = busy + worker.idle().toNanos();
        } else {
            busy = worker.busy().minus(before.busy).toNanos();
            whole = nowNanos - before.nanos;
        }
        final double part = whole <= 0 ? 0 : Math.clamp(busy / whole, 0, 1);
        return String.format(Locale.ROOT, "%.0f%%", PERCENT * part);
    }

    /// Four digits' worth of a time: `12ms`, `1.2s`, `59s`, `12m`, `3h`, `2d`.
    static String brief(Duration time) {
        final Duration positive = time.isNegative() ? Duration.ZERO : time;
        final long seconds = positive.toSeconds();
        if (seconds == 0) {
            return positive.toMillis() + "ms";
        }
        if (seconds < Duration.ofMinutes(1).toSeconds()) {
            return String.format(
                    Locale.ROOT, seconds < 10 ? "%.1fs" : "%.0fs", positive.toMillis() / MILLIS_PER_SECOND);
        }
        if (seconds < 2 * Duration.ofHours(1).toSeconds()) {
            return positive.toMinutes() + "m";
        }
        return positive.toDays() < 2 ? positive.toHours() + "h" : positive.toDays() + "d";
    }
}
