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

    /// Takes down an exception, with its causes and what it suppressed.
    ///
    /// @param thrown the exception
    /// @return all that can be told of it
    public static Failure of(Throwable thrown) {
        final StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return new Failure(thrown.toString(), trace.toString(), serialize(thrown));
    }

    private static byte @Nullable [] serialize(Throwable thrown) {
        try {
            return JavaSerialization.serialize(thrown);
        } catch (CodecException e) {
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
            } catch (CodecException | LinkageError e) {
                return new RemoteTrace(trace);
            }
        }
        return new RemoteTrace(trace);
    }
}
