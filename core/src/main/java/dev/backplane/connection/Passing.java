package dev.backplane.connection;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.store.Platform;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import java.io.IOException;
import java.util.Objects;
import java.util.OptionalInt;

/// Sends open connections, listeners and anonymous segments to another process of this host, over a connection to it.
///
/// ```java
/// Passing.send(worker, listener);                                     // here: who listens
/// Listener theirs = Passing.receiveListener(worker, options);         // there: who will accept
/// ```
///
/// What is sent is an open descriptor (`SCM_RIGHTS`), over a connection to an address `unix:…` between two JVMs on
/// Linux; everywhere else these methods throw an [UnsupportedOperationException] that says so. Each `send` waits until
/// the
/// other end calls the method that receives it. Nobody else may use either end of the carrying connection meanwhile.
///
/// **Ownership.** A connection or listener that was sent is closed here and goes on there, with the options that the
/// receiver gives; a segment stays attached here too. Peers that a listener had let in here, or whose handshake was
/// under way, have to connect again. Nobody may close what is being sent; and all messages that were sent over the
/// carrying connection before are to be received first. A receiver that is interrupted closes the carrying connection.
/// A socket's file stays, and is deleted by the receiver's [Listener#close].
///
/// **Trust.** A received connection is taken for authenticated, as it was where it came from: so receive from those
/// only
/// whom you would give the key.
///
/// **Process death.** A sender killed before the descriptor is sent leaves the receiver with an [java.io.EOFException];
/// afterwards
/// what was sent lives on. A receiver killed before it has taken the descriptor leaves that closed by the system, once
/// the
/// sender has closed its own.
///
/// Thread-safe. Cost: one round trip.
public final class Passing {
    private static final byte CONNECTION = 1;
    private static final byte LISTENER = 2;
    private static final byte SEGMENT = 3;

    private Passing() {}

    /// Sends a connection, and closes it here.
    ///
    /// @param over to whom
    /// @param what a connection over a socket, without TLS, with no message that has arrived and was not received
    /// @throws IllegalStateException if a message has arrived over `what`: receive it first
    /// @throws UnsupportedOperationException if `what` is a pipe or has TLS, or `over` is not over a socket of
    ///     this host
    /// @throws IOException if the other end ends, or sends a message instead of asking
    /// @throws InterruptedException if interrupted; nothing is sent then, and `what` stays open
    public static void send(Connection over, Connection what) throws IOException, InterruptedException {
        if (exchange(over) == exchange(what)) {
            throw new IllegalArgumentException("a connection cannot be sent over itself");
        }
        exchange(what).alone(sent -> {
            give(over, CONNECTION, sent::openDescriptor);
            sent.close();
            return sent;
        });
    }

    /// Sends a listener, and closes it here without deleting its file.
    ///
    /// @param over to whom
    /// @param what listens
    /// @throws UnsupportedOperationException if this system, or `over`, cannot send it
    /// @throws IOException if the other end ends, or sends a message instead of asking
    /// @throws InterruptedException if interrupted; nothing is sent then, and `what` stays open
    public static void send(Connection over, Listener what) throws IOException, InterruptedException {
        give(over, LISTENER, () -> descriptor(what.socket().openDescriptor(), "a listener"));
        what.release();
    }

    /// Sends an anonymous segment, which stays attached here.
    ///
    /// @param over to whom
    /// @param what of [Manager#anonymous]: a segment with a name is attached by that
    /// @throws UnsupportedOperationException if `what` has a name, or this system, or `over`, cannot send it
    /// @throws IOException if the other end ends, or sends a message instead of asking
    /// @throws InterruptedException if interrupted; nothing is sent then
    public static void send(Connection over, Manager what) throws IOException, InterruptedException {
        give(
                over,
                SEGMENT,
                () -> descriptor(
                        ManagerProvider.local().openDescriptor(what),
                        "a segment with a name, which is attached by that,"));
    }

    /// Receives a connection that the other end sends by [#send(Connection, Connection)].
    ///
    /// @param over from whom
    /// @param options of the connection here; no handshake is made
    /// @return the connection
    /// @throws UnsupportedOperationException if `over` is not over a socket of this host
    /// @throws IOException if the other end ends, or sends something else
    /// @throws InterruptedException if interrupted
    public static Connection receiveConnection(Connection over, ConnectionOptions options)
            throws IOException, InterruptedException {
        Objects.requireNonNull(options, "options"); // What has been taken is lost if it cannot be used.
        return MessageConnection.over(StreamSocket.ofDescriptor(take(over, CONNECTION)), options);
    }

    /// Receives a listener that the other end sends by [#send(Connection, Listener)].
    ///
    /// @param over from whom
    /// @param options of the listener here
    /// @return the listener, which deletes its file when it is closed
    /// @throws IllegalArgumentException if it cannot have these options, as for [Listener#open]; it is
    ///     closed then
    /// @throws UnsupportedOperationException if `over` is not over a socket of this host
    /// @throws IOException if the other end ends, or sends something else
    /// @throws InterruptedException if interrupted
    public static Listener receiveListener(Connection over, ListenerOptions options)
            throws IOException, InterruptedException {
        Objects.requireNonNull(options, "options");
        return Listener.received(StreamListener.ofDescriptor(take(over, LISTENER), true), options);
    }

    /// Receives an anonymous segment that the other end sends by [#send(Connection, Manager)], and which outlives
    /// that.
    ///
    /// @param over from whom
    /// @param options of the attachment
    /// @return its objects
    /// @throws UnsupportedOperationException if `over` is not over a socket of this host
    /// @throws IOException if the other end ends, or sends something else
    /// @throws InterruptedException if interrupted
    public static Manager receiveManager(Connection over, SegmentOptions options)
            throws IOException, InterruptedException {
        Objects.requireNonNull(options, "options");
        return ManagerProvider.local().ofDescriptor(take(over, SEGMENT), options);
    }

    private static int descriptor(OptionalInt descriptor, String what) {
        return descriptor.orElseThrow(
                () -> new UnsupportedOperationException(what + " cannot be sent to another process here"));
    }

    private static void give(Connection over, byte kind, Transport.DescriptorSource source)
            throws IOException, InterruptedException {
        // What cannot be sent is refused before anybody asks for it.
        Platform.current().closeDescriptor(source.open());
        exchange(over).alone(transport -> {
            transport.giveDescriptor(kind, source);
            return transport;
        });
    }

    private static int take(Connection over, byte kind) throws IOException, InterruptedException {
        return exchange(over).alone(transport -> transport.takeDescriptor(kind));
    }

    private static MessageExchange exchange(Connection connection) {
        if (connection instanceof MessageConnection message) {
            return message.exchange();
        }
        throw new UnsupportedOperationException(connection + " is no connection of this library");
    }
}
