package dev.backplane.cli;

import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.pickle.Pickle;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonRepr;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls of an object of a manager's server, in the protocol of Python's multiprocessing.managers: for
/// looking into a server by hand, with names of methods that only it knows.
final class ManagerCalls implements AutoCloseable {
    private static final String RETURN = "#RETURN";
    private static final String PROXY = "#PROXY";
    private static final String ERROR = "#ERROR";
    private static final String NAMED = "named";

    private final String address;
    private final ConnectionOptions options;
    private final Connection connection;
    private final Object ident;
    private final List<String> methods;

    private ManagerCalls(
            String address, ConnectionOptions options, Connection connection, Object ident, List<String> methods) {
        this.address = address;
        this.options = options;
        this.connection = connection;
        this.ident = ident;
        this.methods = methods;
    }

    /// Finds an object.
    ///
    /// @param name of a named object, or of a type of which the server is to make or find one
    static ManagerCalls of(String address, ConnectionOptions options, String name)
            throws IOException, InterruptedException {
        final PythonTuple made;
        try (Connection asking = Client.connect(address, options)) {
            made = created(asking, address, options, name);
        }
        final List<String> methods = new ArrayList<>();
        if (made.get(1) instanceof Collection<?> names) {
            names.forEach(method -> methods.add(String.valueOf(method)));
        }
        methods.sort(null);
        final Connection connection = Client.connect(address, options);
        boolean accepted = false;
        try {
            request(
                    connection,
                    null,
                    "accept_connection",
                    Thread.currentThread().getName());
            accepted = true;
        } finally {
            if (!accepted) {
                connection.close();
            }
        }
        final Object ident = made.get(0);
        if (ident == null) {
            throw new IOException(address + " made an object without an identifier");
        }
        return new ManagerCalls(address, options, connection, ident, methods);
    }

    private static PythonTuple created(Connection asking, String address, ConnectionOptions options, String name)
            throws IOException, InterruptedException {
        Object made;
        try {
            made = request(asking, null, "create", NAMED, name);
        } catch (IOException noNames) {
            // The server may be Python's own, or what is asked for a type that it registers.
            try (Connection again = Client.connect(address, options)) {
                made = request(again, null, "create", name);
            } catch (IOException e) {
                noNames.addSuppressed(e);
                throw noNames;
            }
        }
        if (made instanceof PythonTuple pair && pair.size() == 2) {
            return pair;
        }
        throw new IOException(address + " answered " + PythonRepr.of(made) + " where an object was to be made");
    }

    /// What may be called, in order.
    List<String> methods() {
        return methods;
    }

    /// Calls a method.
    @Nullable
    Object call(String method, List<@Nullable Object> arguments) throws IOException, InterruptedException {
        return request(connection, ident, method, arguments.toArray());
    }

    private static @Nullable Object request(
            Connection to, @Nullable Object ident, String method, @Nullable Object... arguments)
            throws IOException, InterruptedException {
        to.sendBytes(Pickle.write(PythonTuple.of(ident, method, PythonTuple.of(arguments), Map.of())));
        final Object answer = Pickle.read(to.receiveBytes());
        if (!(answer instanceof PythonTuple pair) || pair.size() != 2) {
            throw new IOException("no answer of a manager: " + PythonRepr.of(answer));
        }
        final Object value = pair.get(1);
        if (RETURN.equals(pair.get(0)) || PROXY.equals(pair.get(0))) {
            return value;
        }
        if (ERROR.equals(pair.get(0)) && value instanceof PythonException error) {
            throw new IOException(error.getMessage(), error);
        }
        final PythonObject callable = value instanceof PythonObject made ? made.callable() : null;
        if (callable != null && callable.arguments().contains("ShutDown")) {
            throw new IOException("ShutDown: the queue is shut down");
        }
        throw new IOException(value instanceof String text ? text.strip() : PythonRepr.of(value));
    }

    /// Ends, and with it the reference to the object.
    @Override
    public void close() throws IOException {
        connection.close();
        try (Connection last = Client.connect(address, options)) {
            request(last, null, "decref", ident);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
