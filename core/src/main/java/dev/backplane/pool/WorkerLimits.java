package dev.backplane.pool;

import dev.backplane.store.WaitLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Ends workers that do not begin or end in time, and those that take too much memory. Part of the pool's
/// loop.
///
/// @param startNanos from a worker's start until it is ready; [WaitLoop#FOREVER] for no limit
/// @param exitNanos from a worker's last task until its end; the same
/// @param residentBytes of memory of its own; [Long#MAX_VALUE] for no limit, and then nobody looks
record WorkerLimits(long startNanos, long exitNanos, long residentBytes) {
    /// How often the memory is looked at: a process that takes a gigabyte a second is a quarter over by then.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final String RESIDENT = "RssAnon:";

    /// Whether this system tells how much memory a process has.
    static boolean canSeeMemory() {
        return residentBytes(ProcessHandle.current().pid()) > 0;
    }

    /// Does what is due.
    ///
    /// @return the nanoseconds until there may be more to do
    long enforce(WorkerLink link) {
        if (link.isDead() || link.killedBecause() != null) {
            return WaitLoop.FOREVER; // Its end is an event.
        }
        long next = WaitLoop.FOREVER;
        if (!link.isReady() && startNanos != WaitLoop.FOREVER) {
            next = startNanos - link.ageNanos();
            if (next <= 0) {
                link.kill("it was not ready after " + TimeUnit.NANOSECONDS.toMillis(startNanos) + " ms");
                return WaitLoop.FOREVER;
            }
        }
        if (link.isStopping() && exitNanos != WaitLoop.FOREVER) {
            final long left = exitNanos - link.stoppingNanos();
            if (left <= 0) {
                link.kill("it had not ended " + TimeUnit.NANOSECONDS.toMillis(exitNanos) + " ms after its last task");
                return WaitLoop.FOREVER;
            }
            next = Math.min(next, left);
        }
        return residentBytes == Long.MAX_VALUE ? next : Math.min(next, enforceMemory(link));
    }

    private long enforceMemory(WorkerLink link) {
        final long left = LOOK_NANOS - link.lookedNanos();
        if (left > 0) {
            return left;
        }
        link.looked();
        final long bytes = residentBytes(link.pid());
        if (bytes > residentBytes) {
            link.kill("it had " + bytes + " bytes of memory of its own, more than the " + residentBytes
                    + " that it may have");
            return WaitLoop.FOREVER;
        }
        return LOOK_NANOS;
    }

    /// The resident memory that a process shares with no other, 0 if it cannot be told.
    private static long residentBytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(RESIDENT)) {
                    final String[] words =
                            line.substring(RESIDENT.length()).strip().split(" ", 2);
                    return Long.parseLong(words[0]) * 1024;
                }
            }
        } catch (IOException _) {
            return 0; // It has ended, or there is no such file on this system.
        }
        return 0;
    }
}
