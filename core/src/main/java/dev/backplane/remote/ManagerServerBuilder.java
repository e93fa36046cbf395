package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.ListenerOptions;
import dev.backplane.connection.TlsOptions;
import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What a [ManagerServer] is told before it starts. Each method returns this builder.
public final class ManagerServerBuilder {
    /// The longest message, unless chosen: 64 MiB.
    public static final int DEFAULT_MAX_FRAME_BYTES = 64 << 20;

    /// How many objects there may be, unless chosen.
    public static final long DEFAULT_MAX_OBJECTS = 1_000_000;

    private final Registry registry = new Registry();
    private @Nullable Endpoint address;
    private boolean hasKey;
    /// What waits for a reply and takes nothing of it is given up with its host.
    private ListenerOptions listening = ListenerOptions.of(
            ConnectionOptions.defaults().allowMd5(true).unacknowledgedTimeout(StreamSocket.HOST_VANISHED));

    private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
    private long maxObjects = DEFAULT_MAX_OBJECTS;
    private boolean allowShutdown;
    private boolean platformThreads;

    ManagerServerBuilder() {}

    /// Where to listen.
    ///
    /// @param uri `tcp://host:port`, with port 0 for any that is free, `unix:/path`, or `unix:@name`
    /// @return this
    /// @throws IllegalArgumentException if it is none of these
    public ManagerServerBuilder address(String uri) {
        return address(Endpoint.parse(uri));
    }

    /// Where to listen.
    ///
    /// @param endpoint an address of this host
    /// @return this
    public ManagerServerBuilder address(Endpoint endpoint) {
        address = endpoint;
        return this;
    }

    /// The key that clients must have.
    ///
    /// @param key at least one byte, copied; what Python's `authkey` is
    /// @return this
    public ManagerServerBuilder authkey(byte[] key) {
        listening = listening.authkey(key);
        hasKey = true;
        return this;
    }

    /// Lets clients use the named objects of a manager.
    ///
    /// @param manager stays open at least as long as the server
    /// @return this
    public ManagerServerBuilder manager(Manager manager) {
        final NamedAccounts accounts = new NamedAccounts();
        new NamedObjects(manager, accounts).addTo(registry);
        JvmClient.addTo(registry, manager, accounts);
        return this;
    }

    /// The longest message of a client, and to a client. A longer request ends its connection; a longer
    /// result is a
    /// `RemoteError`.
    ///
    /// @param most at least 1024
    /// @return this
    public ManagerServerBuilder maxFrameBytes(int most) {
        if (most < 1024) {
            throw new IllegalArgumentException("maxFrameBytes is " + most + ", must be at least 1024");
        }
        maxFrameBytes = most;
        return this;
    }

    /// How many objects there may be at once; a client that asks for one more gets a `RemoteError`.
    ///
    /// @param most at least 1
    /// @return this
    public ManagerServerBuilder maxObjects(long most) {
        if (most < 1) {
            throw new IllegalArgumentException("maxObjects is " + most + ", must be at least 1");
        }
        maxObjects = most;
        return this;
    }

    /// How many connections there may be at once; each thread of each client has one.
    ///
    /// @param most at least 1
    /// @return this
    public ManagerServerBuilder maxConnections(int most) {
        listening = listening.maxConnections(most);
        return this;
    }

    /// How long a client may take to prove its key, from the instant that it has connected;
    /// [ConnectionOptions#DEFAULT_HANDSHAKE_TIMEOUT] unless chosen.
    ///
    /// @param longest positive
    /// @return this
    public ManagerServerBuilder handshakeTimeout(Duration longest) {
        listening = listening.handshakeTimeout(longest);
        return this;
    }

    /// How many clients may be proving their key at once; when one more connects, the oldest of them is ended.
    /// [ListenerOptions#DEFAULT_MAX_HANDSHAKES] unless chosen.
    ///
    /// @param most at least 1
    /// @return this
    public ManagerServerBuilder maxHandshakes(int most) {
        listening = listening.maxHandshakes(most);
        return this;
    }

    /// How many clients may wait to be let in, [ListenerOptions#DEFAULT_BACKLOG] unless chosen.
    ///
    /// @param most at least 1
    /// @return this
    public ManagerServerBuilder backlog(int most) {
        listening = listening.backlog(most);
        return this;
    }

    /// Closes connections of clients over which nothing has gone for some time, as if the client had ended: what
    /// its thread holds is free then, and a Python that waits in a call for longer gets an error. What a JVM has
    /// as a whole, permits and tasks, it keeps: for that it has one more connection, over which nothing goes, and
    /// which is kept as long as the JVM is there. There is no limit unless chosen.
    ///
    /// @param longest positive
    /// @return this
    public ManagerServerBuilder idleTimeout(Duration longest) {
        listening = listening.idleTimeout(longest);
        return this;
    }

    /// Has somebody told of each client that is not let in.
    ///
    /// @param told gets where the client is, and why; called by the handshake's own thread
    /// @return this
    public ManagerServerBuilder onRefused(BiConsumer<String, Exception> told) {
        listening = listening.onRefused(told);
        return this;
    }

    /// Whether a client may end the server by Python's `shutdown`. False unless chosen: the server is not
    /// the client's.
    ///
    /// @param allowed whether it may
    /// @return this
    public ManagerServerBuilder allowShutdown(boolean allowed) {
        allowShutdown = allowed;
        return this;
    }

    /// Whether clients may prove their key by MD5, which is all that Python 3.8 to 3.11 has. True unless
    /// chosen.
    ///
    /// @param allowed whether they may
    /// @return this
    public ManagerServerBuilder allowMd5(boolean allowed) {
        listening = listening.allowMd5(allowed);
        return this;
    }

    /// Puts TLS around the connections, which are to be of TCP then.
    ///
    /// @param options with the server's certificate and key
    /// @return this
    public ManagerServerBuilder tls(TlsOptions options) {
        listening = listening.tls(options);
        return this;
    }

    /// How the server's threads wait for the next request. One that spins answers sooner, and takes a
    /// processor for each connection while it does; clients are then served by platform threads.
    ///
    /// @param how spinning, sleeping or both
    /// @return this
    public ManagerServerBuilder waiting(Waiting how) {
        listening = listening.waiting(how);
        platformThreads = how.spinNanos() > Waiting.DEFAULT_SPIN.toNanos();
        return this;
    }

    /// Starts the server.
    ///
    /// @return the server, which clients can reach
    /// @throws IllegalStateException if there is no address or no authkey
    /// @throws IOException if the address is taken, or not this host's
    public ManagerServer start() throws IOException {
        final Endpoint at = address;
        if (at == null || !hasKey) {
            throw new IllegalStateException("a server needs an address and an authkey");
        }
        return ManagerServer.start(this, at, listening.maxFrameBytes(maxFrameBytes));
    }

    Registry registry() {
        return registry;
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    long maxObjects() {
        return maxObjects;
    }

    boolean allowShutdown() {
        return allowShutdown;
    }

    boolean platformThreads() {
        return platformThreads;
    }
}
