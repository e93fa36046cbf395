package dev.backplane.benchmarks;

import java.util.Locale;

/// Writes a picture, element by element, on white.
final class Svg {
    /// Of text and axes.
    static final String INK = "#222222";

    /// Of lines behind everything.
    static final String GRID = "#dddddd";

    private static final int AVERAGE_CHARACTER = 7;

    private final StringBuilder out = new StringBuilder();

    /// An empty picture.
    Svg(int width, int height, String title) {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        element(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " role=\"img\" font-family=\"sans-serif\" font-size=\"12\">",
                width, height, width, height);
        element("<title>%s</title>", escape(title));
        rectangle(0, 0, width, height, "#ffffff");
    }

    /// How wide a text is, about.
    static int width(String text) {
        return AVERAGE_CHARACTER * text.length();
    }

    void rectangle(double x, double y, double width, double height, String colour) {
        element(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x, y, width, height, colour);
    }

    void line(double fromX, double fromY, double toX, double toY, String colour, String dashes) {
        element(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>",
                fromX, fromY, toX, toY, colour, dashed(dashes));
    }

    /// A line through points, which are x and y in turn.
    void path(double[] points, String colour, String dashes) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            text.append(String.format(Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", points[i], points[i + 1]));
        }
        element(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                text, colour, dashed(dashes));
    }

    void dot(double x, double y, String colour) {
        element("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", x, y, colour);
    }

    /// A text that begins, has its middle or ends at a point: `start`, `middle`, `end`.
    void text(double x, double y, String anchor, String colour, String text) {
        element(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
                x, y, anchor, colour, escape(text));
    }

    void heading(double x, double y, String text) {
        element(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"15\" font-weight=\"bold\" fill=\"%s\">%s</text>",
                x, y, INK, escape(text));
    }

    /// A text that is read from below to above, with its middle at a point.
    void upright(double x, double y, String text) {
        element(
                "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\" fill=\"%s\">%s</text>",
                x, y, INK, escape(text));
    }

    /// The whole picture.
    String end() {
        return out.append("</svg>\n").toString();
    }

    private static String dashed(String dashes) {
        return dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"";
    }

    @SuppressWarnings("FormatStringAnnotation") // Every format is a literal of this class.
    private void element(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
