package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The two kinds of pictures: curves, and bars.
final class Chart {
    /// Of what is ours, and of what is not.
    static final List<String> OURS = List.of("#0b57a4", "#00696f", "#5b2a9d", "#1a1a5e");

    /// As different from each other and from ours as there are colours that can be read on white.
    static final List<String> THEIRS =
            List.of("#b3400a", "#a3155b", "#6b5300", "#356b12", "#5c5c5c", "#8a1c1c", "#7a3f00");

    private static final String LINE = "";
    private static final String DASHES = "6 3";
    private static final int WIDTH = 960;
    private static final int TOP = 70;
    private static final int PLOT_HEIGHT = 360;
    private static final int LEFT = 80;
    private static final int RIGHT = 40;
    private static final int LEGEND_LINE = 18;
    private static final int BAR = 20;
    private static final int LABELS = 500;

    private Chart() {}

    /// One curve.
    ///
    /// @param name of what it is about
    /// @param ours whether it is Backplane's
    /// @param points x and y in turn
    record Curve(String name, boolean ours, double[] points) {}

    /// One bar.
    ///
    /// @param name of what it is about
    /// @param ours whether it is Backplane's
    /// @param value how long it is
    /// @param text what is written at its end
    record Bar(String name, boolean ours, double value, String text) {}

    /// Curves over two logarithmic axes, ours as lines, those of rivals dashed.
    static String curves(String title, String origin, Scale x, Scale y, List<Curve> curves) {
        final int bottom = TOP + PLOT_HEIGHT;
        final Svg svg = new Svg(WIDTH, bottom + 60 + LEGEND_LINE * curves.size(), title);
        svg.heading(LEFT, 28, title);
        svg.text(LEFT, 48, "start", Svg.INK, origin);
        final int right = WIDTH - RIGHT;
        for (Scale.Tick tick : y.ticks()) {
            final double at = bottom - PLOT_HEIGHT * y.share(tick.value());
            svg.line(LEFT, at, right, at, Svg.GRID, LINE);
            svg.text(LEFT - 8, at + 4, "end", Svg.INK, tick.text());
        }
        for (Scale.Tick tick : x.ticks()) {
            final double at = LEFT + (right - LEFT) * x.share(tick.value());
            svg.line(at, TOP, at, bottom, Svg.GRID, LINE);
            svg.text(at, bottom + 18, "middle", Svg.INK, tick.text());
        }
        svg.line(LEFT, bottom, right, bottom, Svg.INK, LINE);
        svg.line(LEFT, TOP, LEFT, bottom, Svg.INK, LINE);
        svg.text((LEFT + right) / 2.0, bottom + 38, "middle", Svg.INK, x.label());
        svg.upright(20, TOP + PLOT_HEIGHT / 2.0, y.label());
        int ours = 0;
        int theirs = 0;
        double legend = bottom + 60;
        for (Curve curve : curves) {
            final String colour = curve.ours ? OURS.get(ours++ % OURS.size()) : THEIRS.get(theirs++ % THEIRS.size());
            final String dashes = curve.ours ? LINE : DASHES;
            final double[] points = new double[curve.points.length];
            for (int i = 0; i < points.length; i += 2) {
                points[i] = LEFT + (right - LEFT) * x.share(curve.points[i]);
                points[i + 1] = bottom - PLOT_HEIGHT * y.share(curve.points[i + 1]);
                svg.dot(points[i], points[i + 1], colour);
            }
            svg.path(points, colour, dashes);
            svg.path(new double[] {LEFT, legend - 4, LEFT + 40, legend - 4}, colour, dashes);
            svg.text(LEFT + 50, legend, "start", colour, curve.name);
            legend += LEGEND_LINE;
        }
        return svg.end();
    }

    /// Bars over a logarithmic axis, with limits drawn in.
    static String bars(String title, String origin, Scale x, List<Bar> bars, Map<String, Double> limits) {
        final int top = TOP + LEGEND_LINE * (limits.size() + 1);
        final int bottom = top + BAR * bars.size();
        final Svg svg = new Svg(WIDTH + 3 * RIGHT, bottom + 60, title);
        svg.heading(20, 28, title);
        svg.text(20, 48, "start", Svg.INK, origin);
        svg.rectangle(20, 58, 12, 12, OURS.getFirst());
        svg.text(38, 69, "start", OURS.getFirst(), "Backplane");
        svg.rectangle(130, 58, 12, 12, THEIRS.getFirst());
        svg.text(148, 69, "start", THEIRS.getFirst(), "rivals");
        final int right = WIDTH - RIGHT;
        for (Scale.Tick tick : x.ticks()) {
            final double at = LABELS + (right - LABELS) * x.share(tick.value());
            svg.line(at, top, at, bottom, Svg.GRID, LINE);
            svg.text(at, bottom + 18, "middle", Svg.INK, tick.text());
        }
        double y = top;
        for (Bar bar : bars) {
            final String colour = bar.ours ? OURS.getFirst() : THEIRS.getFirst();
            final double length = (right - LABELS) * x.share(bar.value);
            svg.rectangle(LABELS, y + 3, Math.max(1, length), BAR - 6, colour);
            svg.text(LABELS - 8, y + 14, "end", Svg.INK, shortened(bar.name));
            svg.text(LABELS + length + 6, y + 14, "start", Svg.INK, bar.text);
            y += BAR;
        }
        double label = TOP + LEGEND_LINE;
        for (Map.Entry<String, Double> limit : limits.entrySet()) {
            final double at = LABELS + (right - LABELS) * x.share(limit.getValue());
            svg.line(at, label, at, bottom, Svg.INK, DASHES);
            svg.text(at - 4, label, "end", Svg.INK, limit.getKey());
            label += LEGEND_LINE;
        }
        svg.line(LABELS, top, LABELS, bottom, Svg.INK, LINE);
        svg.line(LABELS, bottom, right, bottom, Svg.INK, LINE);
        svg.text((LABELS + right) / 2.0, bottom + 40, "middle", Svg.INK, x.label());
        return svg.end();
    }

    private static String shortened(String name) {
        final int most = (LABELS - 20) / Svg.width("x");
        return name.length() <= most ? name : name.substring(0, most - 1) + "…";
    }

    /// Those points of a curve that a logarithmic axis can show.
    static double[] shown(List<double[]> points) {
        final List<double[]> shown = new ArrayList<>();
        for (double[] point : points) {
            if (point[0] > 0 && point[1] > 0) {
                shown.add(point);
            }
        }
        return shown.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    }
}
