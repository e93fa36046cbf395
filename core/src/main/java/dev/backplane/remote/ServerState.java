package dev.backplane.remote;

import dev.backplane.connection.Connection;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PickleGlobals;
import dev.backplane.pickle.PickleLimits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the sessions of one server share.
final class ServerState {
    static final System.Logger LOG = System.getLogger(ManagerServer.class.getName());

    private static final int PROTOCOL = 4;
    /// How deeply a value lies in replies, at most: in the pairs of a dict that is reversed, say.
    private static final int DEPTH_AROUND_VALUES = 8;

    private final ObjectTable objects;
    private final ClientProcesses processes;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private boolean stopping;
    private final PickleCodec codec;
    private final int maxFrameBytes;
    private final ServerCalls serverCalls;
    private final ObjectCalls objectCalls;

    /// @param registry what may be created
    /// @param address of the server
    /// @param maxFrameBytes the longest message either way
    /// @param maxObjects how many objects there may be
    /// @param onShutdown what a client's `shutdown` does; null if it is refused
    ServerState(Registry registry, String address, int maxFrameBytes, long maxObjects, @Nullable Runnable onShutdown) {
        this.objects = new ObjectTable(maxObjects);
        this.processes = new ClientProcesses(objects);
        this.maxFrameBytes = maxFrameBytes;
        final int dot = Proxies.REBUILD.lastIndexOf('.');
        this.codec = new PickleCodec(
                        PROTOCOL,
                        PickleLimits.standard().withMaxBytes(maxFrameBytes),
                        PickleGlobals.standard()
                                .with(
                                        Proxies.REBUILD.substring(0, dot),
                                        Proxies.REBUILD.substring(dot + 1),
                                        arguments -> Proxies.read(arguments, objects)))
                .rewritable(DEPTH_AROUND_VALUES);
        this.serverCalls = new ServerCalls(objects, registry, onShutdown);
        this.objectCalls = new ObjectCalls(objects, address);
    }

    /// Begins to serve a client.
    ///
    /// @param connection authenticated
    /// @return what its thread runs
    Session begin(Connection connection) {
        final Session session = new Session(connection, this);
        lock.lock();
        try {
            sessions.add(session);
            if (stopping) {
                session.stop();
            }
        } finally {
            lock.unlock();
        }
        return session;
    }

    /// A session is over.
    void ended(Session session) {
        lock.lock();
        try {
            sessions.remove(session);
            if (sessions.isEmpty()) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends all sessions that there are, and waits until they have given back what they had.
    ///
    /// @param most how long to wait for those that run code of the application which does not heed interrupts
    void stopAll(Duration most) {
        boolean interrupted = false;
        lock.lock();
        try {
            stopping = true;
            sessions.forEach(Session::stop);
            long left = most.toNanos();
            while (!sessions.isEmpty() && left > 0) {
                try {
                    left = none.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    left = 0;
                }
            }
        } finally {
            lock.unlock();
            processes.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Has sessions look after calls that take long.
    void tick() {
        sessions.forEach(Session::tick);
    }

    int sessionCount() {
        return sessions.size();
    }

    ObjectTable objects() {
        return objects;
    }

    ClientProcesses processes() {
        return processes;
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    PickleCodec codec() {
        return codec;
    }

    ServerCalls serverCalls() {
        return serverCalls;
    }

    ObjectCalls objectCalls() {
        return objectCalls;
    }
}
