package dev.backplane.remote;

import dev.backplane.QueueShutDownException;
import dev.backplane.pickle.PythonException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of a manager for clients that are JVMs: called by the names of Java's methods, with elements in
/// the clients' own codecs, and times in nanoseconds.
///
/// A client waits by calls that wait a short time each, see [RemoteWait]. Exceptions go to it with their
/// class.
abstract class JvmReferent implements Referent {
    /// Comes before a class's name, the message and the trace in the arguments of an exception of Java's.
    static final String JAVA = "java";

    private final String kind;

    /// @param kind of object
    JvmReferent(String kind) {
        this.kind = kind;
    }

    @Override
    public final String typeId() {
        return "backplane." + kind;
    }

    @Override
    public final List<String> exposed() {
        return List.of();
    }

    @Override
    public final @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Arguments arguments = new Arguments(method, args, kwargs);
        try {
            return perform(method, arguments, caller);
        } catch (PythonException | UnknownMethodException e) {
            throw e;
        } catch (QueueShutDownException e) {
            throw new PythonException("queue.ShutDown");
        } catch (RuntimeException e) {
            throw asPython(e);
        }
    }

    /// An exception as clients that are JVMs understand it.
    static PythonException asPython(Exception e) {
        return new PythonException(
                "builtins.RuntimeError",
                JAVA,
                e.getClass().getName(),
                String.valueOf(e.getMessage()),
                Reply.traceOf(e));
    }

    /// Does what a client asks.
    ///
    /// @param method a name
    /// @param arguments of the call
    /// @param caller who calls
    /// @return the result
    /// @throws InterruptedException if the client is gone or the server ends
    abstract @Nullable Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException;

    /// The next argument as an element.
    static Encoded element(Arguments arguments) {
        return new Encoded(bytes(arguments.take("element")));
    }

    /// Bytes that a client must have sent.
    static byte[] bytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw Errors.type("expected bytes, not " + PythonValues.typeName(value));
    }

    /// The next argument as several elements.
    static List<Encoded> elements(Arguments arguments) {
        final List<Encoded> elements = new ArrayList<>();
        for (Object element : PythonValues.elements(arguments.take("elements"))) {
            elements.add(new Encoded(bytes(element)));
        }
        return elements;
    }

    /// An element for a client.
    static byte @Nullable [] bytesOf(@Nullable Encoded element) {
        return element == null ? null : element.bytes();
    }

    /// Elements for a client.
    static List<byte[]> bytesOf(Collection<Encoded> elements) {
        return new ArrayList<>(elements.stream().map(Encoded::bytes).toList());
    }

    /// The next argument as an `int`.
    static int integer(Arguments arguments, String name) {
        return (int) JavaValues.within(arguments.take(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// The next two arguments as a codec that the client has.
    static EncodedCodec codec(Arguments arguments) {
        final String name = arguments.text("codec");
        return new EncodedCodec(name, integer(arguments, "fixedLength"));
    }

    /// The next argument as nanoseconds.
    static long nanos(Arguments arguments) {
        return PythonValues.index(arguments.take("nanos"));
    }
}
