package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.backplane.benchmarks.message.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages of 32 bytes and of 1 KiB between two JVMs: round trips on a schedule, and as many as go through. What two
/// threads of one JVM do beside them is a limit, and has no goal.
final class MessageGroup implements Group {
    private static final int[] LENGTHS = {32, 1024};
    private static final int[] QUICK_LENGTHS = {32};
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final int ROUNDS = 5;
    private static final String IN_ONE_JVM = " in one JVM";

    @Override
    public String name() {
        return "message";
    }

    @Override
    public int rounds(boolean quick) {
        return ROUNDS;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>();
        final MessagePair pair = new MessagePair(quick);
        for (int bytes : quick ? QUICK_LENGTHS : LENGTHS) {
            final String length = bytes == 1024 ? "1 KiB" : bytes + " bytes";
            latency(length, bytes, pair, rivals, rows);
            throughput(length, bytes, pair, rivals, rows);
        }
        return rows;
    }

    /// What a rival's round trips are held against.
    ///
    /// @param ours a link of ours
    /// @param theirs the rival
    /// @param name of the rival
    /// @param goal for the ratio
    private record Duel(Links ours, Links theirs, String name, Row.@Nullable Goal goal) {}

    private static final List<Duel> LATENCY = List.of(
            new Duel(Links.CHANNEL, Links.AGRONA_ONE_TO_ONE, "Agrona's OneToOneRingBuffer", Row.Goal.atMost(1.1)),
            new Duel(Links.QUEUE, Links.AERON, "Aeron IPC", Row.Goal.atMost(1)),
            new Duel(Links.QUEUE, Links.CHRONICLE, "Chronicle Queue", Row.Goal.atMost(1)),
            new Duel(Links.CHANNEL, Links.JCTOOLS_SPSC, "JCTools' SpscArrayQueue" + IN_ONE_JVM, null),
            new Duel(Links.CHANNEL, Links.DISRUPTOR, "Disruptor" + IN_ONE_JVM, null),
            new Duel(Links.QUEUE, Links.JCTOOLS_MPMC, "JCTools' MpmcArrayQueue" + IN_ONE_JVM, null),
            new Duel(Links.QUEUE, Links.ARRAY_BLOCKING_QUEUE, "ArrayBlockingQueue" + IN_ONE_JVM, null));

    private static void latency(String length, int bytes, MessagePair pair, Rivals rivals, List<Row> rows)
            throws IOException, InterruptedException {
        final Percentiles channel = requireNonNull(pair.roundTrips(Links.CHANNEL, bytes));
        final Percentiles queue = requireNonNull(pair.roundTrips(Links.QUEUE, bytes));
        final String trip = " round trip, " + length + ", every 20 µs, ";
        final String chart = "Round trips of " + length + ", every 20 µs";
        rows.add(new Row(
                "SharedChannel" + trip + "p50",
                channel.at(50),
                "ns",
                "a cache line in C, mean",
                rivals.nanos("cache_line_round_trip"),
                Row.Goal.atMost(3)));
        rows.add(new Row(
                "SharedChannel" + trip + "p50",
                channel.at(50),
                "ns",
                "a ring in C, mean",
                rivals.ringTripNanos(bytes),
                null));
        for (Duel duel : LATENCY) {
            final boolean isChannel = duel.ours == Links.CHANNEL;
            final Percentiles ours = isChannel ? channel : queue;
            final Percentiles theirs = pair.roundTrips(duel.theirs, bytes);
            for (double percent : PERCENTILES) {
                final String type = isChannel ? "SharedChannel" : "SharedQueue";
                rows.add(new Row(
                                type + trip + "p"
                                        + (percent == Math.rint(percent) ? "%.0f" : "%.1f").formatted(percent),
                                ours.at(percent),
                                "ns",
                                duel.name,
                                theirs == null ? null : Double.valueOf(theirs.at(percent)),
                                duel.goal)
                        .curve(chart, type, ours)
                        .curve(chart, duel.name, theirs)
                        .rounds(1));
            }
        }
    }

    private static void throughput(String length, int bytes, MessagePair pair, Rivals rivals, List<Row> rows)
            throws IOException, InterruptedException {
        final String channel = "SharedChannel throughput, " + length;
        final double channels = requireNonNull(pair.millions(Links.CHANNEL, bytes));
        rows.add(row(
                channel, channels, "Agrona's OneToOneRingBuffer", pair.millions(Links.AGRONA_ONE_TO_ONE, bytes), 0.9));
        rows.add(limit(channel, channels, "a ring in C", rivals.ringMillions(bytes)));
        rows.add(limit(
                channel, channels, "JCTools' SpscArrayQueue" + IN_ONE_JVM, pair.millions(Links.JCTOOLS_SPSC, bytes)));
        rows.add(limit(channel, channels, "Disruptor" + IN_ONE_JVM, pair.millions(Links.DISRUPTOR, bytes)));
        final String queue = "SharedQueue throughput, " + length;
        final double queues = requireNonNull(pair.millions(Links.QUEUE, bytes));
        rows.add(row(
                queue, queues, "Agrona's ManyToOneRingBuffer", pair.millions(Links.AGRONA_MANY_TO_ONE, bytes), 0.75));
        rows.add(row(queue, queues, "Boost.Interprocess message_queue", rivals.boostQueueMillions(bytes), 10));
        rows.add(row(queue, queues, "Python's multiprocessing.Queue", rivals.pythonQueueMillions(bytes), 50));
        rows.add(limit(queue, queues, "Aeron IPC", pair.millions(Links.AERON, bytes)));
        rows.add(limit(queue, queues, "Chronicle Queue", pair.millions(Links.CHRONICLE, bytes)));
        rows.add(
                limit(queue, queues, "JCTools' MpmcArrayQueue" + IN_ONE_JVM, pair.millions(Links.JCTOOLS_MPMC, bytes)));
        rows.add(limit(
                queue, queues, "ArrayBlockingQueue" + IN_ONE_JVM, pair.millions(Links.ARRAY_BLOCKING_QUEUE, bytes)));
    }

    private static Row row(String what, double ours, String rival, @Nullable Double theirs, double least) {
        return new Row(what, ours, "M/s", rival, theirs, Row.Goal.atLeast(least));
    }

    private static Row limit(String what, double ours, String rival, @Nullable Double theirs) {
        return new Row(what, ours, "M/s", rival, theirs, null);
    }
}
