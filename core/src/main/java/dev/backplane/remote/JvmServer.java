package dev.backplane.remote;

import dev.backplane.ConnectionLostException;
import dev.backplane.RemoteCallException;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A server of this library, whose manager's named objects are used, see [JvmClient].
final class JvmServer implements RemoteServer {
    /// How many references one request gives up.
    private static final int MOST_AT_ONCE = 10_000;

    private final RemoteLinks links;
    /// What the server calls this client. Guarded by this.
    private String client;
    private @Nullable RemoteLink leaseLink;
    /// Guarded by this: no lease begins any more, since nobody would end it.
    private boolean closed;
    private volatile long lease;
    private final Set<String> idents = ConcurrentHashMap.newKeySet();

    private JvmServer(RemoteLinks links, String client) {
        this.links = links;
        this.client = client;
    }

    /// Says hello.
    ///
    /// @param links to the server
    /// @return null if it is a server that has no manager for JVMs
    /// @throws IOException if it cannot be reached
    static @Nullable JvmServer of(RemoteLinks links) throws IOException {
        final String client = created(links);
        if (client == null) {
            return null;
        }
        final JvmServer server = new JvmServer(links, client);
        server.renewLease();
        return server;
    }

    private static @Nullable String created(RemoteLinks links) throws IOException {
        try {
            return links.control("create", JvmClient.TYPE_ID) instanceof PythonTuple made
                            && made.get(0) instanceof String ident
                    ? ident
                    : null;
        } catch (RemoteCallException e) {
            if (e.remoteTrace().endsWith("KeyError: '" + JvmClient.TYPE_ID + "'")) {
                return null;
            }
            throw e;
        }
    }

    RemoteLinks links() {
        return links;
    }

    /// Which lease this is, counted.
    long lease() {
        return lease;
    }

    /// Whether a call failed since the server has no such object.
    static boolean isUnknown(RemoteCallException e, String ident) {
        return e.remoteTrace().endsWith("KeyError: '" + ident + "'");
    }

    /// Begins a lease, if there is none.
    private synchronized void renewLease() throws IOException {
        if (closed) {
            throw new IllegalStateException("the manager of " + links.endpoint() + " is closed");
        }
        if (leaseLink != null && leaseLink.isOpen()) {
            if (!leaseLink.isStale()) {
                return;
            }
            leaseLink.close();
        }
        final RemoteLink link = links.open();
        boolean done = false;
        try {
            try {
                link.call(client, "lease", 0);
            } catch (RemoteCallException e) {
                final String again = isUnknown(e, client) ? created(links) : null;
                if (again == null) {
                    throw e;
                }
                client = again;
                link.call(client, "lease", 0);
            }
            lease++;
            leaseLink = link;
            done = true;
        } finally {
            if (!done) {
                link.close();
            }
        }
    }

    private synchronized String client() throws IOException {
        renewLease();
        return client;
    }

    private @Nullable Object ask(String method, @Nullable Object... args) throws IOException {
        final RemoteLink link = links.current();
        String ident = client();
        try {
            return link.call(ident, method, 0, args);
        } catch (RemoteCallException e) {
            if (!isUnknown(e, ident)) {
                throw e;
            }
        }
        endLease(ident); // Of a server that is no more.
        ident = client();
        return link.call(ident, method, 0, args);
    }

    /// Ends the lease of a client that the server does not know; others may have begun another by now.
    private synchronized void endLease(String unknown) {
        if (leaseLink != null && client.equals(unknown)) {
            leaseLink.close();
        }
    }

    /// The lease that there is now.
    private synchronized long leased() throws IOException {
        renewLease();
        return lease;
    }

    /// Opens an object.
    JvmTarget.Opened opened(String kind, String name, @Nullable Object... parameters) throws IOException {
        final @Nullable Object[] args = new Object[parameters.length + 2];
        args[0] = kind;
        args[1] = name;
        System.arraycopy(parameters, 0, args, 2, parameters.length);
        // One that ends while the object is opened takes its account along: it is opened anew then.
        final long under = leased();
        try {
            final Object made = ask("open", args);
            final String ident =
                    made instanceof PythonTuple parts && parts.size() == 2 ? Proxies.identOf(parts.get(1)) : null;
            if (ident == null) {
                throw new RemoteCallException(name + ": the server's answer is no object", "", null);
            }
            idents.add(ident);
            return new JvmTarget.Opened(ident, under);
        } catch (PythonException e) {
            throw RemoteErrors.creating(e, name);
        }
    }

    @Override
    public RemoteTarget open(String kind, String name, @Nullable Object... parameters) throws IOException {
        return new JvmTarget(this, kind, name, parameters, opened(kind, name, parameters));
    }

    @Override
    public RemoteTarget condition(String name, RemoteTarget lock, boolean fair) throws IOException {
        return open("condition", name, fair, lock.name());
    }

    @Override
    public List<@Nullable Object> describe(String name) throws IOException {
        try {
            if (ask("attach", name) instanceof PythonTuple parts) {
                return parts;
            }
        } catch (PythonException e) {
            throw RemoteErrors.creating(e, name);
        }
        throw new NoSuchElementException("no object " + name);
    }

    @Override
    public boolean remove(String name) throws IOException {
        try {
            return Boolean.TRUE.equals(ask("remove", name));
        } catch (PythonException e) {
            throw RemoteErrors.creating(e, name);
        }
    }

    @Override
    public List<String> names() {
        final List<String> names = new ArrayList<>();
        try {
            if (ask("names") instanceof List<?> all) {
                all.forEach(name -> names.add(String.valueOf(name)));
            }
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, "names()");
        } catch (IOException e) {
            throw new ConnectionLostException("cannot ask " + links.endpoint() + " for names", e);
        }
        return names;
    }

    @Override
    public boolean isPythons(String name) {
        return false;
    }

    /// Finds out that the lease has ended before anybody acquires permits under it.
    @Override
    public void tick() {
        links.sweep();
        try {
            renewLease();
        } catch (IOException | RuntimeException e) {
            RemoteLinks.LOG.log(
                    System.Logger.Level.DEBUG, "{0} cannot be reached: {1}", links.endpoint(), e.toString());
        }
    }

    /// There is no such object any more.
    void forget(String ident) {
        idents.remove(ident);
    }

    /// Gives a reference up, as far as the server can be reached.
    void decrease(String ident) {
        if (idents.remove(ident)) {
            links.decrease(ident);
        }
    }

    @Override
    public void close() {
        final String ident;
        synchronized (this) {
            closed = true;
            ident = client;
            if (leaseLink != null) {
                leaseLink.close();
            }
        }
        idents.add(ident);
        links.decrease(idents, MOST_AT_ONCE);
        links.close();
    }
}
