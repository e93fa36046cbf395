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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages of 32 bytes and of 1 KiB between two JVMs: round trips on a schedule, and as many as go through.
final class MessageGroup implements Group {
    private static final int[] LENGTHS = {32, 1024};
    private static final int MANY_BYTES = 1 << 29;
    private static final int QUICK_PART = 10;

    /// What Agrona needs in a JVM of today, and silence of Chronicle Queue; see [Journal#jvmFlags] for the rest.
    private static final List<String> RIVAL_FLAGS = List.of(
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.disk.monitor.disable=true",
            "-Dchronicle.announcer.disable=true");

    private static final long HEAP_BYTES = 512L << 20;

    @Override
    public String name() {
        return "message";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>();
        for (int bytes : LENGTHS) {
            final String length = bytes == 1024 ? "1 KiB" : bytes + " bytes";
            latency(length, bytes, quick, rows);
            throughput(length, bytes, rivals, quick, rows);
        }
        return rows;
    }

    private static void latency(String length, int bytes, boolean quick, List<Row> rows) throws Exception {
        final double[] channel = roundTrips(Links.CHANNEL, bytes, quick);
        final double[] queue = roundTrips(Links.QUEUE, bytes, quick);
        final double[] agrona = roundTrips(Links.AGRONA_ONE_TO_ONE, bytes, quick);
        final double[] chronicle = roundTrips(Links.CHRONICLE, bytes, quick);
        final String[] percentiles = {"p50", "p99"};
        for (int i = 0; i < percentiles.length; i++) {
            final String what = " round trip, " + length + ", every 20 µs, " + percentiles[i];
            rows.add(new Row(
                    "SharedChannel" + what,
                    channel[i],
                    "ns",
                    "Agrona's OneToOneRingBuffer",
                    agrona[i],
                    Row.Goal.atMost(1.1)));
            rows.add(
                    new Row("SharedQueue" + what, queue[i], "ns", "Chronicle Queue", chronicle[i], Row.Goal.atMost(1)));
        }
    }

    private static void throughput(String length, int bytes, Rivals rivals, boolean quick, List<Row> rows)
            throws Exception {
        rows.add(new Row(
                "SharedChannel throughput, " + length,
                perSecond(Links.CHANNEL, bytes, quick),
                "M/s",
                "Agrona's OneToOneRingBuffer",
                perSecond(Links.AGRONA_ONE_TO_ONE, bytes, quick),
                Row.Goal.atLeast(0.9)));
        final String what = "SharedQueue throughput, " + length;
        final double queue = perSecond(Links.QUEUE, bytes, quick);
        rows.add(new Row(
                what,
                queue,
                "M/s",
                "Agrona's ManyToOneRingBuffer",
                perSecond(Links.AGRONA_MANY_TO_ONE, bytes, quick),
                Row.Goal.atLeast(0.75)));
        rows.add(new Row(
                what,
                queue,
                "M/s",
                "Boost.Interprocess message_queue",
                rivals.boostQueueMillions(bytes),
                Row.Goal.atLeast(10)));
        rows.add(new Row(
                what,
                queue,
                "M/s",
                "Python's multiprocessing.Queue",
                rivals.pythonQueueMillions(bytes),
                Row.Goal.atLeast(50)));
    }

    /// The median and the 99th percentile.
    private static double[] roundTrips(Links links, int bytes, boolean quick) throws IOException, InterruptedException {
        return run("latency", links, bytes, quick ? 50_000 : 300_000);
    }

    private static double perSecond(Links links, int bytes, boolean quick) throws IOException, InterruptedException {
        final int count = MANY_BYTES / Math.max(bytes, 256);
        return run("throughput", links, bytes, quick ? count / QUICK_PART : count)[0] / 1e6;
    }

    private static double[] run(String what, Links links, int bytes, int count)
            throws IOException, InterruptedException {
        final Path directory = Files.isDirectory(Path.of("/dev/shm")) ? Path.of("/dev/shm") : Path.of(".");
        final JvmProcess.Builder builder = JvmProcess.builder()
                .name(what + " of " + links)
                .heap(HEAP_BYTES)
                .stdout(JvmOutput.capture());
        if (!links.isOurs()) {
            Journal.jvmFlags().forEach(builder::jvmOptions);
            RIVAL_FLAGS.forEach(builder::jvmOptions);
            builder.jvmOptions("-cp", withRivals(System.getProperty("java.class.path")));
        }
        try (JvmProcess pair = builder.start(
                Pair.class, what, links.name(), String.valueOf(bytes), String.valueOf(count), directory.toString())) {
            if (pair.join() != 0) {
                throw new IllegalStateException(pair + " failed");
            }
            return Arrays.stream(pair.lastOutputLines().getLast().split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    /// Libraries that only rivals need lie apart, so that they cost nobody else's start-up anything.
    private static String withRivals(String classes) {
        final @Nullable Path first =
                Path.of(classes.split(File.pathSeparator, -1)[0]).getParent();
        return classes + File.pathSeparator + (first == null ? Path.of(".") : first).resolve("rivals") + "/*";
    }
}
