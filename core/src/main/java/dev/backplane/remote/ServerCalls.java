package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers what clients ask of the server itself.
final class ServerCalls {
    private static final String SHUTDOWN = "shutdown";

    private final ObjectTable objects;
    private final Registry registry;
    private final @Nullable Runnable onShutdown;

    /// @param objects of the server
    /// @param registry what may be created
    /// @param onShutdown what a client's `shutdown` does; null if it is refused
    ServerCalls(ObjectTable objects, Registry registry, @Nullable Runnable onShutdown) {
        this.objects = objects;
        this.registry = registry;
        this.onShutdown = onShutdown;
    }

    /// Does what a client asks.
    ///
    /// @param request what it is
    /// @param process of the client; 0 if unknown
    /// @return what the client gets
    Reply answer(Request request, long process) {
        try {
            return Reply.result(call(request, process));
        } catch (IOException | RuntimeException | StackOverflowError e) {
            final PythonException exception = Failures.toPython(e);
            return Reply.trace(exception == null ? e : exception);
        }
    }

    private @Nullable Object call(Request request, long process) throws IOException {
        final Arguments arguments = new Arguments(request.method(), request.args(), request.kwargs());
        switch (request.method()) {
            case "create" -> {
                return create(request, process);
            }
            case "incref" -> objects.add(arguments.take("ident"), process);
            case "decref" -> subtract(arguments, process);
            case "get_methods" -> {
                final String ident = Proxies.identOf(arguments.take("token"));
                arguments.end();
                return PythonTuple.copyOf(objects.find(ident).referent().exposed());
            }
            case "accept_connection" -> arguments.text("name"); // Of the client's thread; nothing here needs it.
            case "number_of_objects" -> {
                arguments.end();
                return objects.size();
            }
            case "debug_info" -> {
                arguments.end();
                return objects.describe();
            }
            case "dummy" -> {}
            case SHUTDOWN -> requireShutdown();
            default -> throw new PythonException("builtins.AssertionError", "'" + request.method() + "' unrecognized");
        }
        arguments.end();
        return null;
    }

    /// Python's clients name one object; this library's name as many as they have. One that is unknown does not keep
    /// the others.
    private void subtract(Arguments arguments, long process) {
        @Nullable PythonException unknown = null;
        do {
            final Object ident = arguments.take("ident");
            try {
                objects.subtract(ident, process);
            } catch (PythonException e) {
                unknown = e;
            }
        } while (arguments.has("ident"));
        if (unknown != null) {
            throw unknown;
        }
    }

    private PythonTuple create(Request request, long process) throws IOException {
        if (request.args().isEmpty() || !(request.args().get(0) instanceof String typeId)) {
            throw Errors.type("create() needs the identifier of a type");
        }
        final List<@Nullable Object> args =
                request.args().subList(1, request.args().size());
        final Map<String, @Nullable Object> kwargs = request.kwargs();
        final Exported exported = objects.export(registry.create(typeId, new Arguments(typeId, args, kwargs)), process);
        return PythonTuple.of(
                exported.ident(), PythonTuple.copyOf(exported.referent().exposed()));
    }

    private void requireShutdown() {
        if (onShutdown == null) {
            throw new PythonException(
                    "builtins.PermissionError",
                    "this server does not end at a client's request: end its process, or start it with"
                            + " allowShutdown(true)");
        }
    }

    /// What is done when the reply to a request is on its way: a server that ended before would take the reply with it.
    void replied(String method) {
        if (onShutdown != null && method.equals(SHUTDOWN)) {
            onShutdown.run();
        }
    }
}
