package dev.backplane.benchmarks;

import dev.backplane.benchmarks.message.Links;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Messages of 32 bytes and of 1 KiB between two JVMs: round trips on a schedule, and as many as go through. What two
/// threads of one JVM do beside them is a limit, and has no goal.
final class MessageGroup implements Group {
    private static final int[] LENGTHS = {32, 1024};
    private static final int[] QUICK_LENGTHS = {32};
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double TRIP_SECONDS = 160;
    private static final double THROUGHPUT_SECONDS = 85;
    private static final String UNIT = "M/s";

    @Override
    public String name() {
        return "message";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>();
        final MessagePair pair = new MessagePair(quick);
        for (int bytes : quick ? QUICK_LENGTHS : LENGTHS) {
            final Repeated repeated = new Repeated(quick, TRIP_SECONDS);
            final Trips trips = new Trips(Lengths.text(bytes), repeated, new EnumMap<>(Links.class));
            for (Links links : TRIPS) {
                repeated.all(links.name(), () -> trips.round(links, pair.roundTrips(links, bytes)));
            }
            repeated.one("line", () -> rivals.nanos("cache_line_round_trip"))
                    .one("ring", () -> rivals.ringTripNanos(bytes))
                    .run();
            trips.addTo(rows);
            throughput(bytes, pair, rivals, new Repeated(quick, THROUGHPUT_SECONDS), rows);
        }
        return rows;
    }

    /// What a rival is held against.
    ///
    /// @param ours a link of ours
    /// @param theirs the rival
    /// @param goal for the ratio
    private record Duel(Links ours, Links theirs, Row.@Nullable Goal goal) {}

    private static final List<Duel> LATENCY = List.of(
            new Duel(Links.CHANNEL, Links.AGRONA_ONE_TO_ONE, Row.Goal.atMost(1.1)),
            new Duel(Links.QUEUE, Links.AERON, Row.Goal.atMost(1)),
            new Duel(Links.QUEUE, Links.AERON_EXCLUSIVE, Row.Goal.atMost(1)),
            new Duel(Links.QUEUE, Links.CHRONICLE, Row.Goal.atMost(1)),
            new Duel(Links.CHANNEL, Links.JCTOOLS_SPSC, null),
            new Duel(Links.CHANNEL, Links.DISRUPTOR, null),
            new Duel(Links.QUEUE, Links.JCTOOLS_MPMC, null),
            new Duel(Links.QUEUE, Links.ARRAY_BLOCKING_QUEUE, null));

    /// Those, in the order in which they take turns: each rival as near to what it is held against as can be.
    private static final List<Links> TRIPS = List.of(
            Links.JCTOOLS_SPSC,
            Links.AGRONA_ONE_TO_ONE,
            Links.CHANNEL,
            Links.DISRUPTOR,
            Links.CHRONICLE,
            Links.AERON_EXCLUSIVE,
            Links.QUEUE,
            Links.AERON,
            Links.JCTOOLS_MPMC,
            Links.ARRAY_BLOCKING_QUEUE);

    /// Round trips of one length.
    ///
    /// @param length in words
    /// @param repeated measures them
    /// @param curves of each round
    private record Trips(String length, Repeated repeated, Map<Links, List<Percentiles>> curves) {
        private Map<String, Double> round(Links links, Percentiles curve) {
            curves.computeIfAbsent(links, _ -> new ArrayList<>()).add(curve);
            final Map<String, Double> figures = new HashMap<>();
            for (double percent : PERCENTILES) {
                figures.put(name(links, percent), curve.at(percent));
            }
            return figures;
        }

        private static String name(Links links, double percent) {
            return links.name() + percent;
        }

        private Figure at(Links links, double percent) {
            return repeated.of(links.name(), name(links, percent));
        }

        private void addTo(List<Row> rows) {
            final String trip = " round trip, " + length + ", every 20 µs, ";
            final Figure channel = at(Links.CHANNEL, 50);
            final String what = "SharedChannel" + trip + "p50";
            final Row.Goal near = Row.Goal.atMost(3);
            rows.add(new Row(what, channel, "ns", "a cache line in C, mean", repeated.of("line"), near));
            rows.add(new Row(what, channel, "ns", "a ring in C, mean", repeated.of("ring"), null));
            for (Duel duel : LATENCY) {
                for (double percent : PERCENTILES) {
                    final String percentile = (percent == Math.rint(percent) ? "p%.0f" : "p%.1f").formatted(percent);
                    rows.add(curves(
                            duel,
                            new Row(
                                    duel.ours.title() + trip + percentile,
                                    at(duel.ours, percent),
                                    "ns",
                                    duel.theirs.title(),
                                    at(duel.theirs, percent),
                                    duel.goal)));
                }
            }
        }

        private Row curves(Duel duel, Row row) {
            final String chart = "Round trips of " + length + ", every 20 µs";
            return row.curve(chart, duel.ours.title(), median(duel.ours))
                    .curve(chart, duel.theirs.title(), median(duel.theirs));
        }

        private @Nullable Percentiles median(Links links) {
            final List<Percentiles> rounds = curves.get(links);
            return rounds == null ? null : Percentiles.median(rounds);
        }
    }

    private static final List<Duel> THROUGHPUT = List.of(
            new Duel(Links.CHANNEL, Links.AGRONA_ONE_TO_ONE, Row.Goal.atLeast(0.9)),
            new Duel(Links.CHANNEL, Links.JCTOOLS_SPSC, null),
            new Duel(Links.CHANNEL, Links.DISRUPTOR, null),
            new Duel(Links.QUEUE, Links.AGRONA_MANY_TO_ONE, Row.Goal.atLeast(0.75)),
            new Duel(Links.QUEUE, Links.AERON, null),
            new Duel(Links.QUEUE, Links.AERON_EXCLUSIVE, null),
            new Duel(Links.QUEUE, Links.CHRONICLE, null),
            new Duel(Links.QUEUE, Links.JCTOOLS_MPMC, null),
            new Duel(Links.QUEUE, Links.ARRAY_BLOCKING_QUEUE, null));

    private static void throughput(int bytes, MessagePair pair, Rivals rivals, Repeated repeated, List<Row> rows)
            throws Exception {
        for (Links links : Links.values()) {
            repeated.one(links.name(), () -> pair.millions(links, bytes));
        }
        repeated.one("ring", () -> rivals.ringMillions(bytes))
                .one("Boost", () -> rivals.boostQueueMillions(bytes))
                .one("Python", () -> rivals.pythonQueueMillions(bytes))
                .run();
        final String what = " throughput, " + Lengths.text(bytes);
        final Figure queue = repeated.of(Links.QUEUE.name());
        for (Duel duel : THROUGHPUT) {
            rows.add(new Row(
                    duel.ours.title() + what,
                    repeated.of(duel.ours.name()),
                    UNIT,
                    duel.theirs.title(),
                    repeated.of(duel.theirs.name()),
                    duel.goal));
        }
        rows.add(new Row(
                "SharedChannel" + what,
                repeated.of(Links.CHANNEL.name()),
                UNIT,
                "a ring in C",
                repeated.of("ring"),
                null));
        rows.add(new Row(
                "SharedQueue" + what,
                queue,
                UNIT,
                "Boost.Interprocess message_queue",
                repeated.of("Boost"),
                Row.Goal.atLeast(10)));
        rows.add(new Row(
                "SharedQueue" + what,
                queue,
                UNIT,
                "Python's multiprocessing.Queue",
                repeated.of("Python"),
                Row.Goal.atLeast(50)));
    }
}
