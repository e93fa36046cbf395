package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What both ends of a new socket go through, within one limit of time, before it is a connection.
///
/// @param options what is asked for
/// @param key of the options, or a copy of it
/// @param role which end this is
record Handshake(ConnectionOptions options, @Nullable Secret key, Challenge.Role role) {
    /// Waits of a handshake do not spin: they are few, and may be many at once.
    private static final Waiting WAITING = Waiting.block();

    /// Makes a connection of a socket, which is closed if that fails.
    ///
    /// @param endpoint where the listener is
    /// @param deadline when the time is up, by [System#nanoTime]
    /// @param onClose told when the connection is closed, once
    /// @param idle watches the connection
    Connection perform(StreamSocket socket, Endpoint endpoint, long deadline, Runnable onClose, IdleWatch idle)
            throws IOException, InterruptedException {
        boolean done = false;
        try {
            final Duration unacknowledged = options.unacknowledgedTimeout();
            if (unacknowledged != null) {
                socket.limitUnacknowledged(unacknowledged);
            }
            final TlsOptions tls = options.tls();
            final StreamSocket inner = tls == null
                    ? socket
                    : TlsSocket.open(socket, tls.engine(endpoint, role == Challenge.Role.CLIENT), WAITING, deadline);
            final TimedSocket timed = new TimedSocket(inner, options.waiting(), options.interruptGrace());
            timed.limitTo(deadline);
            final FramedTransport transport = new FramedTransport(timed, onClose);
            final Codec<@Nullable Object> codec = options.codec();
            final Connection connection =
                    new MessageConnection(new MessageExchange(transport, options.maxFrameBytes()), codec);
            if (key != null) {
                prove(new Challenge(connection, key, options.allowMd5(), role));
            }
            timed.unlimited();
            idle.add(timed, transport);
            done = true;
            return connection;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private void prove(Challenge challenge) throws IOException, InterruptedException {
        if (role == Challenge.Role.CLIENT) {
            challenge.answer();
            challenge.deliver();
        } else {
            challenge.deliver();
            challenge.answer();
        }
    }
}
