package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.store.Waiting;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// How a [Listener] and the connections that it accepts behave. Immutable: each method gives a copy.
public final class ListenerOptions {
    /// How many may wait to be accepted, unless chosen.
    public static final int DEFAULT_BACKLOG = 128;

    /// How many handshakes may be under way, unless chosen.
    public static final int DEFAULT_MAX_HANDSHAKES = 256;

    private final ConnectionOptions connections;
    private final Limits limits;
    private final BiConsumer<String, Exception> onRefused;

    /// The numbers.
    ///
    /// @param idleTimeout null for no limit
    record Limits(
            int backlog,
            int maxConnections,
            int maxHandshakes,
            @Nullable Duration idleTimeout) {}

    private ListenerOptions(ConnectionOptions connections, Limits limits, BiConsumer<String, Exception> onRefused) {
        this.connections = connections;
        this.limits = limits;
        this.onRefused = onRefused;
    }

    /// [ConnectionOptions#defaults], a backlog of 128, 256 handshakes at once, any number of connections that
    /// may be idle for ever.
    ///
    /// @return the defaults
    public static ListenerOptions defaults() {
        return of(ConnectionOptions.defaults());
    }

    /// The defaults for a listener, with given options of its connections.
    ///
    /// @param connections of whatever is accepted
    /// @return the options
    public static ListenerOptions of(ConnectionOptions connections) {
        return new ListenerOptions(
                connections,
                new Limits(DEFAULT_BACKLOG, Integer.MAX_VALUE, DEFAULT_MAX_HANDSHAKES, null),
                (peer, why) -> {});
    }

    private ListenerOptions with(ConnectionOptions other) {
        return new ListenerOptions(other, limits, onRefused);
    }

    private ListenerOptions with(Limits other) {
        return new ListenerOptions(connections, other, onRefused);
    }

    private static int positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " is " + number + ", must be at least 1");
        }
        return number;
    }

    /// See [ConnectionOptions#authkey].
    ///
    /// @param secret at least one byte, copied
    /// @return a copy
    public ListenerOptions authkey(byte[] secret) {
        return with(connections.authkey(secret));
    }

    /// See [ConnectionOptions#codec].
    ///
    /// @param codec of the values that connections send and receive
    /// @return a copy
    public ListenerOptions codec(Codec<@Nullable Object> codec) {
        return with(connections.codec(codec));
    }

    /// See [ConnectionOptions#waiting].
    ///
    /// @param how threads wait for the other end
    /// @return a copy
    public ListenerOptions waiting(Waiting how) {
        return with(connections.waiting(how));
    }

    /// Limits how long each handshake may take, from the instant that the peer has connected.
    ///
    /// @param longest positive
    /// @return a copy
    public ListenerOptions handshakeTimeout(Duration longest) {
        return with(connections.handshakeTimeout(longest));
    }

    /// See [ConnectionOptions#maxFrameBytes].
    ///
    /// @param most the longest message that is received
    /// @return a copy
    public ListenerOptions maxFrameBytes(long most) {
        return with(connections.maxFrameBytes(most));
    }

    /// See [ConnectionOptions#tls].
    ///
    /// @param options with a certificate and its key
    /// @return a copy
    public ListenerOptions tls(TlsOptions options) {
        return with(connections.tls(options));
    }

    /// See [ConnectionOptions#allowMd5].
    ///
    /// @param allowed whether MD5 will do
    /// @return a copy
    public ListenerOptions allowMd5(boolean allowed) {
        return with(connections.allowMd5(allowed));
    }

    /// Limits how many may wait: for the system to hand them over, as far as it heeds that, and, when they
    /// have proved the key, for [Listener#accept].
    ///
    /// @param most at least 1
    /// @return a copy
    public ListenerOptions backlog(int most) {
        return with(
                new Limits(positive("backlog", most), limits.maxConnections, limits.maxHandshakes, limits.idleTimeout));
    }

    /// Limits how many connections may be open at once. Who comes then waits until one is closed.
    ///
    /// @param most at least 1
    /// @return a copy
    public ListenerOptions maxConnections(int most) {
        return with(
                new Limits(limits.backlog, positive("maxConnections", most), limits.maxHandshakes, limits.idleTimeout));
    }

    /// Limits how many handshakes may be under way at once. When one more connects, the oldest of them is
    /// ended: a handshake takes milliseconds, so the oldest is the most likely to stall on purpose.
    ///
    /// @param most at least 1
    /// @return a copy
    public ListenerOptions maxHandshakes(int most) {
        return with(
                new Limits(limits.backlog, limits.maxConnections, positive("maxHandshakes", most), limits.idleTimeout));
    }

    /// Closes connections over which nothing was sent and nothing came for some time, but those that
    /// [Connection#keepWhileIdle] is called for.
    ///
    /// @param longest positive
    /// @return a copy
    public ListenerOptions idleTimeout(Duration longest) {
        if (!longest.isPositive()) {
            throw new IllegalArgumentException("idleTimeout is " + longest + ", must be positive");
        }
        return with(new Limits(limits.backlog, limits.maxConnections, limits.maxHandshakes, longest));
    }

    /// Has somebody told of each peer that is not let in.
    ///
    /// @param told gets where the peer is, and why; called by the handshake's own thread
    /// @return a copy
    public ListenerOptions onRefused(BiConsumer<String, Exception> told) {
        return new ListenerOptions(connections, limits, told);
    }

    ConnectionOptions connections() {
        return connections;
    }

    Limits limits() {
        return limits;
    }

    BiConsumer<String, Exception> onRefused() {
        return onRefused;
    }

    /// The options, without the key.
    @Override
    public String toString() {
        return "ListenerOptions[" + connections + ", " + limits + "]";
    }
}
