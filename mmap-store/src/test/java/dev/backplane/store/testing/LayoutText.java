package dev.backplane.store.testing;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.util.Locale;

/// A layout as lines of text, for golden files.
public final class LayoutText {
    private LayoutText() {}

    /// One line a field: its offset, its size in bytes, its type and its name.
    ///
    /// @param title a name for the whole
    /// @param layout what to describe
    /// @return the lines, each ended by a line feed
    public static String of(String title, StructLayout layout) {
        final StringBuilder text = new StringBuilder(title + " " + layout.byteSize() + " bytes\n");
        long offset = 0;
        for (MemoryLayout member : layout.memberLayouts()) {
            if (!(member instanceof PaddingLayout)) {
                text.append(String.format(Locale.ROOT, "%6d %5d %s%n", offset, member.byteSize(), member));
            }
            offset += member.byteSize();
        }
        return text.toString();
    }
}
