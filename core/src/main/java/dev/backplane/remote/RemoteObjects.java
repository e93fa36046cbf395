package dev.backplane.remote;

import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The objects that a remote manager has on its server: each is opened once.
///
/// What another process has removed, and perhaps made anew, is the old object here until it is removed here too.
final class RemoteObjects {
    private final RemoteManager manager;
    private final RemoteLinks links;
    private final RemoteServer server;
    private final ReentrantLock opening = new ReentrantLock();
    private final Map<String, RemoteOpened> byName = new ConcurrentHashMap<>();

    /// @param manager which stays as long as one of the objects is in use
    /// @param links to the server
    /// @param server whose objects they are
    RemoteObjects(RemoteManager manager, RemoteLinks links, RemoteServer server) {
        this.manager = manager;
        this.links = links;
        this.server = server;
    }

    /// Opens an object.
    @FunctionalInterface
    private interface Opening {
        RemoteTarget open() throws IOException;
    }

    /// The object of that name.
    ///
    /// @param kind what it must be
    /// @param name of the object
    /// @param parameters as the server takes them
    /// @return the object with what all who ask for it share
    /// @throws IOException if the server cannot make it
    RemoteOpened open(String kind, String name, @Nullable Object... parameters) throws IOException {
        return open(kind, name, () -> server.open(kind, name, parameters), parameters);
    }

    /// The object of that name.
    RemoteTarget target(String kind, String name, @Nullable Object... parameters) throws IOException {
        return open(kind, name, parameters).target();
    }

    /// The condition of that name.
    RemoteTarget condition(String name, RemoteLock lock) throws IOException {
        final Opening how = () -> server.condition(name, lock.target(), lock.isFair());
        return open("condition", name, how, lock.name()).target();
    }

    private RemoteOpened open(String kind, String name, Opening how, @Nullable Object... parameters)
            throws IOException {
        links.ensureOpen();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an object's name must not be empty");
        }
        final List<@Nullable Object> asked = PythonTuple.of(parameters);
        opening.lock();
        try {
            final RemoteOpened known = byName.get(name);
            if (known != null && known.kind().equals(kind) && known.parameters().equals(asked)) {
                return known;
            }
            if (known != null && server instanceof PythonServer) {
                throw new IllegalArgumentException("the object " + name + " of " + manager + " is a " + known.kind()
                        + " of " + known.parameters() + ", not a " + kind + " of " + asked);
            }
            final RemoteTarget target = how.open();
            target.keep(manager);
            final RemoteOpened opened = new RemoteOpened(kind, asked, target);
            if (known == null) {
                byName.put(name, opened);
            }
            return opened;
        } finally {
            opening.unlock();
        }
    }

    /// Removes a name.
    ///
    /// @param name of the object
    /// @return whether there was one
    /// @throws IOException if the server fails
    boolean remove(String name) throws IOException {
        links.ensureOpen();
        final RemoteOpened known = byName.remove(name);
        if (known != null) {
            known.target().close();
        }
        return server.remove(name) || known != null && server.names() == null;
    }

    /// All names.
    ///
    /// @return a snapshot
    List<String> names() {
        links.ensureOpen();
        final List<String> names = server.names();
        return names == null ? List.copyOf(byName.keySet()) : names;
    }
}
