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
record Reply(String kind, @Nullable Object content) {
    private static final String RESULT = "#RETURN";

    /// The result of a call.
    static Reply result(@Nullable Object value) {
        return new Reply(RESULT, value);
    }

    /// What the client gets thrown.
    static Reply error(PythonException exception) {
        return new Reply("#ERROR", exception);
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
        final StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /// The message.
    ///
    /// @param codec that writes it, and refuses what is longer than a message may be
    /// @return its bytes, or those of a reply that says why they cannot be written
    byte[] toBytes(PickleCodec codec) {
        try {
            return codec.toBytes(PythonTuple.of(kind, content));
        } catch (CodecException e) {
            return codec.toBytes(PythonTuple.of("#UNSERIALIZABLE", "cannot send the reply: " + textOf(e)));
        }
    }
}
