package dev.backplane.pool;

import dev.backplane.store.WaitLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
    private static final String SHARED = "RssShmem:";

    /// What tells of a mapping begins with a line that has its addresses, and its name.
    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");

    private static final String MAPPED = "Rss:";

    /// The name of a heap that the JVM makes as a file in memory.
    private static final String HEAP = "java_heap";

    /// Whether this system tells how much memory a process has.
    static boolean canSeeMemory() {
        return residentBytes(ProcessHandle.current().pid(), Long.MAX_VALUE) > 0;
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
        final long bytes = residentBytes(link.pid(), residentBytes);
        if (bytes > residentBytes) {
            link.kill("it had " + bytes + " bytes of memory of its own, more than the " + residentBytes
                    + " that it may have");
            return WaitLoop.FOREVER;
        }
        return LOOK_NANOS;
    }

    /// The resident memory that a process shares with no other, 0 if it cannot be told.
    ///
    /// @param most if it has no more than that, shared memory included, nobody looks which part of it is shared
    private static long residentBytes(long pid, long most) {
        final Path about = Path.of("/proc", Long.toString(pid));
        try {
            final long own = kibibytesIn(about.resolve("status"), RESIDENT) * 1024;
            if (own > most || own + kibibytesIn(about.resolve("status"), SHARED) * 1024 <= most) {
                return own;
            }
            return own + heapOf(about.resolve("smaps"));
        } catch (IOException _) {
            return 0; // It has ended, or there is no such file on this system.
        }
    }

    /// What of the shared memory is the heap of a collector that maps it so, as ZGC does.
    private static long heapOf(Path mappings) throws IOException {
        long kibibytes = 0;
        try (BufferedReader lines = Files.newBufferedReader(mappings, StandardCharsets.ISO_8859_1)) {
            boolean isHeap = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (MAPPING.matcher(line).lookingAt()) {
                    isHeap = line.contains(HEAP);
                } else if (isHeap && line.startsWith(MAPPED)) {
                    kibibytes += kibibytes(line, MAPPED);
                }
            }
        }
        return kibibytes * 1024;
    }

    private static long kibibytesIn(Path file, String what) throws IOException {
        long sum = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(what)) {
                sum += kibibytes(line, what);
            }
        }
        return sum;
    }

    private static long kibibytes(String line, String what) {
        return Long.parseLong(line.substring(what.length()).strip().split(" ", 2)[0]);
    }
}
