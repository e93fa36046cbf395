package dev.backplane.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a stream, as the bytes that they are: whatever encoding, without their ends.
///
/// For one thread.
final class InputLines {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private long number;

    /// @param longest the most bytes of a line
    InputLines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /// The next line, or null at the end. A last line without an end is a line.
    byte @Nullable [] next() throws IOException {
        number++;
        byte[] line = new byte[0];
        boolean any = false;
        while (start < end || fill()) {
            any = true;
            final int found = indexOfEnd();
            line = joined(line, found < 0 ? end : found);
            start = found < 0 ? end : found + 1;
            if (found >= 0) {
                return line;
            }
        }
        return any ? line : null;
    }

    private boolean fill() throws IOException {
        start = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private int indexOfEnd() {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private byte[] joined(byte[] line, int until) throws IOException {
        final int length = until - start;
        if (length > longest - line.length) {
            throw new IOException("line " + number + " of standard input has more than " + longest
                    + " bytes; all lines before it are in the journal");
        }
        final byte[] longer = Arrays.copyOf(line, line.length + length);
        System.arraycopy(buffer, start, longer, line.length, length);
        return longer;
    }
}
