package dev.backplane.codec;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/// What one JVM tells another of an exception: the exception itself if it can be serialized, and its text in any
/// case. Immutable; its bytes say where they end.
///
/// @param summary class and message
/// @param trace the whole stack trace as text
/// @param serialized the exception, or null
public record Failure(String summary, String trace, byte @Nullable [] serialized) {
    private static final int LEAST_BYTES = 16;

    /// How many causes are listed of an exception that has too many to print.
    private static final int LISTED_CAUSES = 100;

    /// What a trace begins with if its exception has no text.
    private static final String NO_TEXT = "null" + System.lineSeparator();

    /// Takes down an exception, with its causes and what it suppressed. An exception's own methods are asked for
    /// that, which may throw, return null or overflow the stack: what they do not tell is left out.
    ///
    /// @param thrown the exception
    /// @return all that can be told of it
    public static Failure of(Throwable thrown) {
        return new Failure(describe(thrown), traceOf(thrown), serialize(thrown));
    }

    /// What an exception says of itself, whatever its methods do.
    ///
    /// @param thrown the exception
    /// @return its text; its class where it has none
    public static String describe(Throwable thrown) {
        try {
            final String text = thrown.toString();
            return text == null ? thrown.getClass().getName() : text;
        } catch (Throwable t) { // Errors too: these are methods of any class.
            return thrown.getClass().getName() + " (which cannot be described: its text ended with "
                    + t.getClass().getName() + ")";
        }
    }

    private static String traceOf(Throwable thrown) {
        final StringWriter trace = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(trace));
            final String text = trace.toString();
            return text.startsWith(NO_TEXT) ? describe(thrown) + text.substring(NO_TEXT.length()) : text;
        } catch (Throwable t) {
            return listed(thrown, t);
        }
    }

    /// The exception and its causes one after the other, where printing them failed.
    private static String listed(Throwable thrown, Throwable why) {
        final StringBuilder text = new StringBuilder();
        try {
            Throwable next = thrown;
            for (int i = 0; next != null && i < LISTED_CAUSES; i++) {
                text.append(i == 0 ? "" : "Caused by: ").append(describe(next)).append('\n');
                for (StackTraceElement frame : next.getStackTrace()) {
                    text.append("\tat ").append(frame).append('\n');
                }
                next = next.getCause();
            }
        } catch (Throwable t) {
            text.append("(the rest cannot be told: ")
                    .append(t.getClass().getName())
                    .append(")\n");
        }
        return text.append("(its stack trace cannot be printed: ")
                .append(why.getClass().getName())
                .append(")\n")
                .toString();
    }

    private static byte @Nullable [] serialize(Throwable thrown) {
        try {
            return JavaSerialization.serialize(thrown);
        } catch (Throwable t) {
            return null; // The trace says what happened all the same.
        }
    }

    /// Writes all of it.
    ///
    /// @return its bytes
    public byte[] toBytes() {
        final CodecOutput out = CodecOutput.growing(256);
        out.putString(summary);
        out.putString(trace);
        out.putByte(serialized == null ? 0 : 1);
        if (serialized != null) {
            out.putVarint(serialized.length);
            out.putBytes(serialized);
        }
        return out.toByteArray();
    }

    /// Writes what fits: without the exception itself if that is too long, then with the first half, quarter
    /// and so on of the text.
    ///
    /// @param mostBytes how much room there is, at least 16 bytes
    /// @return its bytes
    public byte[] toBytes(int mostBytes) {
        if (mostBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "no room for a failure: " + mostBytes + " bytes, at least " + LEAST_BYTES + " are needed");
        }
        Failure told = this;
        byte[] bytes = told.toBytes();
        while (bytes.length > mostBytes) {
            told = told.shortened();
            bytes = told.toBytes();
        }
        return bytes;
    }

    private Failure shortened() {
        return serialized != null
                ? new Failure(summary, trace, null)
                : new Failure(firstHalf(summary), firstHalf(trace), null);
    }

    private static String firstHalf(String text) {
        return text.substring(0, text.length() / 2);
    }

    /// Reads what [#toBytes] wrote; what follows it is ignored.
    ///
    /// @param bytes of a failure
    /// @return the failure
    /// @throws CodecException if they are damaged
    public static Failure fromBytes(byte[] bytes) {
        final CodecInput in = CodecInput.of(bytes);
        final String summary = in.getString();
        final String trace = in.getString();
        return new Failure(summary, trace, in.getByte() == 0 ? null : in.getBytes(in.getCount(1)));
    }

    /// The exception, with the stack trace that it had where it was thrown.
    ///
    /// @return a [RemoteTrace] if it was not serialized, or its class is missing here
    public Throwable thrown() {
        if (serialized != null) {
            try {
                final Object read = JavaSerialization.deserialize(
                        serialized, Failure.class.getClassLoader(), SerializationPolicy.sameUser());
                if (read instanceof Throwable thrown) {
                    return thrown;
                }
            } catch (Throwable t) { // What the class does when it is read, and what it lacks.
                return new RemoteTrace(trace);
            }
        }
        return new RemoteTrace(trace);
    }
}
