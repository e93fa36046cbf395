package dev.backplane.remote;

import dev.backplane.ConnectionLostException;
import dev.backplane.RemoteCallException;
import dev.backplane.connection.Connection;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection of a client to a server: a request, a reply, and so on.
///
/// **Interruption.** A call that is under way is not interrupted, since the server would not know and might
/// give to nobody what it was asked for: the interrupt status is kept, and who waits for long asks for short
/// waits.
///
/// **End.** A call under way throws [ConnectionLostException]; the link is closed from then on.
final class RemoteLink {
    private static final int REPLY_PARTS = 2;

    private final Connection connection;
    private final PickleCodec codec;
    private final long callTimeoutNanos;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean owning;
    private volatile boolean closed;
    private volatile long lastUsedNanos = System.nanoTime();

    /// @param connection authenticated
    /// @param codec of requests and replies
    /// @param callTimeoutNanos how long a reply may take that nothing keeps waiting
    RemoteLink(Connection connection, PickleCodec codec, long callTimeoutNanos) {
        this.connection = connection;
        this.codec = codec;
        this.callTimeoutNanos = callTimeoutNanos;
    }

    /// Says that the server takes this connection for the owner of something, such as a lock.
    void setOwning() {
        owning = true;
    }

    /// Whether [#setOwning] was ever called.
    boolean isOwning() {
        return owning;
    }

    boolean isOpen() {
        return !closed && connection.isOpen();
    }

    long idleNanos() {
        return System.nanoTime() - lastUsedNanos;
    }

    /// Whether the server has ended the connection, between two calls.
    boolean isStale() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return connection.poll(Duration.ZERO); // Nothing but the end can come unasked for.
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (IOException e) {
                    return true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks, and waits for the answer.
    ///
    /// @param ident of the object; null for what concerns the server
    /// @param method a name
    /// @param waitNanos how long the call is to keep the server waiting
    /// @param args by position
    /// @return what the server returned
    /// @throws PythonException what the object raised
    /// @throws RemoteCallException if the server could not call it
    /// @throws ConnectionLostException if there is no answer
    @Nullable
    Object call(@Nullable Object ident, String method, long waitNanos, @Nullable Object... args) {
        final byte[] request = codec.toBytes(PythonTuple.of(ident, method, PythonTuple.of(args), new PythonDict()));
        turn.lock();
        try {
            lastUsedNanos = System.nanoTime();
            return resultOf(method, codec.fromBytes(exchange(method, request, waitNanos)));
        } finally {
            lastUsedNanos = System.nanoTime();
            turn.unlock();
        }
    }

    private byte[] exchange(String method, byte[] request, long waitNanos) {
        boolean interrupted = Thread.interrupted();
        boolean sent = false;
        boolean done = false;
        final long start = System.nanoTime();
        try {
            while (true) {
                try {
                    if (!sent) {
                        connection.sendBytes(request, left(start, callTimeoutNanos));
                        sent = true;
                    }
                    final byte[] reply = receive(start, waitNanos);
                    done = true;
                    return reply;
                } catch (InterruptedException e) {
                    interrupted = true; // A connection that stays open has lost nothing.
                }
            }
        } catch (SocketTimeoutException e) {
            throw new ConnectionLostException(
                    connection.peer() + " gave no answer to " + method + "() within "
                            + Duration.ofNanos(mostNanos(waitNanos)) + ": the connection is given up",
                    e);
        } catch (IOException e) {
            throw new ConnectionLostException(
                    "the connection to " + connection.peer() + " ended while " + method + "() was under way", e);
        } finally {
            if (!done) {
                close(); // After an error too: the next call would take this one's reply for its own.
            }
            restore(interrupted);
        }
    }

    private long mostNanos(long waitNanos) {
        return waitNanos > Long.MAX_VALUE - callTimeoutNanos ? Caller.FOREVER : callTimeoutNanos + waitNanos;
    }

    private static Duration left(long start, long mostNanos) {
        return Duration.ofNanos(mostNanos == Caller.FOREVER ? mostNanos : mostNanos - (System.nanoTime() - start));
    }

    /// A reply that may come at any time has the time for calls from its first byte on.
    private byte[] receive(long start, long waitNanos) throws IOException, InterruptedException {
        final long mostNanos = mostNanos(waitNanos);
        if (mostNanos != Caller.FOREVER) {
            return connection.receiveBytes(left(start, mostNanos));
        }
        boolean some;
        do {
            some = connection.poll(left(start, mostNanos));
        } while (!some);
        return connection.receiveBytes(Duration.ofNanos(callTimeoutNanos));
    }

    private static @Nullable Object resultOf(String method, @Nullable Object reply) {
        if (!(reply instanceof PythonTuple parts)
                || parts.size() != REPLY_PARTS
                || !(parts.get(0) instanceof String kind)) {
            throw new RemoteCallException(
                    method + "(): the server's reply is none of Python's managers", String.valueOf(reply), null);
        }
        final Object content = parts.get(1);
        return switch (kind) {
            case "#RETURN", "#PROXY" -> content;
            case "#ERROR" -> throw raised(method, content);
            default -> {
                final String trace = content instanceof String text ? text.strip() : String.valueOf(content);
                final String last = trace.substring(trace.lastIndexOf('\n') + 1);
                throw new RemoteCallException(method + "() failed in the server: " + last, trace, null);
            }
        };
    }

    private static RuntimeException raised(String method, @Nullable Object exception) {
        final PythonException end = QueueEnd.read(exception);
        if (end != null) {
            return end;
        }
        if (exception instanceof PythonException known) {
            known.fillInStackTrace();
            return known;
        }
        final String text = String.valueOf(exception);
        return new RemoteCallException(method + "() raised " + text, text, null);
    }

    void close() {
        closed = true;
        try {
            connection.close();
        } catch (IOException e) {
            RemoteLinks.LOG.log(System.Logger.Level.DEBUG, "a connection cannot be closed", e);
        }
    }
}
