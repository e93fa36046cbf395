package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// A logarithmic axis: what is ten times as much is as far away wherever it is.
///
/// @param label what it counts, with its unit
/// @param least where it begins
/// @param most where it ends
/// @param ticks what is written at it
record Scale(String label, double least, double most, List<Tick> ticks) {
    private static final long KIBI = 1024;
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;

    /// A number at the axis.
    ///
    /// @param value where
    /// @param text what is written there
    record Tick(double value, String text) {}

    /// From a power of ten to a power of ten, around some values that are more than 0.
    static Scale around(String label, double[] values) {
        final double least =
                DoubleStream.of(values).filter(value -> value > 0).min().orElse(1);
        final double most =
                DoubleStream.of(values).filter(value -> value > 0).max().orElse(1);
        final int first = (int) Math.floor(Math.log10(least));
        final int last = Math.max(first + 1, (int) Math.ceil(Math.log10(most)));
        final List<Tick> ticks = new ArrayList<>();
        for (int power = first; power <= last; power++) {
            ticks.add(new Tick(Math.pow(10, power), text(Math.pow(10, power))));
        }
        return new Scale(label, Math.pow(10, first), Math.pow(10, last), ticks);
    }

    /// Exactly around some values, all of which are written at it.
    static Scale at(String label, double[] values) {
        final double[] sorted = DoubleStream.of(values).sorted().distinct().toArray();
        final List<Tick> ticks = new ArrayList<>();
        for (double value : sorted) {
            ticks.add(new Tick(value, text(value)));
        }
        final double least = sorted[0];
        return new Scale(label, least, Math.max(sorted[sorted.length - 1], 2 * least), ticks);
    }

    /// Of percentiles: x is 1 / (1 - p), so that 90 %, 99 % and 99.9 % are as far from each other as ten times is.
    static Scale ofPercentiles(double most) {
        final List<Tick> ticks = new ArrayList<>(List.of(new Tick(1, "0 %"), new Tick(2, "50 %")));
        String text = "9";
        for (double x = 10; x <= most * 1.001; x *= 10) {
            final String digits = text.length() < 3 ? text : text.substring(0, 2) + "." + text.substring(2);
            ticks.add(new Tick(x, (text.length() == 1 ? "90" : digits) + " %"));
            text += "9";
        }
        return new Scale("percentile", 1, Math.max(10, most), ticks);
    }

    /// How far along the axis a value is: 0 at its begin, 1 at its end.
    double share(double value) {
        final double part = Math.log(value / least) / Math.log(most / least);
        return Math.clamp(part, 0, 1);
    }

    private static String text(double value) {
        final long whole = (long) value;
        if (whole == value && whole >= KIBI && Long.bitCount(whole) == 1) {
            return whole < KIBI * KIBI ? whole / KIBI + " Ki" : whole / (KIBI * KIBI) + " Mi";
        }
        if (value >= MILLION) {
            return plain(value / MILLION) + " M";
        }
        return value >= THOUSAND ? plain(value / THOUSAND) + " k" : plain(value);
    }

    private static String plain(double value) {
        final String text = String.format(Locale.ROOT, value >= 1 ? "%.2f" : "%.6f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
