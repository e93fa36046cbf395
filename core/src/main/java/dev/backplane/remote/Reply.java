package dev.backplane.remote;

import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/// What goes back to a client for one request.
///
/// @param kind as Python's proxies know it
/// @param content of that kind
/// @param bytes the message, if it is written already
record Reply(String kind, @Nullable Object content, byte @Nullable [] bytes) {
    private static final String RESULT = "#RETURN";
    private static final int MOST_TRACE = 16_384;

    private Reply(String kind, @Nullable Object content) {
        this(kind, content, null);
    }

    /// The result of a call, written.
    ///
    /// @throws CodecException if it cannot be
    static Reply written(@Nullable Object value, PickleCodec codec) {
        return new Reply(RESULT, value, codec.toBytes(PythonTuple.of(RESULT, value)));
    }

    /// The result of a call.
    static Reply result(@Nullable Object value) {
        return new Reply(RESULT, value);
    }

    /// What the client gets thrown.
    static Reply error(PythonException exception) {
        return new Reply("#ERROR", exception);
    }

    /// The end of a queue, thrown.
    ///
    /// @param putting whether the client was putting an item
    static Reply endOfQueue(boolean putting) {
        return new Reply("#ERROR", QueueEnd.of(putting));
    }

    /// What the client gets as the text of a `RemoteError`.
    static Reply trace(Throwable failure) {
        return new Reply("#TRACEBACK", textOf(failure));
    }

    /// What the client gets as the text of a `RemoteError` that says that a result cannot be sent.
    static Reply unserializable(Throwable why) {
        return new Reply("#UNSERIALIZABLE", textOf(why));
    }

    /// A proxy of a result.
    static Reply proxy(Exported exported, String address) {
        final Referent referent = exported.referent();
        final PythonObject token =
                Opaque.object(Proxies.TOKEN, PythonTuple.of(referent.typeId(), address, exported.ident()));
        return new Reply("#PROXY", PythonTuple.of(PythonTuple.copyOf(referent.exposed()), token));
    }

    /// Whether the request succeeded.
    boolean isResult() {
        return kind.equals(RESULT);
    }

    /// What a Python's traceback says last, or where a Java exception that nobody expected comes from.
    private static String textOf(Throwable failure) {
        if (failure instanceof PythonException || failure instanceof CodecException) {
            return failure.getMessage() + "\n";
        }
        if (failure instanceof UnknownMethodException) {
            return "AttributeError: " + failure.getMessage() + "\n";
        }
        return traceOf(failure);
    }

    /// The stack trace of an exception, cut off where it is very long.
    static String traceOf(Throwable failure) {
        final StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.getBuffer().length() <= MOST_TRACE
                ? text.toString()
                : text.getBuffer().substring(0, MOST_TRACE) + "…\n";
    }

    /// The message.
    ///
    /// @param codec that writes it, and refuses what is longer than a message may be
    /// @return its bytes, or those of a reply that says why they cannot be written
    byte[] toBytes(PickleCodec codec) {
        if (bytes != null) {
            return bytes;
        }
        try {
            return codec.toBytes(PythonTuple.of(kind, content));
        } catch (CodecException e) {
            return codec.toBytes(PythonTuple.of("#UNSERIALIZABLE", "cannot send the reply: " + textOf(e)));
        }
    }
}
