package dev.backplane.connection;

import dev.backplane.store.StreamListener;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who is on his way into a [Listener], and how many may be.
///
/// A thread takes peers from the system while there is room, each gets a thread for its handshake, and
/// whoever passes is queued for [#take]. Everything that is counted is guarded by one lock, under which
/// nothing waits for a peer.
final class Admission {
    private static final long PAUSE_NANOS = 50_000_000;

    private final StreamListener socket;
    private final ListenerOptions options;
    private final ListenerOptions.Limits limits;
    private final @Nullable Secret key;
    private final IdleWatch idle;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// In the order in which they came: the first is the oldest.
    private final Set<StreamSocket> handshakes = new LinkedHashSet<>();
    private final Set<Entry> open = new HashSet<>();
    private final Deque<Entry> ready = new ArrayDeque<>();
    private boolean closed;
    private long refused;
    private @Nullable String lastTaken;

    /// A connection of this listener, from the moment that it is let in.
    private static final class Entry {
        private final StreamSocket socket;
        private @Nullable Connection connection;

        Entry(StreamSocket socket) {
            this.socket = socket;
        }

        void close() throws IOException {
            if (connection != null) {
                connection.close();
            }
        }
    }

    Admission(StreamListener socket, ListenerOptions options) {
        this.socket = socket;
        this.options = options;
        this.limits = options.limits();
        final Secret given = options.connections().authkey();
        this.key = given == null ? null : given.copy();
        this.idle = new IdleWatch(limits.idleTimeout());
    }

    /// Takes peers in until the listener is closed.
    void run() {
        while (true) {
            try {
                final StreamSocket peer = socket.accept(Waiting.block(), StreamSocket.FOREVER);
                if (peer != null) {
                    awaitRoom();
                    begin(peer);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // Such as too many open files, which is not for ever.
                refuse(socket.endpoint().toString(), e);
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && isFull()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return open.size() >= limits.maxConnections() || ready.size() >= limits.backlog();
    }

    private void begin(StreamSocket peer) throws IOException {
        final long deadline = System.nanoTime()
                + TimeUnit.NANOSECONDS.convert(options.connections().handshakeTimeout());
        @Nullable StreamSocket oldest = null;
        boolean late = false;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                if (handshakes.size() >= limits.maxHandshakes()) {
                    oldest = handshakes.iterator().next();
                    handshakes.remove(oldest);
                    changed.signalAll();
                }
                handshakes.add(peer);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            peer.close();
        } else {
            Thread.ofVirtual().name("backplane-handshake").start(() -> perform(peer, deadline));
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    private void perform(StreamSocket peer, long deadline) {
        final Entry entry = new Entry(peer);
        try {
            final Connection connection = new Handshake(options.connections(), key, Challenge.Role.LISTENER)
                    .perform(peer, socket.endpoint(), deadline, () -> left(entry), idle);
            admit(entry, connection);
        } catch (IOException | RuntimeException e) {
            final boolean evicted = !withdraw(peer);
            refuse(
                    peer.peer(),
                    evicted
                            ? new IOException("the handshake was ended for another one: " + limits.maxHandshakes()
                                    + " were under way, see maxHandshakes")
                            : e);
        } catch (InterruptedException e) {
            withdraw(peer);
            Thread.currentThread().interrupt(); // Nobody knows this thread; for all cases.
        }
    }

    /// @return false if the handshake was not counted any more
    private boolean withdraw(StreamSocket peer) {
        lock.lock();
        try {
            return handshakes.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    /// Queues who has proved the key, as soon as there is room: others may have been faster.
    private void admit(Entry entry, Connection connection) throws IOException, InterruptedException {
        boolean admitted = false;
        lock.lockInterruptibly();
        try {
            while (handshakes.contains(entry.socket) && isFull()) {
                changed.await();
            }
            admitted = handshakes.remove(entry.socket);
            if (admitted) {
                entry.connection = connection;
                open.add(entry);
                ready.add(entry);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
            if (!admitted) {
                connection.close();
            }
        }
        if (!admitted) {
            throw new ClosedChannelException();
        }
        if (!connection.isOpen()) {
            left(entry); // It was closed before it was counted.
        }
    }

    private void left(Entry entry) {
        lock.lock();
        try {
            if (open.remove(entry)) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void refuse(String peer, Exception why) {
        lock.lock();
        try {
            if (closed) {
                return; // Ended by ourselves.
            }
            refused++;
        } finally {
            lock.unlock();
        }
        try {
            options.onRefused().accept(peer, why);
        } catch (RuntimeException e) {
            // Its own affair: this thread goes on to let others in.
            final Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /// The next who was let in.
    ///
    /// @return null if the time was up first
    @Nullable
    Connection take(long timeoutNanos) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!awaitReady(timeoutNanos)) {
                return null;
            }
            final Entry entry = ready.remove();
            changed.signalAll();
            lastTaken = entry.socket.peer();
            return entry.connection;
        } finally {
            lock.unlock();
        }
    }

    boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            return awaitReady(timeoutNanos);
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitReady(long timeoutNanos) throws IOException, InterruptedException {
        long left = timeoutNanos;
        while (true) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (!ready.isEmpty()) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
            left = changed.awaitNanos(left);
        }
    }

    @Nullable
    String lastTaken() {
        lock.lock();
        try {
            return lastTaken;
        } finally {
            lock.unlock();
        }
    }

    long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    int open() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    void close() throws IOException {
        final List<Closeable> nobodys = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            nobodys.addAll(handshakes);
            ready.forEach(entry -> nobodys.add(entry::close));
            handshakes.clear();
            ready.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            socket.close();
        } finally {
            if (key != null) {
                key.destroy();
            }
            for (Closeable each : nobodys) {
                each.close();
            }
        }
    }
}
