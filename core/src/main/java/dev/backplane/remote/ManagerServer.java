package dev.backplane.remote;

import dev.backplane.connection.Connection;
import dev.backplane.connection.Listener;
import dev.backplane.connection.ListenerOptions;
import dev.backplane.store.Endpoint;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A server for Python's `multiprocessing.managers`: an unmodified `SyncManager(address, authkey).connect()`
/// works with it, from Python 3.8 on.
///
/// ```java
/// try (Manager manager = Manager.open("orders");
///         ManagerServer server = ManagerServer.builder()
///                 .address("tcp://127.0.0.1:7000")
///                 .authkey(key)
///                 .manager(manager)
///                 .start()) {
///     server.register("Counter", Counter.class, MyCounter::new);
///     server.awaitClose();
/// }
/// ```
///
/// Clients get three kinds of objects:
/// * those of a `SyncManager`, made when a client asks: `Queue`, `JoinableQueue`, `Lock`, `RLock`, `Semaphore`,
///   `BoundedSemaphore`, `Condition`, `Event`, `Barrier`, `list`, `dict`, `Namespace`, `Value`, `Array`; not
///   `Pool`, whose functions are Python's;
/// * the named objects of a [dev.backplane.Manager], the very ones that JVMs of this host share: a client
///   registers `named`, `get_queue` and the like, see `docs/PYTHON.md`;
/// * objects of the application that implement an interface, see [#register].
///
/// What a client puts into them may be of any class: its bytes are kept and given back, never executed.
///
/// **Threads.** Each connection of a client has a virtual thread here; a client has one connection for each
/// of its threads. What a client's thread holds, such as a lock, that one holds.
///
/// **Client death.** When a connection ends, whatever ends it, a call that waits for it is interrupted, and it
/// gives back its locks and permits; locks of a manager that a JVM had are abandoned, as by a dead process.
/// A client's process that ends, ends its connections at once. A host that vanishes without a word, by loss of power
/// or of the network, is noticed by its silence: after 30 seconds, since both ends of
/// TCP probe each other. A client that takes nothing of a long reply for as long is given up too.
/// References to objects are counted by connections that do not say whose
/// they are; over sockets of this host the system says it, and the references of a process that has ended
/// are given up. Over TCP they stay, as in Python's own server.
///
/// **Security.** Nobody gets further than the handshake without the key, and no byte of a request is decoded
/// before. Who has the key may use all there is: to limit that, run several servers. What is sent is not
/// encrypted, unless the options have TLS, which Python's clients do not speak: use sockets of this host, or
/// a tunnel.
///
/// Thread-safe.
public final class ManagerServer implements AutoCloseable {
    private static final long TICK_MILLIS = 50;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Listener listener;
    private final Registry registry;
    private final ServerState state;
    private final boolean virtual;
    private final ScheduledExecutorService ticker;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean ticking;

    private ManagerServer(ManagerServerBuilder options, Endpoint at, ListenerOptions listening) throws IOException {
        this.registry = options.registry();
        this.virtual = !options.platformThreads();
        this.listener = Listener.open(at, listening);
        this.state = new ServerState(
                registry,
                listener.endpoint().toString(),
                options.maxFrameBytes(),
                options.maxObjects(),
                options.allowShutdown() ? this::closeSoon : null);
        this.ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("backplane-server-ticker").factory());
    }

    /// What a server needs to be told.
    ///
    /// @return a builder
    public static ManagerServerBuilder builder() {
        return new ManagerServerBuilder();
    }

    static ManagerServer start(ManagerServerBuilder options, Endpoint at, ListenerOptions listening)
            throws IOException {
        final ManagerServer server = new ManagerServer(options, at, listening);
        Thread.ofVirtual().name("backplane-server").start(server::acceptAll);
        return server;
    }

    private void acceptAll() {
        try {
            while (true) {
                serve(listener.accept());
            }
        } catch (ClosedChannelException e) {
            ServerState.LOG.log(System.Logger.Level.DEBUG, "no more clients are let in", e);
        } catch (IOException | InterruptedException e) {
            ServerState.LOG.log(System.Logger.Level.ERROR, "no more clients are let in", e);
            closeSoon();
        }
    }

    private void serve(Connection connection) {
        final Session session = state.begin(connection);
        final Thread.Builder builder =
                virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        builder.name("backplane-client").start(session);
    }

    /// Lets clients create objects of the application and call them.
    ///
    /// Python: `class M(SyncManager): pass`, `M.register("Counter")`, and `m.Counter()` returns a proxy with
    /// the methods of the interface, which takes arguments and gives results as `docs/PYTHON.md` says. A
    /// method whose declared result is a registered interface returns a proxy of it; for that the client's
    /// manager must have registered its type too. Methods are called by several threads at once. What a
    /// method throws, Python gets: an [IllegalArgumentException] as `ValueError` and so on, anything unusual
    /// as a `RemoteError` with the trace.
    ///
    /// @param typeId by which clients ask for it
    /// @param type an interface, whose methods clients may call, and no others
    /// @param factory makes an object for each that a client creates; or gives the same each time
    /// @param <T> the interface
    /// @throws IllegalArgumentException if `type` is no interface, or there is such a type identifier already
    public <T> void register(String typeId, Class<T> type, Supplier<? extends T> factory) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type + " is no interface: clients may call what an interface says");
        }
        Objects.requireNonNull(factory, "factory");
        registry.add(typeId, type, arguments -> {
            arguments.end();
            return new ApiReferent(typeId, type, Objects.requireNonNull(factory.get()), registry);
        });
        startTicking();
    }

    private synchronized void startTicking() {
        if (!ticking) {
            ticking = true;
            final var _ = ticker.scheduleWithFixedDelay(state::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Where clients connect: with the port that the system chose, if that was asked for.
    ///
    /// @return the endpoint
    public Endpoint endpoint() {
        return listener.endpoint();
    }

    /// How many objects clients have references to.
    ///
    /// @return what Python's `_number_of_objects` says
    public long objectCount() {
        return state.objects().size();
    }

    /// How many connections of clients are being served.
    ///
    /// @return 0 or more
    public int sessionCount() {
        return state.sessionCount();
    }

    /// How many clients were not let in: for another key, or none, for taking too long, or beyond a limit.
    ///
    /// @return the number so far
    public long refusedClients() {
        return listener.refusedPeers();
    }

    /// Waits until this server is closed, by [#close] or by a client that may.
    ///
    /// @throws InterruptedException if interrupted
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    private void closeSoon() {
        Thread.ofVirtual().name("backplane-server-close").start(this::close);
    }

    /// Lets no more clients in and ends the connections of those that are: their waits end, their next
    /// request fails with an `EOFError` or a `ConnectionError`. Objects made for clients are gone; named
    /// ones stay with their manager.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            ServerState.LOG.log(System.Logger.Level.WARNING, "cannot close " + listener.endpoint(), e);
        }
        ticker.shutdownNow();
        state.stopAll(CLOSING);
        closed.countDown();
    }
}
