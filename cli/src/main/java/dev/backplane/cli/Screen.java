package dev.backplane.cli;

import dev.backplane.store.Platform.TerminalSize;
import java.util.List;

/// Lines on a terminal, in place of those that were there before.
final class Screen {
    private static final String HOME = "\033[H";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private Screen() {}

    /// What to write, in one go, so that nothing flickers: lines as long as the terminal is wide, and as many as it
    /// is high. The cursor ends behind the last one, as a line's end on the last row would move all up.
    static String redraw(List<String> lines, TerminalSize size) {
        final StringBuilder screen = new StringBuilder(HOME);
        final int shown = lines.size() <= size.rows() ? lines.size() : Math.max(0, size.rows() - 1);
        for (int i = 0; i < shown; i++) {
            screen.append(i == 0 ? "" : "\n").append(cut(lines.get(i), size)).append(CLEAR_LINE);
        }
        if (shown < lines.size()) {
            screen.append(shown == 0 ? "" : "\n")
                    .append(cut("… " + (lines.size() - shown) + " more", size))
                    .append(CLEAR_LINE);
        }
        return screen.append(CLEAR_BELOW).toString();
    }

    private static String cut(String line, TerminalSize size) {
        return line.substring(0, Math.min(line.length(), size.columns()));
    }
}
