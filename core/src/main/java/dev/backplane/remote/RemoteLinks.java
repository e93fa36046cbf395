package dev.backplane.remote;

import dev.backplane.ConnectOptions;
import dev.backplane.ConnectionLostException;
import dev.backplane.RemoteCallException;
import dev.backplane.connection.Client;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.pickle.Pickle;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PickleGlobals;
import dev.backplane.pickle.PickleLimits;
import dev.backplane.store.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The connections of one client to its server: one for each thread that calls, virtual ones too, as Python's
/// proxies have it, since a server takes a connection for the thread that owns a lock.
///
/// When a thread has ended, its connection is closed, which frees what it held; one that never held anything
/// is kept for the next thread that comes, a few of them.
///
/// Thread-safe.
final class RemoteLinks {
    static final System.Logger LOG = System.getLogger(RemoteManager.class.getName());

    private static final int MOST_SPARE = 16;
    private static final long SWEEP_NANOS = 20_000_000;
    /// A connection that was not used for so long is looked at before it is used again.
    private static final long TRUSTED_NANOS = 1_000_000_000;

    private final Endpoint endpoint;
    private final ConnectionOptions connecting;
    private final long connectTimeoutNanos;
    private final long callTimeoutNanos;
    private final PickleCodec codec;
    private final Map<Thread, RemoteLink> byThread = new ConcurrentHashMap<>();
    /// Those of waits that have one of their own.
    private final Set<RemoteLink> lent = ConcurrentHashMap.newKeySet();
    private final BlockingDeque<RemoteLink> spare = new LinkedBlockingDeque<>(MOST_SPARE);
    private final AtomicLong sweptNanos = new AtomicLong(System.nanoTime());
    private volatile boolean closed;

    /// @param endpoint of the server
    /// @param connecting with the key
    /// @param options times and limits
    RemoteLinks(Endpoint endpoint, ConnectionOptions connecting, ConnectOptions options) {
        this.endpoint = endpoint;
        this.connecting = connecting;
        this.connectTimeoutNanos = TimeUnit.NANOSECONDS.convert(options.connectTimeout());
        this.callTimeoutNanos = TimeUnit.NANOSECONDS.convert(options.callTimeout());
        this.codec = new PickleCodec(
                Pickle.PROTOCOL,
                PickleLimits.standard().withMaxBytes(options.maxFrameBytes()),
                PickleGlobals.standard()
                        .with(
                                "builtins",
                                "list",
                                args -> args.size() == 1 && args.get(0) instanceof List<?> list
                                        ? list // What Python's servers make of a dict's items.
                                        : null));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// Refuses what comes after [#close].
    void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the manager of " + endpoint + " is closed");
        }
    }

    /// The calling thread's connection: the one that it has, one that is left over, or a new one.
    ///
    /// @return the connection
    /// @throws ConnectionLostException if the server cannot be reached
    RemoteLink current() {
        ensureOpen();
        final Thread thread = Thread.currentThread();
        final RemoteLink link = byThread.get(thread);
        if (link != null && link.isOpen()) {
            if (link.idleNanos() < TRUSTED_NANOS || !link.isStale()) {
                return link;
            }
            link.close();
        }
        final RemoteLink other = spareOrNew();
        byThread.put(thread, other);
        if (closed) {
            other.close();
            ensureOpen();
        }
        return other;
    }

    /// Waits by a connection of its own, which is given up if the wait ends before its call does.
    ///
    /// @param nanos the longest wait, [Caller#FOREVER] for no limit but the call's own
    /// @param ended what makes the call end if the thread is interrupted; null to give the connection up
    /// @param call is made in a thread of its own
    /// @return what it returned
    /// @throws InterruptedException if interrupted
    /// @throws TimeoutException if the time was up
    /// @throws ConnectionLostException if the server cannot be reached
    @Nullable
    Object aside(long nanos, @Nullable Runnable ended, Function<RemoteLink, @Nullable Object> call)
            throws InterruptedException, TimeoutException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final RemoteLink link = spareOrNew();
        lent.add(link);
        try {
            ensureOpen(); // From here on, close() finds the link.
            return resultOf(link, nanos, ended, call);
        } finally {
            lent.remove(link);
            giveBack(link);
        }
    }

    private static @Nullable Object resultOf(
            RemoteLink link, long nanos, @Nullable Runnable ended, Function<RemoteLink, @Nullable Object> call)
            throws InterruptedException, TimeoutException {
        final CompletableFuture<@Nullable Object> answer = CompletableFuture.supplyAsync(
                () -> call.apply(link), Thread.ofVirtual().name("backplane-wait")::start);
        try {
            return nanos == Caller.FOREVER ? answer.get() : answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            if (ended == null) {
                throw e;
            }
            return afterInterrupt(answer, ended, e);
        } finally {
            if (!answer.isDone()) {
                link.close(); // The server undoes the wait, if it is one of this library.
            }
        }
    }

    /// What had happened already when the interrupt came is what counts.
    private static @Nullable Object afterInterrupt(
            CompletableFuture<@Nullable Object> answer, Runnable ended, InterruptedException interrupt)
            throws InterruptedException {
        try {
            ended.run();
            final Object result = answer.join();
            Thread.currentThread().interrupt();
            return result;
        } catch (RuntimeException e) {
            interrupt.addSuppressed(e);
            throw interrupt;
        }
    }

    private RemoteLink spareOrNew() {
        final long now = System.nanoTime();
        final long swept = sweptNanos.get();
        if (spare.isEmpty() && now - swept > SWEEP_NANOS && sweptNanos.compareAndSet(swept, now)) {
            sweep();
        }
        for (RemoteLink link = spare.poll(); link != null; link = spare.poll()) {
            if (link.isOpen() && !link.isStale()) {
                return link;
            }
            link.close();
        }
        try {
            return open();
        } catch (IOException e) {
            throw new ConnectionLostException("cannot connect to " + endpoint + " (again)", e);
        }
    }

    /// Takes back a connection that nobody uses any more, if it is still good.
    private void giveBack(RemoteLink link) {
        if (!link.isOpen() || link.isOwning() || !spare.offer(link) || closed) {
            link.close();
        }
    }

    /// Looks after the connections of threads that have ended.
    void sweep() {
        byThread.forEach((thread, link) -> {
            if (!thread.isAlive() && byThread.remove(thread, link)) {
                giveBack(link);
            }
        });
    }

    /// A new connection for calls of objects.
    ///
    /// @return the connection
    /// @throws IOException if the server cannot be reached
    RemoteLink open() throws IOException {
        final RemoteLink link = connect();
        boolean accepted = false;
        try {
            link.call(
                    null,
                    "accept_connection",
                    0,
                    "backplane-" + Thread.currentThread().threadId());
            accepted = true;
            return link;
        } finally {
            if (!accepted) {
                link.close();
            }
        }
    }

    /// Asks something of the server itself, over a connection for this only, as its protocol has it.
    ///
    /// @param method a name
    /// @param args by position
    /// @return what the server returned
    /// @throws IOException if the server cannot be reached
    @Nullable
    Object control(String method, @Nullable Object... args) throws IOException {
        final RemoteLink link = connect();
        try {
            return link.call(null, method, 0, args);
        } finally {
            link.close();
        }
    }

    /// Gives a reference up, as far as the server can be reached.
    ///
    /// @param ident of the object
    void decrease(String ident) {
        decrease(List.of(ident), 1);
    }

    /// Gives references up, as far as the server can be reached: within the time for connecting, all of them
    /// together, and to the first failure.
    ///
    /// @param idents of the objects
    /// @param atOnce how many the server takes in one request
    void decrease(Collection<String> idents, int atOnce) {
        final List<String> all = List.copyOf(idents);
        final long start = System.nanoTime();
        boolean reached = true;
        for (int from = 0; reached && from < all.size(); from += atOnce) {
            final List<String> some = all.subList(from, Math.min(all.size(), from + atOnce));
            try {
                final RemoteLink link = connect(left(start), left(start));
                try {
                    link.call(null, "decref", 0, some.toArray());
                } finally {
                    link.close();
                }
            } catch (RemoteCallException e) {
                LOG.log(System.Logger.Level.DEBUG, "the server does not know a reference: {0}", e.toString());
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "references stay: {0}", e.toString());
                reached = false;
            }
        }
    }

    private long left(long start) {
        return Math.max(1, connectTimeoutNanos - (System.nanoTime() - start));
    }

    private RemoteLink connect() throws IOException {
        return connect(connectTimeoutNanos, callTimeoutNanos);
    }

    private RemoteLink connect(long connectNanos, long callNanos) throws IOException {
        ensureOpen();
        final ConnectionOptions how = connecting.handshakeTimeout(Duration.ofNanos(connectNanos));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return new RemoteLink(Client.connect(endpoint, how), codec, callNanos);
                } catch (InterruptedException e) {
                    interrupted = true; // Connecting ends in time by itself.
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Closes all connections: calls under way end with a [ConnectionLostException].
    void close() {
        closed = true;
        byThread.values().forEach(RemoteLink::close);
        byThread.clear();
        lent.forEach(RemoteLink::close);
        spare.forEach(RemoteLink::close);
        spare.clear();
    }
}
