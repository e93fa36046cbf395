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
    private static final String UNIT = "M/s";

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
            final String length = Lengths.text(bytes);
            latency(length, bytes, pair, rivals, rows);
            throughput(length, bytes, pair, rivals, rows);
        }
        return rows;
    }

    /// What a rival's round trips are held against.
    ///
    /// @param ours a link of ours
    /// @param theirs the rival
    /// @param goal for the ratio
    private record Duel(Links ours, Links theirs, Row.@Nullable Goal goal) {}

    private static final List<Duel> LATENCY = List.of(
            new Duel(Links.CHANNEL, Links.AGRONA_ONE_TO_ONE, Row.Goal.atMost(1.1)),
            new Duel(Links.QUEUE, Links.AERON, Row.Goal.atMost(1)),
            new Duel(Links.QUEUE, Links.CHRONICLE, Row.Goal.atMost(1)),
            new Duel(Links.CHANNEL, Links.JCTOOLS_SPSC, null),
            new Duel(Links.CHANNEL, Links.DISRUPTOR, null),
            new Duel(Links.QUEUE, Links.JCTOOLS_MPMC, null),
            new Duel(Links.QUEUE, Links.ARRAY_BLOCKING_QUEUE, null));

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
            final Percentiles ours = duel.ours == Links.CHANNEL ? channel : queue;
            final String type = duel.ours.title();
            final String rival = duel.theirs.title();
            final Percentiles theirs = pair.roundTrips(duel.theirs, bytes);
            for (double percent : PERCENTILES) {
                rows.add(new Row(
                                type + trip + "p"
                                        + (percent == Math.rint(percent) ? "%.0f" : "%.1f").formatted(percent),
                                ours.at(percent),
                                "ns",
                                rival,
                                theirs == null ? null : Double.valueOf(theirs.at(percent)),
                                duel.goal)
                        .curve(chart, type, ours)
                        .curve(chart, rival, theirs)
                        .rounds(1));
            }
        }
    }

    private static void throughput(String length, int bytes, MessagePair pair, Rivals rivals, List<Row> rows)
            throws IOException, InterruptedException {
        final String channel = "SharedChannel throughput, " + length;
        final double channels = requireNonNull(pair.millions(Links.CHANNEL, bytes));
        rows.add(row(channel, channels, pair, bytes, Links.AGRONA_ONE_TO_ONE, Row.Goal.atLeast(0.9)));
        rows.add(new Row(channel, channels, UNIT, "a ring in C", rivals.ringMillions(bytes), null));
        rows.add(row(channel, channels, pair, bytes, Links.JCTOOLS_SPSC, null));
        rows.add(row(channel, channels, pair, bytes, Links.DISRUPTOR, null));
        final String queue = "SharedQueue throughput, " + length;
        final double queues = requireNonNull(pair.millions(Links.QUEUE, bytes));
        rows.add(row(queue, queues, pair, bytes, Links.AGRONA_MANY_TO_ONE, Row.Goal.atLeast(0.75)));
        rows.add(new Row(
                queue,
                queues,
                UNIT,
                "Boost.Interprocess message_queue",
                rivals.boostQueueMillions(bytes),
                Row.Goal.atLeast(10)));
        rows.add(new Row(
                queue,
                queues,
                UNIT,
                "Python's multiprocessing.Queue",
                rivals.pythonQueueMillions(bytes),
                Row.Goal.atLeast(50)));
        rows.add(row(queue, queues, pair, bytes, Links.AERON, null));
        rows.add(row(queue, queues, pair, bytes, Links.CHRONICLE, null));
        rows.add(row(queue, queues, pair, bytes, Links.JCTOOLS_MPMC, null));
        rows.add(row(queue, queues, pair, bytes, Links.ARRAY_BLOCKING_QUEUE, null));
    }

    private static Row row(String what, double ours, MessagePair pair, int bytes, Links theirs, Row.@Nullable Goal goal)
            throws IOException, InterruptedException {
        return new Row(what, ours, UNIT, theirs.title(), pair.millions(theirs, bytes), goal);
    }
}
