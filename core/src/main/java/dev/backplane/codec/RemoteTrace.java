package dev.backplane.codec;

import java.io.Serial;

/// An exception of another JVM that could not be brought over: its message is that exception's text, which
/// includes its stack trace.
public final class RemoteTrace extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    RemoteTrace(String text) {
        super(text, null, false, false);
    }
}
