package dev.backplane.remote;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/// The processes of the clients, as far as the system tells who connects: over the sockets of this host.
///
/// A client counts its references to objects over connections that say nothing of whose they are, and one
/// that is killed does not count down. Where the process is known, its references are given up when it has
/// ended: when its last connection has, and it is gone. Where it is not known, over TCP, they stay, as in
/// Python's own server.
///
/// Of a process that is not this one's child the system tells no end, so one thread asks for those without
/// connections: often at first, since most end soon, then once a second. Not by [ProcessHandle#onExit], which asks
/// more rarely, and tells by a thread of the common pool, whose few may all wait for something.
///
/// Thread-safe.
final class ClientProcesses {
    private static final long SHORTEST_PAUSE_MILLIS = 8;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final ObjectTable objects;
    private final Map<Long, Client> clients = new HashMap<>();
    private long pauseMillis;
    private boolean watching;
    private boolean closed;

    /// One process.
    private static final class Client {
        private final ProcessHandle handle;
        private long connections;

        Client(ProcessHandle handle) {
            this.handle = handle;
        }

        boolean isIdle() {
            return connections == 0;
        }
    }

    /// @param objects whose references are given up
    ClientProcesses(ObjectTable objects) {
        this.objects = objects;
    }

    /// A connection has begun.
    ///
    /// @param pid of the client's process; 0 if unknown
    /// @return the same, or 0 if there is no such process that can be watched
    synchronized long begin(long pid) {
        // This process's own references end with it, and nobody is told of his own end.
        final boolean other =
                !closed && pid > 0 && pid != ProcessHandle.current().pid();
        final Optional<ProcessHandle> handle = other ? ProcessHandle.of(pid) : Optional.empty();
        if (handle.isEmpty()) {
            return 0;
        }
        final Client known = clients.get(pid);
        if (known != null && !known.handle.equals(handle.get())) {
            objects.forget(pid); // Another process with the same number.
            clients.remove(pid);
        }
        clients.computeIfAbsent(pid, id -> new Client(handle.get())).connections++;
        return pid;
    }

    /// A connection has ended.
    ///
    /// @param pid what [#begin] returned for it
    synchronized void end(long pid) {
        final Client client = clients.get(pid);
        if (client == null) {
            return;
        }
        client.connections--;
        if (client.isIdle()) {
            pauseMillis = SHORTEST_PAUSE_MILLIS;
            watch();
        }
    }

    private void watch() {
        if (watching) {
            notifyAll();
        } else {
            Thread.ofPlatform().daemon().name("backplane-clients").start(this::awaitEnds);
            watching = true;
        }
    }

    /// As long as there are processes without connections.
    private synchronized void awaitEnds() {
        forgetEnded();
        while (clients.values().stream().anyMatch(Client::isIdle)) {
            try {
                wait(pauseMillis);
            } catch (InterruptedException _) {
                // Of all threads of a group, perhaps: this one has nothing else to do.
            }
            pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
            forgetEnded();
        }
        watching = false;
    }

    private void forgetEnded() {
        final Iterator<Map.Entry<Long, Client>> all = clients.entrySet().iterator();
        while (all.hasNext()) {
            final Map.Entry<Long, Client> entry = all.next();
            final Client client = entry.getValue();
            if (client.isIdle() && !client.handle.isAlive()) {
                all.remove();
                objects.forget(entry.getKey());
            }
        }
    }

    /// Watches nobody any more.
    synchronized void close() {
        closed = true;
        clients.clear();
        notifyAll();
    }
}
