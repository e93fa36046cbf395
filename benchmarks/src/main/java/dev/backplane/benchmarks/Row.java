package dev.backplane.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One comparison.
///
/// @param what is measured
/// @param ours what it is with us
/// @param unit of both values
/// @param rival what it is compared with, and how that was measured; empty if there is none
/// @param theirs what it is there; null where the rival is not on this machine, or there is none
/// @param goal for the ratio ours / theirs, or for our value where there is no rival; null where the rival is a limit
///     or a comparison only
/// @param details what else was measured
record Row(
        String what,
        double ours,
        String unit,
        String rival,
        @Nullable Double theirs,
        @Nullable Goal goal,
        Details details) {

    Row(String what, double ours, String unit, String rival, @Nullable Double theirs, @Nullable Goal goal) {
        this(what, ours, unit, rival, theirs, goal, Details.NONE);
    }

    /// A bound.
    ///
    /// @param limit the bound
    /// @param atMost whether less is better
    record Goal(double limit, boolean atMost) {
        static Goal atMost(double limit) {
            return new Goal(limit, true);
        }

        static Goal atLeast(double limit) {
            return new Goal(limit, false);
        }

        boolean isReached(double value) {
            return atMost ? value <= limit : value >= limit;
        }

        String text() {
            return (atMost ? "≤ " : "≥ ") + number(limit);
        }
    }

    /// Where a row stands in a curve of several rows: the picture, what its x axis is, and where on it.
    ///
    /// @param chart the picture's title
    /// @param series whose values these are
    /// @param axis what x counts
    /// @param x how many
    record Point(String chart, String series, String axis, double x) {}

    /// What stands behind the values.
    ///
    /// @param rounds of how many rounds the best counts, or in how many a percentile was found; 0 if not said
    /// @param chart the picture in which the percentiles are drawn
    /// @param percentiles by name, where they were measured
    /// @param point in a curve of several rows
    record Details(
            int rounds,
            @Nullable String chart,
            Map<String, Percentiles> percentiles,
            @Nullable Point point) {
        static final Details NONE = new Details(0, null, Map.of(), null);
    }

    /// The same row of so many rounds, unless it has its own number.
    Row rounds(int rounds) {
        return details.rounds != 0
                ? this
                : with(new Details(rounds, details.chart, details.percentiles, details.point));
    }

    /// The same row as a point of a curve.
    Row at(Point point) {
        return with(new Details(details.rounds, details.chart, details.percentiles, point));
    }

    /// The same row with a curve more.
    Row curve(String chart, String name, @Nullable Percentiles percentiles) {
        if (percentiles == null) {
            return this;
        }
        final Map<String, Percentiles> more = new LinkedHashMap<>(details.percentiles);
        more.put(name, percentiles);
        return with(new Details(details.rounds, chart, more, details.point));
    }

    private Row with(Details other) {
        return new Row(what, ours, unit, rival, theirs, goal, other);
    }

    /// Whether there is a rival, but not here.
    boolean isRivalMissing() {
        return theirs == null && !rival.isEmpty();
    }

    /// What the goal is about: the ratio, or the value alone.
    double judged() {
        return theirs == null ? ours : ours / theirs;
    }

    /// Whether the goal is reached; null where there is none, or nothing to compare with.
    @Nullable
    Boolean reached() {
        return goal == null || isRivalMissing() ? null : Boolean.valueOf(goal.isReached(judged()));
    }

    /// A line of the table.
    String markdown() {
        final boolean alone = rival.isEmpty();
        final String beside =
                alone ? "–" : rival + ": " + (theirs == null ? "not on this machine" : number(theirs) + " " + unit);
        final String ratio = alone ? number(ours) + " " + unit : theirs == null ? "–" : number(judged()) + " ×";
        final String bound = goal == null ? "–" : goal.text() + (alone ? " " + unit : " ×");
        return "| " + what + " | " + number(ours) + " " + unit + " | " + beside + " | " + ratio + " | " + bound + " | "
                + verdict() + " |";
    }

    private String verdict() {
        final Boolean reached = reached();
        if (reached == null) {
            return goal == null ? "–" : "?";
        }
        return reached ? "yes" : "no";
    }

    /// As people read it: three digits that count, or two.
    static String number(double value) {
        return String.format(Locale.ROOT, format(Math.abs(value)), value);
    }

    private static String format(double size) {
        if (size >= 100) {
            return "%,.0f";
        }
        return size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
    }
}
