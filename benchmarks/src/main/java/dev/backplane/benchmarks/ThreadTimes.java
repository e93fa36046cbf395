package dev.backplane.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// How long the threads of a process have run so far, to the nanosecond: the time of a whole process, which the
/// system counts in ticks of ten milliseconds, is too coarse for one that does next to nothing.
///
/// @param nanos that each thread has run, by its number
record ThreadTimes(Map<String, Long> nanos) {
    private static final Path PROC = Path.of("/proc");

    /// Those of a process, now.
    ///
    /// @param pid a process of this host
    /// @throws AbsentException if this system does not tell: Linux does where it was built with schedstats
    static ThreadTimes of(long pid) throws IOException, AbsentException {
        final Map<String, Long> nanos = new HashMap<>();
        final Path tasks = PROC.resolve(String.valueOf(pid)).resolve("task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                try {
                    nanos.put(thread.getFileName().toString(), nanosOf(thread.resolve("schedstat")));
                } catch (IOException e) {
                    if (Files.exists(thread)) { // Or else it has just ended.
                        throw e;
                    }
                }
            }
        } catch (NoSuchFileException e) {
            throw AbsentException.failed("", "there is no " + e.getMessage());
        }
        return new ThreadTimes(nanos);
    }

    /// The first of its numbers.
    private static long nanosOf(Path schedstat) throws IOException {
        final String text = Files.readString(schedstat);
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    /// How long they have run since. What threads did that have ended meanwhile is not in it.
    ///
    /// @param before of the same process
    Duration since(ThreadTimes before) {
        return Duration.ofNanos(nanos.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.nanos.getOrDefault(thread.getKey(), 0L))
                .sum());
    }
}
