package dev.backplane.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Standard output for results: buffered, and UTF-8 whatever the locale says.
final class Output {
    private static final int BUFFER_BYTES = 1 << 16;

    private Output() {}

    /// Writes out what is buffered.
    ///
    /// @throws IOException if it could not be written, now or before
    static void finish(PrintStream out) throws IOException {
        if (out.checkError()) {
            throw new IOException("cannot write the result to standard output");
        }
    }

    /// A stream to be flushed by who asked for it.
    static PrintStream standard() {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
    }
}
