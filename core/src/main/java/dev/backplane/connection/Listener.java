package dev.backplane.connection;

import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for [Client]s, or those of Python's `multiprocessing.connection`, and lets in who has the key.
///
/// **Handshakes.** Each runs on a virtual thread of its own, whether or not anybody is in [#accept], which
/// gives only those who have proved the key. So one who stalls holds nobody up; he is closed when the time
/// for the handshake is up. Python's `accept` throws an AuthenticationError for a peer that fails; here the
/// peer is closed, counted in [#refusedPeers] and told to [ListenerOptions#onRefused], and `accept` waits for
/// the next.
///
/// **Without an authkey** everybody who can reach the address is let in: any user of this host, and for TCP
/// of others.
///
/// **Fairness.** Connections are given in the order in which they have proved the key.
///
/// **Interruption.** Waits notice an interrupt at once, clear the status and throw.
///
/// **Process death.** A Unix socket's file is left by a listener that is killed, and replaced by the next one
/// there.
///
/// Thread-safe.
public final class Listener implements AutoCloseable {
    private final StreamListener socket;
    private final Admission admission;

    private Listener(StreamListener socket, Admission admission) {
        this.socket = socket;
        this.admission = admission;
    }

    /// Listens.
    ///
    /// @param uri `tcp://host:port` with port 0 for any that is free, `tcp://[v6]:port`, `unix:/path`,
    ///     `unix:@name`
    /// @param options limits, and an authkey if not everybody is to be let in
    /// @return the listener
    /// @throws IllegalArgumentException if `uri` is no address
    /// @throws IOException if the address is taken, or not this host's
    public static Listener open(String uri, ListenerOptions options) throws IOException {
        return open(Endpoint.parse(uri), options);
    }

    /// Listens.
    ///
    /// @param at where; with port 0 for any that is free
    /// @param options limits, and an authkey if not everybody is to be let in
    /// @return the listener
    /// @throws IOException if the address is taken, or not this host's
    public static Listener open(Endpoint at, ListenerOptions options) throws IOException {
        check(at, options);
        return over(StreamListener.listen(at, options.limits().backlog()), options);
    }

    private static void check(Endpoint at, ListenerOptions options) throws IOException {
        final TlsOptions tls = options.connections().tls();
        if (tls != null) {
            tls.check(at);
        }
    }

    /// A listener over a socket that came from another process, and is closed if it cannot have these
    /// options.
    static Listener received(StreamListener socket, ListenerOptions options) throws IOException {
        boolean checked = false;
        try {
            check(socket.endpoint(), options);
            checked = true;
        } finally {
            if (!checked) {
                socket.close();
            }
        }
        return over(socket, options);
    }

    /// A listener over a socket that listens already.
    static Listener over(StreamListener socket, ListenerOptions options) {
        final Admission admission = new Admission(socket, options);
        Thread.ofVirtual().name("backplane-listener").start(admission::run);
        return new Listener(socket, admission);
    }

    /// The next connection, waiting for it.
    ///
    /// @return a connection whose other end has proved the key, if there is one
    /// @throws java.nio.channels.ClosedChannelException if the listener is closed
    /// @throws IOException if the system refuses
    /// @throws InterruptedException if interrupted
    public Connection accept() throws IOException, InterruptedException {
        while (true) {
            final Connection next = admission.take(StreamSocket.FOREVER);
            if (next != null) {
                return next;
            }
        }
    }

    /// The next connection, waiting for it, but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return nothing if the time was up first
    /// @throws java.nio.channels.ClosedChannelException if the listener is closed
    /// @throws IOException if the system refuses
    /// @throws InterruptedException if interrupted
    public Optional<Connection> accept(Duration timeout) throws IOException, InterruptedException {
        return Optional.ofNullable(admission.take(TimeUnit.NANOSECONDS.convert(timeout)));
    }

    /// Whether [#accept] would return at once.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws java.nio.channels.ClosedChannelException if the listener is closed
    /// @throws IOException if the system refuses
    /// @throws InterruptedException if interrupted
    public boolean poll(Duration timeout) throws IOException, InterruptedException {
        return admission.poll(TimeUnit.NANOSECONDS.convert(timeout));
    }

    /// Where the connection that was last accepted comes from.
    ///
    /// @return nothing before the first
    public Optional<String> lastAccepted() {
        final @Nullable String peer = admission.lastTaken();
        return Optional.ofNullable(peer);
    }

    /// Where this listens: with the port that the system chose, if that was asked for.
    ///
    /// @return the endpoint
    public Endpoint endpoint() {
        return socket.endpoint();
    }

    /// How many peers were not let in: for another key, or none, for taking too long, or beyond a limit.
    ///
    /// @return the number so far
    public long refusedPeers() {
        return admission.refused();
    }

    /// How many connections of this listener are open, those that wait to be accepted included.
    ///
    /// @return 0 or more
    public int openConnections() {
        return admission.open();
    }

    /// The socket, to be sent to another process.
    StreamListener socket() {
        return socket;
    }

    /// Ends in this process, for the sake of another one that has the socket now.
    void release() throws IOException {
        socket.release();
        close();
    }

    /// Stops listening: handshakes end, who waits to be accepted is closed, the key is erased. Connections
    /// that were accepted stay open. Does nothing if it is closed.
    ///
    /// @throws IOException if the system refuses; the listener is closed in any case
    @Override
    public void close() throws IOException {
        admission.close();
    }

    /// Where it listens.
    @Override
    public String toString() {
        return "listener at " + endpoint();
    }
}
