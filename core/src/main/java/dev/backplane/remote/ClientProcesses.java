package dev.backplane.remote;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The processes of the clients, as far as the system tells who connects: over the sockets of this host.
///
/// A client counts its references to objects over connections that say nothing of whose they are, and one
/// that is killed does not count down. Where the process is known, its references are given up when it has
/// ended: when its last connection has, and it is gone. Where it is not known, over TCP, they stay, as in
/// Python's own server.
///
/// Thread-safe.
final class ClientProcesses {
    private final ObjectTable objects;
    private final Map<Long, Client> clients = new HashMap<>();

    /// One process.
    private static final class Client {
        private final ProcessHandle handle;
        private long connections;
        private boolean watched;
        private boolean exited;

        Client(ProcessHandle handle) {
            this.handle = handle;
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
        final boolean other = pid > 0 && pid != ProcessHandle.current().pid();
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
        if (client == null || --client.connections > 0) {
            return;
        }
        if (client.exited) {
            forget(pid, client);
        } else if (!client.watched) {
            client.watched = true;
            final var _ = client.handle.onExit().thenRun(() -> exited(pid, client));
        }
    }

    private synchronized void exited(long pid, Client client) {
        client.exited = true;
        if (client.connections == 0) {
            forget(pid, client);
        }
    }

    private void forget(long pid, Client client) {
        if (clients.remove(pid, client)) {
            objects.forget(pid);
        }
    }
}
