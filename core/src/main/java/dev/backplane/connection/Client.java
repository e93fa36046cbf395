package dev.backplane.connection;

import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamSocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Connects to a [Listener], or to one of Python's `multiprocessing.connection`.
public final class Client {
    private Client() {}

    /// Connects.
    ///
    /// @param uri `tcp://host:port`, `tcp://[v6]:port`, `unix:/path`, `unix:@name`
    /// @param options with an authkey if the listener has one
    /// @return the connection; both ends have proved that they have the key
    /// @throws IllegalArgumentException if `uri` is no address
    /// @throws AuthenticationException if the listener has another key
    /// @throws java.net.SocketTimeoutException if the time for connecting and the handshake was up
    /// @throws IOException if nobody listens there, or the listener ends the connection
    /// @throws InterruptedException if interrupted
    public static Connection connect(String uri, ConnectionOptions options) throws IOException, InterruptedException {
        return connect(Endpoint.parse(uri), options);
    }

    /// Connects.
    ///
    /// @param to where the listener is
    /// @param options with an authkey if the listener has one
    /// @return the connection; both ends have proved that they have the key
    /// @throws AuthenticationException if the listener has another key
    /// @throws java.net.SocketTimeoutException if the time for connecting and the handshake was up
    /// @throws IOException if nobody listens there, or the listener ends the connection
    /// @throws InterruptedException if interrupted
    public static Connection connect(Endpoint to, ConnectionOptions options) throws IOException, InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(options.handshakeTimeout());
        final StreamSocket socket = StreamSocket.connect(to, options.handshakeTimeout());
        return new Handshake(options, options.authkey(), Challenge.Role.CLIENT)
                .perform(socket, to, deadline, () -> {}, new IdleWatch(null));
    }
}
