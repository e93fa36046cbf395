package dev.backplane.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One comparison.
///
/// @param what is measured
/// @param own what it is with us
/// @param unit of both values
/// @param rival what it is compared with, and how that was measured; empty if there is none
/// @param other what it is there, or why there is no figure; null where there is no rival
/// @param goal for the ratio ours / theirs, or for our value where there is no rival; null where the rival is a limit
///     or a comparison only
/// @param details what else was measured
record Row(
        String what,
        Figure own,
        String unit,
        String rival,
        @Nullable Figure other,
        @Nullable Goal goal,
        Details details) {

    /// A value of ours alone.
    Row(String what, Figure own, String unit, @Nullable Goal goal) {
        this(what, own, unit, "", null, goal, Details.NONE);
    }

    Row(String what, Figure own, String unit, String rival, Figure other, @Nullable Goal goal) {
        this(what, own, unit, rival, other, goal, Details.NONE);
    }

    /// Our value.
    double ours() {
        return own.value();
    }

    /// The rival's value; null where there is none.
    @Nullable
    Double theirs() {
        return other == null || other.isAbsent() ? null : Double.valueOf(other.value());
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
    /// @param chart the picture in which the percentiles are drawn
    /// @param percentiles by name, where they were measured
    /// @param point in a curve of several rows
    record Details(
            @Nullable String chart,
            Map<String, Percentiles> percentiles,
            @Nullable Point point) {
        static final Details NONE = new Details(null, Map.of(), null);
    }

    /// The same row as a point of a curve.
    Row at(Point point) {
        return with(new Details(details.chart, details.percentiles, point));
    }

    /// The same row with a curve more.
    Row curve(String chart, String name, @Nullable Percentiles percentiles) {
        if (percentiles == null) {
            return this;
        }
        final Map<String, Percentiles> more = new LinkedHashMap<>(details.percentiles);
        more.put(name, percentiles);
        return with(new Details(chart, more, details.point));
    }

    private Row with(Details more) {
        return new Row(what, own, unit, rival, other, goal, more);
    }

    /// Whether there is a rival, but no figure of it.
    boolean isRivalMissing() {
        return other != null && other.isAbsent();
    }

    /// Whether there is a rival here, which fails.
    boolean hasRivalFailed() {
        return other != null && other.hasFailed();
    }

    /// What the goal is about: the ratio, or the value alone.
    double judged() {
        final Double theirs = theirs();
        return theirs == null ? ours() : ours() / theirs;
    }

    /// Whether the goal is reached; null where there is none, or nothing to compare with.
    @Nullable
    Boolean reached() {
        return goal == null || isRivalMissing() ? null : Boolean.valueOf(goal.isReached(judged()));
    }

    /// A line of the table.
    String markdown() {
        final String ratio = other == null ? text(own) : other.isAbsent() ? "–" : number(judged()) + " ×";
        final String bound = goal == null ? "–" : goal.text() + (other == null ? " " + unit : " ×");
        return "| " + what + " | " + text(own) + own.spreadText() + " | " + beside() + " | " + ratio + " | " + bound
                + " | " + verdict() + " |";
    }

    private String beside() {
        if (other == null) {
            return "–";
        }
        return rival + ": " + Objects.requireNonNullElseGet(other.absence(), () -> text(other) + other.spreadText());
    }

    private String text(Figure figure) {
        return number(figure.value()) + " " + unit;
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
