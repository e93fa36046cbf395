package dev.backplane.pool;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/// What a worker tells of an exception: the exception itself if it can be serialized, and its text in any case.
///
/// @param summary class and message
/// @param trace the whole stack trace as text
/// @param serialized the exception, or null
record Failure(String summary, String trace, byte @Nullable [] serialized) implements Serializable {
    static Failure of(Throwable thrown) {
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

    TaskException toException(int worker, long pid) {
        return new TaskException("a task failed in worker " + worker + " (pid " + pid + "): " + summary, cause());
    }

    private Throwable cause() {
        if (serialized != null) {
            try {
                final Object read = JavaSerialization.deserialize(
                        serialized, Failure.class.getClassLoader(), SerializationPolicy.sameUser());
                if (read instanceof Throwable thrown) {
                    return thrown;
                }
            } catch (CodecException e) {
                return new RemoteTrace(trace);
            }
        }
        return new RemoteTrace(trace);
    }
}
