package dev.backplane.remote;

import dev.backplane.ConnectionLostException;
import dev.backplane.RemoteCallException;
import dev.backplane.pickle.PythonException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// An object of a server of this library.
///
/// If the server was started anew, the object is opened again by its name.
@SuppressWarnings("ReferenceEquality") // Whether somebody else has opened it anew.
final class JvmTarget extends RemoteTarget {
    private static final Set<String> HAVE_ACCOUNTS = Set.of("semaphore", "queue", "topic");

    private final JvmServer server;
    private final String kind;
    private final @Nullable Object[] parameters;
    private volatile Opened opened;

    /// What the server calls the object.
    ///
    /// @param ident its identifier
    /// @param lease under which it was opened
    record Opened(String ident, long lease) {}

    JvmTarget(JvmServer server, String kind, String name, @Nullable Object[] parameters, Opened opened) {
        super(name, server.links());
        this.server = server;
        this.kind = kind;
        this.parameters = parameters;
        this.opened = opened;
    }

    @Override
    @Nullable
    Object call(long waitNanos, String method, @Nullable Object... args) {
        return call(links().current(), waitNanos, method, args);
    }

    private @Nullable Object call(RemoteLink link, long waitNanos, String method, @Nullable Object... args) {
        final Opened before = current();
        try {
            return link.call(before.ident(), method, waitNanos, args);
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, name());
        } catch (RemoteCallException e) {
            if (!JvmServer.isUnknown(e, before.ident())) {
                throw e;
            }
        }
        server.forget(before.ident());
        reopen(before);
        try {
            return link.call(opened.ident(), method, waitNanos, args);
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, name());
        }
    }

    /// Accounts end with the lease under which they were opened.
    private Opened current() {
        final Opened now = opened;
        if (HAVE_ACCOUNTS.contains(kind) && now.lease() != server.lease()) {
            reopen(now);
        }
        return opened;
    }

    private synchronized void reopen(Opened before) {
        if (opened.equals(before)) {
            try {
                opened = server.opened(kind, name(), parameters);
                server.decrease(before.ident());
            } catch (IOException e) {
                throw new ConnectionLostException("cannot open " + name() + " again", e);
            }
        }
    }

    @Override
    @Nullable
    Object waitAside(long nanos, String method) throws InterruptedException {
        try {
            return links().aside(Caller.FOREVER, null, link -> call(link, nanos, method, nanos));
        } catch (TimeoutException e) {
            throw new IllegalStateException(e); // There is no limit.
        }
    }

    @Override
    void close() {
        server.decrease(opened.ident());
    }
}
