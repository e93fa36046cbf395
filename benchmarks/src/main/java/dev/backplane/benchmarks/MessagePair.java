package dev.backplane.benchmarks;

import dev.backplane.benchmarks.message.Links;
import dev.backplane.benchmarks.message.Pair;
import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.durable.Journal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a [Pair] of JVMs with the libraries and the flags of the link that it measures.
final class MessagePair {
    private static final int MANY_BYTES = 1 << 29;
    private static final int LEAST_PART = 256;
    private static final int QUICK_PART = 4;
    private static final int TRIPS = 50_000;
    private static final int QUICK_TRIPS = 15_000;
    private static final long HEAP_BYTES = 512L << 20;

    /// What Agrona needs in a JVM of today, and silence of Chronicle Queue; see [Journal#jvmFlags] for the rest.
    private static final List<String> RIVAL_FLAGS = List.of(
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.disk.monitor.disable=true",
            "-Dchronicle.announcer.disable=true");

    private final boolean quick;

    MessagePair(boolean quick) {
        this.quick = quick;
    }

    /// Nanoseconds of round trips in two new JVMs.
    ///
    /// @throws AbsentException if the rival's library is not there, or fails
    Percentiles roundTrips(Links links, int bytes) throws IOException, InterruptedException, AbsentException {
        return Percentiles.parse(run("latency", links, bytes, quick ? QUICK_TRIPS : TRIPS));
    }

    /// Millions of messages a second between two new JVMs; throws as [#roundTrips].
    double millions(Links links, int bytes) throws IOException, InterruptedException, AbsentException {
        final int count = MANY_BYTES / Math.max(bytes, LEAST_PART);
        return Double.parseDouble(run("throughput", links, bytes, quick ? count / QUICK_PART : count)) / 1e6;
    }

    private static String run(String what, Links links, int bytes, int count)
            throws IOException, InterruptedException, AbsentException {
        final Path directory = Files.isDirectory(Path.of("/dev/shm")) ? Path.of("/dev/shm") : Path.of(".");
        final JvmProcess.Builder builder = JvmProcess.builder()
                .name(what + " of " + links)
                .heap(HEAP_BYTES)
                .stdout(JvmOutput.capture());
        if (!links.isOurs()) {
            Journal.jvmFlags().forEach(builder::jvmOptions);
            RIVAL_FLAGS.forEach(builder::jvmOptions);
            builder.jvmOptions("-cp", withRivals(System.getProperty("java.class.path")));
            builder.stderr(JvmOutput.capture());
        }
        try (JvmProcess pair = builder.start(
                Pair.class, what, links.name(), String.valueOf(bytes), String.valueOf(count), directory.toString())) {
            final int code = pair.join();
            if (code == 0) {
                return pair.lastOutputLines().getLast();
            }
            final List<String> errors = pair.lastErrorLines();
            if (links.isOurs()) {
                throw new IllegalStateException(pair + " failed: " + String.join(System.lineSeparator(), errors));
            }
            throw isLibraryMissing(errors)
                    ? AbsentException.notHere()
                    : AbsentException.failed(
                            errors.stream()
                                    .filter(line -> line.contains("Exception") || line.contains("Error"))
                                    .findFirst()
                                    .orElse(""),
                            pair + " ended with " + code);
        }
    }

    private static boolean isLibraryMissing(List<String> errors) {
        return errors.stream()
                .anyMatch(line -> line.contains("NoClassDefFoundError") || line.contains("ClassNotFoundException"));
    }

    /// Libraries that only rivals need lie apart, so that they cost nobody else's start-up anything.
    private static String withRivals(String classes) {
        final @Nullable Path first =
                Path.of(classes.split(File.pathSeparator, -1)[0]).getParent();
        return classes + File.pathSeparator + (first == null ? Path.of(".") : first).resolve("rivals") + "/*";
    }
}
