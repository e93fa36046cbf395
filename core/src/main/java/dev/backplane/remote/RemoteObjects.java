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
    private final Map<Key, RemoteOpened> opened = new ConcurrentHashMap<>();

    /// What was asked for.
    private record Key(String kind, String name, List<@Nullable Object> parameters) {}

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

    /// An object that is there, whatever it is.
    ///
    /// @param name of the object
    /// @param description what the server says that it is
    /// @return the object
    /// @throws IOException if the server fails
    RemoteTarget attached(String name, Object... description) throws IOException {
        return open("attached", name, () -> server.open("attached", name), description)
                .target();
    }

    private RemoteOpened open(String kind, String name, Opening how, @Nullable Object... parameters)
            throws IOException {
        links.ensureOpen();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an object's name must not be empty");
        }
        final Key key = new Key(kind, name, PythonTuple.of(parameters));
        opening.lock();
        try {
            final RemoteOpened known = opened.get(key);
            if (known != null) {
                return known;
            }
            if (server instanceof PythonServer) {
                refuseAnother(key);
            }
            final RemoteTarget target = how.open();
            target.keep(manager);
            final RemoteOpened made = new RemoteOpened(target);
            opened.put(key, made);
            return made;
        } finally {
            opening.unlock();
        }
    }

    private void refuseAnother(Key key) {
        for (Key other : opened.keySet()) {
            if (other.name().equals(key.name())) {
                throw new IllegalArgumentException("the object " + key.name() + " of " + manager + " is a "
                        + other.kind() + " of " + other.parameters() + ", not a " + key.kind() + " of "
                        + key.parameters());
            }
        }
    }

    /// Removes a name.
    ///
    /// @param name of the object
    /// @return whether there was one
    /// @throws IOException if the server fails
    boolean remove(String name) throws IOException {
        links.ensureOpen();
        boolean known = false;
        for (Key key : List.copyOf(opened.keySet())) {
            final RemoteOpened one = key.name().equals(name) ? opened.remove(key) : null;
            if (one != null) {
                one.target().close();
                known = true;
            }
        }
        return server.remove(name) || known && server.names() == null;
    }

    /// All names.
    ///
    /// @return a snapshot
    List<String> names() {
        links.ensureOpen();
        final List<String> names = server.names();
        return names == null ? opened.keySet().stream().map(Key::name).toList() : names;
    }
}
