package dev.backplane.remote;

import dev.backplane.codec.CodecException;
import dev.backplane.connection.Connection;
import dev.backplane.pickle.PythonException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection of a client, served by one thread from its first request to its end.
///
/// A client opens a connection for each request that concerns the server, and one that stays for each of its
/// threads that use proxies.
///
/// While a call waits long, a second thread receives the next message. A client sends none before it has its
/// reply, so what comes is the end of the connection, which interrupts the call. Should a message come all
/// the same, it is the next request.
final class Session extends Caller implements Runnable {
    private final Connection connection;
    private final ServerState server;
    private final long process;
    private final ReentrantLock watchLock = new ReentrantLock();
    /// The next message, if a second thread receives it.
    private @Nullable CompletableFuture<byte[]> ahead;
    /// The thread of this session while it is in a call that is watched.
    private @Nullable Thread watched;
    /// Whether this session is in a call that is watched if it takes long, and how many such calls there were.
    private boolean perhapsLong;
    private long perhapsLongCalls;
    private long seenAtTick;
    private volatile @Nullable Thread thread;
    private volatile boolean stopped;
    /// Keeps what was returned last until the next request: a client that gets a proxy out of a container
    /// counts its reference before it asks for anything else.
    @SuppressWarnings("UnusedVariable") // To be kept is all that it is for.
    private @Nullable Object last;

    /// @param connection of the client, authenticated
    /// @param server what all sessions share
    Session(Connection connection, ServerState server) {
        this.connection = connection;
        this.server = server;
        this.process = server.processes().begin(connection.peerProcess().orElse(0));
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            serve();
        } catch (IOException | InterruptedException e) {
            ServerState.LOG.log(System.Logger.Level.DEBUG, "a client''s connection has ended: {0}", e.toString());
        } finally {
            try {
                end();
            } finally {
                server.ended(this);
            }
        }
    }

    private void end() {
        Thread.interrupted(); // What is given back now must not be interrupted.
        last = null;
        releaseAll();
        close();
        server.processes().end(process);
    }

    private void serve() throws IOException, InterruptedException {
        boolean stays = false;
        do {
            stays = serveOne(stays);
        } while (stays && !stopped);
    }

    /// Serves one request. While the next one is waited for, only [#last] is kept of it.
    ///
    /// @param stayed whether the connection is one that stays already
    /// @return whether it is now
    private boolean serveOne(boolean stayed) throws IOException, InterruptedException {
        boolean stays = stayed;
        Reply reply;
        String method = "";
        try {
            final Request request = Request.of(server.codec().fromBytes(receive()));
            method = request.method();
            last = null;
            reply = stayed ? server.objectCalls().answer(request, this) : control(request);
            stays |= method.equals("accept_connection") && reply.isResult();
        } catch (CodecException | PythonException e) {
            reply = Reply.trace(e);
        } finally {
            endWatch();
        }
        last = reply.content();
        try {
            connection.sendBytes(reply.toBytes(server.codec()));
        } finally {
            if (!stayed && reply.isResult()) {
                server.serverCalls().replied(method);
            }
        }
        return stays;
    }

    private Reply control(Request request) throws InterruptedException {
        return server.serverCalls().answer(request, process);
    }

    @Override
    void keepWhileIdle() {
        connection.keepWhileIdle();
    }

    @Override
    long process() {
        return process;
    }

    @Override
    Object sendable(@Nullable Object value) {
        try {
            return Reply.written(value, server.codec());
        } catch (CodecException e) {
            throw Errors.type("this cannot be sent, and stays where it is: " + e.getMessage());
        }
    }

    @Override
    int mostBytes() {
        return server.maxFrameBytes();
    }

    private byte[] receive() throws IOException, InterruptedException {
        final CompletableFuture<byte[]> coming = ahead;
        if (coming == null) {
            return connection.receiveBytes();
        }
        try {
            final byte[] message = coming.get();
            ahead = null;
            return message;
        } catch (ExecutionException e) {
            throw new IOException("the connection ended while a call waited", e.getCause());
        }
    }

    @Override
    void watch() {
        watchLock.lock();
        try {
            watch(Thread.currentThread());
        } finally {
            watchLock.unlock();
        }
    }

    private void watch(Thread calling) {
        watched = calling;
        if (ahead == null) {
            final CompletableFuture<byte[]> coming = new CompletableFuture<>();
            ahead = coming;
            Thread.ofVirtual().name("backplane-watch").start(() -> receiveAhead(coming));
        } else if (ahead.isCompletedExceptionally()) {
            calling.interrupt();
        }
    }

    @Override
    void watchIfLong() {
        watchLock.lock();
        try {
            perhapsLong = true;
            perhapsLongCalls++;
        } finally {
            watchLock.unlock();
        }
    }

    /// Watches the call that was under way at the last tick too.
    void tick() {
        watchLock.lock();
        try {
            final Thread calling = thread;
            if (perhapsLong && watched == null && seenAtTick == perhapsLongCalls && calling != null) {
                watch(calling);
            }
            seenAtTick = perhapsLongCalls;
        } finally {
            watchLock.unlock();
        }
    }

    private void receiveAhead(CompletableFuture<byte[]> coming) {
        try {
            coming.complete(connection.receiveBytes());
        } catch (IOException | InterruptedException | RuntimeException e) {
            watchLock.lock();
            try {
                coming.completeExceptionally(e);
                if (watched != null) {
                    watched.interrupt();
                }
            } finally {
                watchLock.unlock();
            }
        }
    }

    /// A call is over: what interrupted it, or would have in an instant, must not interrupt anything else.
    private void endWatch() {
        watchLock.lock();
        try {
            perhapsLong = false;
            if (watched != null) {
                watched = null;
                if (!stopped) {
                    Thread.interrupted();
                }
            }
        } finally {
            watchLock.unlock();
        }
    }

    /// Ends this session, whatever it waits for. Any thread may call.
    void stop() {
        stopped = true;
        close();
        final Thread serving = thread;
        if (serving != null) {
            serving.interrupt();
        }
    }

    private void close() {
        try {
            connection.close();
        } catch (IOException e) {
            ServerState.LOG.log(System.Logger.Level.DEBUG, "a client's connection cannot be closed", e);
        }
    }
}
