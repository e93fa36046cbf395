package dev.backplane.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One comparison.
///
/// @param what is measured
/// @param ours what it is with us
/// @param unit of both values
/// @param rival what it is compared with, and how that was measured
/// @param theirs what it is there; null where the rival is not on this machine, or there is none
/// @param goal for the ratio ours / theirs, or for our value where there is no rival
record Row(
        String what,
        double ours,
        String unit,
        String rival,
        @Nullable Double theirs,
        Goal goal) {

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
    }

    /// What the goal is about: the ratio, or the value alone.
    double judged() {
        return theirs == null ? ours : ours / theirs;
    }

    /// A line of the table.
    String markdown() {
        final String bound = (goal.atMost ? "≤ " : "≥ ") + number(goal.limit);
        if (theirs == null) {
            final boolean missing = !rival.isEmpty();
            return "| " + what + " | " + number(ours) + " " + unit + " | "
                    + (missing ? rival + ": not on this machine" : "–")
                    + " | " + (missing ? "–" : number(ours) + " " + unit) + " | " + bound
                    + (missing ? " ×" : " " + unit)
                    + " | " + (missing ? "?" : verdict()) + " |";
        }
        return "| " + what + " | " + number(ours) + " " + unit + " | " + rival + ": " + number(theirs) + " " + unit
                + " | " + number(judged()) + " × | " + bound + " × | " + verdict() + " |";
    }

    private String verdict() {
        return goal.isReached(judged()) ? "yes" : "no";
    }

    private static String number(double value) {
        final double size = Math.abs(value);
        return String.format(Locale.ROOT, format(size), value);
    }

    /// Three digits that count, or two.
    private static String format(double size) {
        if (size >= 100) {
            return "%,.0f";
        }
        return size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.3f";
    }
}
