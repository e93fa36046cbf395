package dev.backplane.pool;

import java.io.Serial;

/// An exception of another JVM that could not be serialized: its text, which includes its stack trace.
final class RemoteTrace extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    RemoteTrace(String text) {
        super(text, null, false, false);
    }
}
